// Hydra has no pages of its own: its operator brings those where users sign in and agree.
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { Stoppable } from '../realServer.ts';

interface User {
  readonly name: string;
  readonly password: string;
}

const consentRequest = z.object({
  requested_scope: z.array(z.string()),
  requested_access_token_audience: z.array(z.string()).nullish(),
});
const leadsOn = z.object({ redirect_to: z.string() });

export async function startHydraPages(
  admin: string,
  user: User,
): Promise<Stoppable & { readonly url: string }> {
  const requests = `${admin}/admin/oauth2/auth/requests`;
  const put = async (path: string, body: unknown) => {
    const answer = await fetch(`${requests}/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return leadsOn.parse(await answer.json()).redirect_to;
  };

  /** Where the browser goes from here, or the page that it shows. */
  async function answer(request: IncomingMessage): Promise<{ leadsTo: string } | { page: string }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', admin);
    const kind = pathname === '/login' ? 'login' : 'consent';
    const challenge = `${kind}_challenge=${searchParams.get(`${kind}_challenge`) ?? ''}`;
    if (request.method !== 'POST') {
      return { page: pageOf(kind) };
    }
    const form = new URLSearchParams(await text(request));
    if (form.has('cancel')) {
      const refusal = { error: 'access_denied', error_description: 'The user did not want this.' };
      return { leadsTo: await put(`${kind}/reject?${challenge}`, refusal) };
    }
    if (kind === 'login') {
      const isUser = form.get('username') === user.name && form.get('password') === user.password;
      return isUser
        ? { leadsTo: await put(`login/accept?${challenge}`, { subject: user.name }) }
        : { page: pageOf(kind) };
    }
    const asked = consentRequest.parse(await (await fetch(`${requests}/consent?${challenge}`)).json());
    const granted = {
      grant_scope: asked.requested_scope,
      grant_access_token_audience: asked.requested_access_token_audience ?? [],
    };
    return { leadsTo: await put(`consent/accept?${challenge}`, granted) };
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (answered) => {
        if ('page' in answered) {
          response.writeHead(200, { 'content-type': 'text/html' }).end(answered.page);
        } else {
          response.writeHead(302, { location: answered.leadsTo }).end();
        }
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pageOf(kind: 'login' | 'consent'): string {
  const fields =
    kind === 'login'
      ? '<input name="username" value=""><input name="password" type="password" value="">'
      : '';
  return `<!doctype html><form method="post">${fields}<button>Go on</button><button name="cancel" value="yes">Cancel</button></form>`;
}
