import { TokenManagerError } from '../../core/model/errors.ts';
import type { TransportRequest, TransportResponse } from '../../core/ports.ts';
import { AnswerBody, refuseCompressed } from './answerBody.ts';
import { PhaseDeadline } from './deadline.ts';
import { transportError } from './errors.ts';
import type { ClosableTransport } from './undiciTransport.ts';

/**
 * One exchange at a time through the extension host's own `fetch`, which VS Code takes through its proxies
 * (PAC files, integrated sign-in) and gives the certificates it trusts.
 */
export function createFetchTransport(): ClosableTransport {
  return { send: exchange, close: async () => undefined };
}

async function exchange(outgoing: TransportRequest): Promise<TransportResponse> {
  const { limits, url } = outgoing;
  if (url.protocol === 'https:' && process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    // The host's own stack takes any certificate then, and offers no way to refuse one.
    throw new TokenManagerError('tls', '', { code: 'unchecked-certificates', nothingSent: true });
  }
  // fetch does not say when it is connected, so that both waits are one.
  const controller = new AbortController();
  const deadline = new PhaseDeadline(limits.connectMs + limits.headersMs, outgoing.signal, () =>
    controller.abort(),
  );
  try {
    const answer = await fetch(url, {
      method: outgoing.method,
      // Left to itself, fetch asks for packed answers.
      headers: { ...outgoing.headers, 'accept-encoding': 'identity' },
      body: outgoing.body ?? null,
      redirect: 'manual',
      credentials: 'omit',
      cache: 'no-store',
      signal: controller.signal,
    });
    deadline.begin(limits.bodyMs);
    refuseFilteredRedirect(answer);
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await text(answer, limits.maxBytes),
    };
  } catch (thrown) {
    throw transportError({
      thrown,
      cancelled: outgoing.signal,
      isLate: deadline.isOver,
      nothingSent: false,
    });
  } finally {
    deadline.end();
  }
}

async function text({ body, headers, status }: Response, maxBytes: number): Promise<string> {
  try {
    refuseCompressed(headers.get('content-encoding'), status);
    const answer = new AnswerBody(maxBytes, status);
    for await (const chunk of body ?? []) {
      answer.add(chunk);
    }
    return answer.text();
  } catch (thrown) {
    // Ends the connection; what has arrived is not wanted any more.
    await body?.cancel().catch(() => undefined);
    throw thrown;
  }
}

/** A browser's fetch hides where a redirect leads, so that it can only be refused. */
function refuseFilteredRedirect({ type }: Response): void {
  if (type === 'opaqueredirect') {
    throw new TokenManagerError('configuration', '', { code: 'redirect' });
  }
}
