import type { FormIo } from '../../../core/adapter/contract.ts';
import type { HttpRequest } from '../../../core/http/client.ts';
import { Secret } from '../../../core/model/secret.ts';
import type { Localize } from '../../../core/ports.ts';
import { nextTurn } from '../../../core/yielding.ts';
import { isSuccess } from '../../support/answers.ts';
import { errorInSuccess } from './answers.ts';
import { type Asked, refusal } from './refusal.ts';

export interface Call extends Pick<HttpRequest, 'repeat' | 'signal'> {
  /** What the request carries that must not show. */
  readonly secrets: readonly Secret[];
  /** What is being asked for, which a refusal is about. */
  readonly asked: Asked;
  /** Whether a server that wants a nonce in the proof is answered instead of told of (RFC 9449 section 8). */
  readonly answersNonce?: boolean;
}

/**
 * The library's `fetch`, over our client: proxies, certificates, time-outs, caps and the refusal of redirects
 * hold as for every other request, and a refused one is thrown as an error of ours.
 */
export function requestThrough(io: FormIo, localize: Localize, call: Call) {
  const { repeat, signal, asked, answersNonce = false } = call;
  return async (
    address: string,
    init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
  ): Promise<Response> => {
    const url = new URL(address);
    const secrets = [...call.secrets, ...assertionIn(init.body)];
    const { 'content-type': type = '', ...headers } = init.headers;
    const response = await io.http(url.origin).request({
      method: init.method === 'GET' ? 'GET' : 'POST',
      route: url.pathname,
      query: queryOf(url),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          name === 'authorization' ? guarded(value, secrets) : value,
        ]),
      ),
      ...(init.body !== undefined &&
        init.body !== null && {
          body: {
            type: type.startsWith('application/json')
              ? 'application/json'
              : 'application/x-www-form-urlencoded',
            content: guarded(String(init.body), secrets),
          },
        }),
      repeat,
      signal,
    });
    // Schemas are made, and made fast, when they are first used, which takes longer than receiving the first answer.
    await nextTurn();
    const isRefused = !isSuccess(response) || errorInSuccess(response.body) !== undefined;
    await nextTurn();
    if (isRefused) {
      const error = refusal(response, asked, localize);
      if (
        !answersNonce ||
        isSuccess(response) ||
        error.code !== 'use_dpop_nonce' ||
        !response.headers['dpop-nonce']
      ) {
        throw error;
      }
    }
    const isBodyless = response.status === 204 || response.status === 205;
    return new Response(isBodyless ? null : response.body, {
      status: response.status,
      headers: { ...response.headers },
    });
  };
}

/** RFC 6749 section 3.1: a query is kept as it is, also where a name is there more than once. */
export function queryOf({ searchParams }: URL): Record<string, readonly string[]> {
  return Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
}

/** A text that carries secrets, which redaction then knows one by one. */
function guarded(text: string, secrets: readonly Secret[]): Secret {
  return Secret.compose(secrets, () => text);
}

/** A proof that was made from a secret and is as good as it for a minute. */
function assertionIn(body: unknown): Secret[] {
  const assertion = body instanceof URLSearchParams ? body.get('client_assertion') : null;
  return assertion === null ? [] : [new Secret(assertion)];
}
