import type { LeakTables } from '../../src/core/leaks/leakedTokens.ts';
import { json, listen, type RecordedRequest, Traffic } from './loopback.ts';

/** By GitHub's published rule: its checksum is right. */
export const leakedGitHubToken = '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';
/** The same with a wrong checksum. */
export const doubtfulGitHubToken = 'ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18';

/** Stands in for https://docs.github.com/en/rest/credentials/revoke, and for the one read that shows its effect. */
export async function startCredentialRevocation(alive: readonly string[]) {
  const live = new Set(alive);
  const traffic = new Traffic();
  const listener = await listen((request) => answer(request, live), traffic, {});
  return {
    url: listener.origin,
    requests: traffic.requests,
    intercept: traffic.intercept.bind(traffic),
    live,
    stop: () => listener.stop(),
  };
}

export type CredentialRevocationServer = Awaited<ReturnType<typeof startCredentialRevocation>>;

/** The product's own knowledge, with one address in place of every service's. */
export function standIn(tables: LeakTables, baseUrl: string): LeakTables {
  return { ...tables, revocations: tables.revocations.map((how) => ({ ...how, baseUrl })) };
}

function answer({ method, path, headers, body }: RecordedRequest, live: Set<string>) {
  const id = { 'x-github-request-id': 'C0DE:1' };
  if (method === 'POST' && path === '/credentials/revoke') {
    if (headers.authorization !== undefined) {
      return json(403, { message: 'This endpoint takes no authentication' });
    }
    for (const value of JSON.parse(body).credentials) {
      live.delete(value);
    }
    return { status: 202, headers: id, body: '' };
  }
  const value = (headers.authorization ?? '').replace(/^Bearer /, '');
  return live.has(value) ? json(200, { login: 'octocat' }) : json(401, { message: 'Bad credentials' });
}
