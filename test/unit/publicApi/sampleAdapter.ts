import type * as oauth from '../../../api/oauth-token-manager.d.ts';

export const token: oauth.Item = {
  id: 'token-1',
  kind: 'token',
  name: 'Token 1',
  status: 'active',
  lifetime: { kind: 'never' },
  fields: [{ label: 'Scopes', text: 'read' }],
  children: { kind: 'none' },
  actions: ['revoke'],
};

export type SessionParts = Partial<Record<keyof oauth.AdapterSession, unknown>>;

/** An adapter of some extension, whose session is as a test wants it: also as no type would allow. */
export function adapterWith(
  session: (io: oauth.AdapterIo, config: oauth.ConnectionConfig) => SessionParts,
  parts: Partial<Record<keyof oauth.ProviderAdapter, unknown>> = {},
): oauth.ProviderAdapter {
  const adapter: oauth.ProviderAdapter = {
    id: 'sample',
    displayName: 'Sample',
    description: 'A sample',
    form: [
      {
        kind: 'url',
        id: 'url',
        title: 'Address',
        prompt: 'Where it is.',
        default: 'https://service.example',
      },
      { kind: 'secret', id: 'key', title: 'Key', prompt: 'The key.' },
    ],
    signIn: async (draft) => ({ ...draft, account: { id: '1', name: 'me' } }),
    open: (config, io) => {
      const good: oauth.AdapterSession = { list: async () => ({ items: [token] }) };
      return Object.assign(good, session(io, config));
    },
  };
  return Object.assign(adapter, parts);
}

/** A session whose only trait is how it lists. */
export function listing(list: (...args: readonly unknown[]) => unknown): () => SessionParts {
  return () => ({ list });
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}
