import type * as oauth from '../../api/oauth-token-manager.d.ts';

/** Tidewater: its access keys can be listed and revoked. */
export function tidewater(api: oauth.OAuthTokensApi): oauth.ProviderAdapter {
  const prompt = 'The address of the Tidewater API.';
  return {
    id: 'tidewater',
    displayName: 'Tidewater',
    description: 'Access keys: list, revoke',
    form: [
      { kind: 'url', id: 'url', title: 'Server address', prompt, default: 'https://tidewater.example' },
      { kind: 'secret', id: 'key', title: 'Access key', prompt: 'A key that may list and revoke keys.' },
    ],
    async signIn(draft, io, signal) {
      const { id, name } = await client(draft, io)('GET', '/v1/me', signal);
      return { ...draft, account: { id: text(id), name: text(name) } };
    },
    open(config, io) {
      const call = client(config, io);
      return {
        async list(_parent, after, { includeExpired }, signal) {
          const query = { after, expired: String(includeExpired) };
          const { keys, next, total } = await call('GET', '/v1/keys', signal, { query });
          if (!Array.isArray(keys) || typeof total !== 'number') throw api.error('protocol', 'keys');
          return { items: keys.map(row), total, ...(next !== null && { next: text(next) }) };
        },
        revocation: {
          reach: (path) => ({ sentence: `“${path.at(-1)?.name}” stops working at once.`, warnings: [] }),
          async revoke(path, signal) {
            await call('DELETE', '/v1/keys/{id}', signal, { params: { id: text(path.at(-1)?.id) } });
            return { kind: 'accepted' };
          },
        },
      };
    },
  };

  /** Sends requests with the connection's key; whatever is no success becomes an error with a name. */
  function client({ settings: { url }, secrets: { key } }: oauth.ConnectionConfig, io: oauth.FormIo) {
    if (typeof url !== 'string' || !key) throw api.error('configuration', 'url, key');
    const http = io.http(url);
    const headers = { authorization: key.map((value) => `Key ${value}`) };
    type Place = Pick<oauth.HttpRequest, 'params' | 'query'>;
    return async (method: 'GET' | 'DELETE', route: string, signal: oauth.Signal, place: Place = {}) => {
      const repeat = method === 'GET' ? 'reads' : 'writes';
      const response = await http.request({ method, route, headers, repeat, signal, ...place });
      if (response.status === 204) return {};
      if (response.status !== 200) throw api.refusal(response);
      const answer = api.json(response);
      if (!isObject(answer)) throw api.error('protocol', 'not an object');
      return answer;
    };
  }

  function row(key: unknown): oauth.Item {
    if (!isObject(key) || !Array.isArray(key.scopes)) throw api.error('protocol', 'key');
    return {
      id: text(key.id),
      kind: 'token',
      name: text(key.name),
      status: 'active',
      lifetime: key.expires_at === null ? { kind: 'never' } : { kind: 'expires', at: moment(key.expires_at) },
      createdAt: moment(key.created_at),
      lastUsedAt: key.last_used_at === null ? null : moment(key.last_used_at),
      fields: [{ label: 'Scopes', text: key.scopes.map(text).join(', ') }],
      children: { kind: 'none' },
      actions: key.current === true ? [] : ['revoke'],
      isOwnCredential: key.current === true,
      ...(key.current === true && { remark: 'the key of this connection' }),
    };
  }

  function moment(value: unknown): number {
    return Date.parse(text(value));
  }

  function text(value: unknown): string {
    if (typeof value !== 'string') throw api.error('protocol', 'not a text');
    return value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
