import assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';
import type { OAuthTokensApi, OAuthTokensExports, ProviderAdapter } from '../../api/oauth-token-manager.d.ts';

const ourId = 'oauth-token-manager.oauth-token-manager';

/** As much of another extension's context as is looked at; only VS Code has a whole one. */
function caller() {
  const extension = extensions.all.find(({ id }) => id !== ourId);
  assert(extension, 'there is no other extension');
  return { extension };
}

async function exported(): Promise<OAuthTokensExports> {
  const extension = extensions.getExtension<OAuthTokensExports>(ourId);
  assert(extension, 'the extension is not installed');
  return extension.activate();
}

async function apiOfAnother(): Promise<OAuthTokensApi> {
  const { getApi } = await exported();
  return Reflect.apply(getApi, undefined, [1, caller()]);
}

const adapter: ProviderAdapter = {
  id: 'integration',
  displayName: 'Integration',
  description: '',
  form: [{ kind: 'url', id: 'url', title: 'Address', prompt: 'Where it is.', default: '' }],
  signIn: async (draft) => ({ ...draft, account: { id: '1', name: 'me' } }),
  open: () => ({ list: async () => ({ items: [] }) }),
};

describe('the exports of the extension', () => {
  it('are the first version of the API, for an extension that is installed', async () => {
    const api = await apiOfAnother();
    assert.equal(api.version, 1);
    assert.equal(api.mayRead, undefined);
    assert.equal(String(api.secret('value')), '••••••••');
    const { kind, detail, status } = api.error('rejected', 'why', { status: 422 });
    assert.deepEqual([kind, detail, status], ['rejected', 'why', 422]);
  });

  it('name the versions there are when asked for another', async () => {
    const { getApi } = await exported();
    assert.throws(() => Reflect.apply(getApi, undefined, [2, caller()]), {
      kind: 'unsupported',
      message: /no version 2; there is: 1/,
    });
  });

  it('want to know who calls', async () => {
    const { getApi } = await exported();
    const [one, other] = extensions.all.filter(({ id }) => id !== ourId);
    assert(one && other);
    for (const stranger of [
      undefined,
      {},
      { extension: { id: 'nobody.here', extensionUri: one.extensionUri } },
      { extension: { id: one.id, extensionUri: other.extensionUri } },
    ]) {
      assert.throws(() => Reflect.apply(getApi, undefined, [1, stranger]), {
        kind: 'configuration',
        code: 'unknown-caller',
      });
    }
  });

  it('take an adapter and let it go again', async () => {
    const api = await apiOfAnother();
    const registration = api.registerAdapter(adapter);
    assert.throws(() => api.registerAdapter(adapter), { code: 'adapter-id-taken' });
    registration.dispose();
    api.registerAdapter(adapter).dispose();
  });

  it('bring a command to manage who may read', async () => {
    await exported();
    assert((await commands.getCommands(true)).includes('oauthTokens.manageExtensionAccess'));
  });
});
