import { TurnkeyApi } from '../../src/adapters/turnkey/api.ts';
import { userItem } from '../../src/adapters/turnkey/rows.ts';
import type { HttpRequest } from '../../src/core/http/client.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { localize } from '../../test/unit/fakes.ts';
import type { TurnkeyConfig } from './turnkeyConfig.ts';
import { posting } from './turnkeyPost.ts';

/**
 * The least that can be shown: signs, sends, parses, reads all users with their logins by the schema, and makes rows.
 * There is no connection, no limit, no wait, no repeat and no mask around it.
 */
export function open(config: TurnkeyConfig): () => Promise<unknown> {
  const { url, organizationId, publicKey, privateKey } = config;
  const post = posting(url);
  const http = {
    baseUrl: url,
    request: async ({ route, headers = {}, body }: HttpRequest) => ({
      status: 200,
      headers: {},
      body: await post(route, clear(headers), String(body?.content)),
      retryAt: undefined,
      redact: (text: string) => text,
    }),
  };
  const api = new TurnkeyApi(http, { publicKey, privateKey: new Secret(privateKey) }, localize);
  const { signal } = new AbortController();
  return async () => {
    const { rows } = await api.users(organizationId, signal);
    return rows.map((user) => userItem(user, localize));
  };
}

function clear(headers: NonNullable<HttpRequest['headers']>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value]),
  );
}
