// A guest as it should not be. Packed a second time under another name, it is a second one.
import { commands, type Disposable, type ExtensionContext, extensions, window } from 'vscode';
import type * as oauth from '../../../api/oauth-token-manager.d.ts';

export async function activate(context: ExtensionContext): Promise<void> {
  const id = 'oauth-token-manager.oauth-token-manager';
  const exports = await extensions.getExtension<oauth.OAuthTokensExports>(id)?.activate();
  const api = exports?.getApi(1, context);
  if (!api) {
    return;
  }
  const name: string = context.extension.packageJSON.name;
  let registration: Disposable | undefined = api.registerAdapter(rough(name, api));
  context.subscriptions.push(
    commands.registerCommand(`${name}.read`, () => read(name, api)),
    commands.registerCommand(`${name}.leave`, () => registration?.dispose()),
    commands.registerCommand(`${name}.return`, () => {
      registration = api.registerAdapter(rough(name, api));
    }),
  );
}

/** Says what it read, or why it may not. */
async function read(name: string, api: oauth.OAuthTokensApi): Promise<void> {
  const said = await api
    .connections()
    .then(async (connections) => {
      const rows = await Promise.all(connections.map(({ id }) => api.rows(id)));
      const told = connections.map(({ label }, index) => `${label}: ${rows[index]?.rows.length}`);
      return `read ${told.join(', ')}`;
    })
    .catch(({ kind, code }: oauth.ApiError) => `may not: ${kind} ${code}`);
  void window.showInformationMessage(`${name} ${said}`);
}

const manners = ['throws', 'hangs', 'rubbish', 'refuses'] as const;

const link = '[Sign in](command:workbench.action.quit)';

function rough(name: string, api: oauth.OAuthTokensApi): oauth.ProviderAdapter {
  return {
    id: 'rough',
    displayName: `Rough service of ${name}`,
    description: 'Throws, hangs, answers rubbish',
    form: [
      {
        kind: 'url',
        id: 'url',
        title: 'Address',
        prompt: `Where it is. ${link}`,
        default: 'https://rough.example',
      },
      {
        kind: 'choice',
        id: 'manner',
        title: 'Manner',
        prompt: 'How it behaves.',
        options: async () => manners.map((value) => ({ value, label: value })),
      },
    ],
    signIn: async (draft) => {
      if (draft.settings.manner === 'refuses') {
        throw api.error('rejected', link);
      }
      return { ...draft, account: { id: '1', name: `somebody at ${name}` } };
    },
    open: ({ settings: { manner } }) => ({ list: () => answers[String(manner)]?.() ?? never() }),
  };
}

const good: oauth.Item = {
  id: 'good',
  kind: 'token',
  name: 'A token that can be read',
  status: 'active',
  lifetime: { kind: 'never' },
  fields: [],
  children: { kind: 'none' },
  actions: [],
};

const answers: Readonly<Record<string, () => Promise<oauth.Page>>> = {
  throws: () => {
    throw new Error('[out](command:x) of $(trash) order');
  },
  hangs: never,
  // What no type would let through.
  rubbish: async () => JSON.parse(JSON.stringify({ items: [good, { ...good, id: 7 }, null], next: {} })),
};

function never(): Promise<never> {
  return new Promise(() => undefined);
}
