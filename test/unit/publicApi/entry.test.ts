import assert from 'node:assert/strict';
import type * as oauth from '../../../api/oauth-token-manager.d.ts';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import { ApiBench } from './apiBench.ts';
import { adapterWith, never, token } from './sampleAdapter.ts';

describe('What other extensions are given', () => {
  let bench: ApiBench;
  let api: oauth.OAuthTokensApi;

  beforeEach(() => {
    bench = new ApiBench();
    api = bench.apiOf('samples.reader');
  });

  it('names the versions there are when asked for another', () => {
    const getApi = (version: unknown) =>
      Reflect.apply(bench.exports.getApi, undefined, [version, { extension: { id: 'a.b' } }]);
    for (const version of [0, 2, '1', undefined]) {
      assert.throws(() => getApi(version), {
        kind: 'unsupported',
        code: 'api-version',
        message: `unsupported: getApi: no version ${version}; there is: 1`,
      });
    }
    assert.equal(getApi(1).version, 1);
  });

  it('cannot be changed', () => {
    const classes = [Secret, Secret.prototype, TokenManagerError, TokenManagerError.prototype];
    for (const value of [bench.exports, api, ...classes]) {
      assert(Object.isFrozen(value));
    }
  });

  describe('to bring a service', () => {
    it('keeps the services of different extensions apart', async () => {
      api.registerAdapter(adapterWith(() => ({})));
      bench.apiOf('other.one').registerAdapter(adapterWith(() => ({})));
      const ids = (await bench.registry.choices()).map(({ id }) => id);
      assert.deepEqual(ids, ['samples.reader/sample', 'other.one/sample']);
      assert.deepEqual(bench.registry.extensionOf('samples.reader/sample'), {
        id: 'samples.reader',
        name: 'Extension samples.reader',
      });
      assert.throws(() => api.registerAdapter(adapterWith(() => ({}))), {
        kind: 'configuration',
        code: 'adapter-id-taken',
      });
    });

    it('asks nobody, because a connection is added by the user, who sees whose it is', () => {
      api.registerAdapter(adapterWith(() => ({})));
      assert.deepEqual(bench.asked, []);
    });

    for (const [what, parts] of Object.entries({
      id: { id: 'Codegen/x' },
      displayName: { displayName: ' ' },
      form: { form: undefined },
      signIn: { signIn: 'x' },
      open: { open: null },
    })) {
      it(`says at once that its ${what} cannot be used`, () => {
        assert.throws(() => api.registerAdapter(adapterWith(() => ({}), parts)), {
          kind: 'configuration',
          detail: `registerAdapter: ${what}`,
        });
      });
    }

    it('ends somewhere', () => {
      const register = (id: string) => api.registerAdapter(adapterWith(() => ({}), { id }));
      for (let index = 0; index < 20; index++) {
        register(`a${index}`);
      }
      assert.throws(() => register('one-more'), { kind: 'configuration' });
    });
  });

  describe('of a connection whose service an extension brings', () => {
    const id = 'samples.reader/sample';

    it('is that it is missing while it is not there, with its name, and the rows once it comes', async () => {
      const { branch } = await bench.connect(id);
      await bench.inventory.open(branch);
      assertMissing(branch.error);
      assert.deepEqual(bench.started, ['samples.reader']);
      const registration = api.registerAdapter(adapterWith(() => ({})));
      await until(() => branch.nodes.length === 1);
      assert.equal(branch.error, undefined);
      registration.dispose();
      await until(() => branch.error !== undefined);
      assertMissing(branch.error);
      api.registerAdapter(
        adapterWith(() => ({ list: async () => ({ items: [token, { ...token, id: '2' }] }) })),
      );
      await until(() => branch.nodes.length === 2);
    });

    it('is the rows at once when the extension had only not been started', async () => {
      bench.onStart = () => api.registerAdapter(adapterWith(() => ({})));
      const { branch } = await bench.connect(id);
      await bench.inventory.open(branch);
      assert.deepEqual([branch.error, branch.nodes.length], [undefined, 1]);
    });

    it('is what the newest registration says, also when the one before was still at it', async () => {
      const first = api.registerAdapter(adapterWith(() => ({ list: never })));
      const { branch } = await bench.connect(id);
      void bench.inventory.open(branch);
      await until(() => bench.clock.sleeping > 0);
      first.dispose();
      api.registerAdapter(adapterWith(() => ({})));
      await until(() => branch.nodes.length === 1);
      bench.clock.advance(100_000);
      await turns();
      assert.equal(branch.error, undefined);
    });

    it('does not come from a second dispose of an old registration', async () => {
      const first = api.registerAdapter(adapterWith(() => ({})));
      first.dispose();
      api.registerAdapter(adapterWith(() => ({})));
      first.dispose();
      assert.equal(bench.registry.registered.length, 1);
    });

    it('are its own credentials alone, and no more once it is taken back', async () => {
      const ios = new Map<string, oauth.AdapterIo>();
      const seen: string[] = [];
      const spying = (name: string) =>
        adapterWith((io, { secrets }) => {
          ios.set(name, io);
          seen.push(`${name}: ${Object.values(secrets).map((secret) => secret.reveal())}`);
          return {};
        });
      const registration = api.registerAdapter(spying('mine'));
      bench.apiOf('other.one').registerAdapter(spying('theirs'));
      const mine = await bench.connect(id, 'mine', { key: new Secret('my key') });
      const theirs = await bench.connect('other.one/sample', 'theirs', { key: new Secret('their key') });
      await bench.inventory.refreshAll();
      assert.deepEqual(seen.sort(), ['mine: my key', 'theirs: their key']);
      const io = ios.get('mine');
      assert(io);
      assert.equal((await io.readSecrets()).key?.reveal(), 'my key');
      await io.saveSecrets({ key: api.secret('my new key') });
      assert.equal(bench.credentials.values.get(mine.connection.id)?.key?.reveal(), 'my new key');
      assert.equal(bench.credentials.values.get(theirs.connection.id)?.key?.reveal(), 'their key');
      assert.throws(() => io.http('https://other.example'), { kind: 'configuration' });

      registration.dispose();
      await assert.rejects(io.readSecrets(), { kind: 'unsupported', code: 'no-extension' });
      await assert.rejects(io.saveSecrets({ key: api.secret('stolen') }), { kind: 'unsupported' });
      assert.throws(() => io.http('https://service.example'), { kind: 'unsupported' });
      // The same id under another extension's name is another adapter.
      bench.apiOf('thief.one').registerAdapter(spying('thief'));
      await bench.inventory.refreshAll();
      assert.deepEqual(
        seen.filter((line) => line.startsWith('thief')),
        [],
      );
      // Registered again it gets its own, and the old hands stay tied.
      api.registerAdapter(spying('again'));
      await until(() => seen.includes('again: my new key'));
      await assert.rejects(io.readSecrets(), { kind: 'unsupported' });
    });

    it('cannot be reached by what a sign-in has kept, once it is taken back', async () => {
      let kept: oauth.FormIo | undefined;
      const signIn = async (draft: oauth.Draft, io: oauth.FormIo) => {
        kept = io;
        return { ...draft, account: { id: '1', name: 'me' } };
      };
      const registration = api.registerAdapter(adapterWith(() => ({}), { signIn }));
      const adapter = await bench.registry.get(id);
      const draft = { settings: { url: 'https://service.example' }, secrets: {} };
      await adapter.signIn(draft, bench.sessions.formIo(adapter, draft), new AbortController().signal);
      assert.equal(kept?.http('https://service.example').baseUrl, 'https://service.example/');
      registration.dispose();
      assert.throws(() => kept?.http('https://service.example'), {
        kind: 'unsupported',
        code: 'no-extension',
      });
    });

    it('is handed to it in copies that it cannot change', async () => {
      let config: oauth.ConnectionConfig | undefined;
      api.registerAdapter(
        adapterWith((_io, given) => {
          config = given;
          return {};
        }),
      );
      const connection = await bench.connections.add({
        adapterId: id,
        serviceName: 'Sample',
        label: 'mine',
        account: { id: '1', name: 'me' },
        settings: { url: 'https://service.example', chosen: ['a', 'b'] },
        secrets: {},
      });
      await bench.sessions.get(connection.id);
      assert(config);
      for (const value of [config, config.settings, config.settings.chosen, config.secrets]) {
        assert(Object.isFrozen(value));
      }
      assert(!Object.isFrozen(connection.settings));
    });

    it('is stored as credentials only where it is a secret', async () => {
      let io: oauth.AdapterIo | undefined;
      api.registerAdapter(
        adapterWith((given) => {
          io = given;
          return {};
        }),
      );
      const root = await bench.connect(id, 'mine', { key: new Secret('my key') });
      await bench.inventory.open(root.branch);
      assert(io);
      for (const changes of [
        { key: 'a text' },
        { 'oauthTokens.x': api.secret('x') },
        'all',
        { key: { reveal: 1 } },
      ]) {
        await assert.rejects(Reflect.apply(io.saveSecrets, undefined, [changes]), { kind: 'internal' });
      }
      assert.equal(bench.credentials.values.get(root.connection.id)?.key?.reveal(), 'my key');
    });
  });

  describe('to read', () => {
    beforeEach(async () => {
      bench.apiOf('fine.guest').registerAdapter(
        adapterWith(() => ({
          list: async (parent: readonly oauth.Item[] | undefined, cursor: string | undefined) => {
            if (parent) {
              return { items: [{ ...token, id: 'below' }] };
            }
            return cursor === undefined
              ? { items: [{ ...token, children: { kind: 'list' } }], next: 'more', total: 2 }
              : { items: [{ ...token, id: 'asked', children: { kind: 'onRequest' } }], total: 2 };
          },
        })),
      );
      await bench.connect('fine.guest/sample', 'mine', { key: new Secret('my key') });
    });

    it('is asked for once, by name, however often it is called meanwhile, and remembered', async () => {
      let allow: ((answer: boolean) => void) | undefined;
      bench.answer = () =>
        new Promise((resolve) => {
          allow = resolve;
        });
      assert.equal(api.mayRead, undefined);
      const reading = [api.connections(), api.connections()];
      await until(() => allow !== undefined);
      allow?.(true);
      const [connections] = await Promise.all(reading);
      assert.deepEqual(bench.asked, [{ id: 'samples.reader', name: 'Extension samples.reader' }]);
      assert.equal(connections?.length, 1);
      assert.equal(api.mayRead, true);
      await bench.apiOf('samples.reader').connections();
      assert.equal(bench.asked.length, 1);
    });

    for (const answer of [false, undefined]) {
      it(`is refused with a reason when the answer is ${answer}, without asking again`, async () => {
        bench.answer = async () => answer;
        for (let time = 0; time < 2; time++) {
          await assert.rejects(api.connections(), { kind: 'forbidden', code: 'access-denied' });
          await assert.rejects(api.rows('x'), { kind: 'forbidden' });
        }
        assert.equal(bench.asked.length, 1);
        assert.equal(api.mayRead, answer);
      });
    }

    it('ends when the user takes it back, also in the middle', async () => {
      await api.connections();
      const [root] = bench.inventory.roots;
      assert(root);
      const reading = api.rows(root.key);
      await bench.access.decide({ id: 'samples.reader', name: 'Reader' }, false);
      await assert.rejects(reading, { kind: 'forbidden' });
      await assert.rejects(api.connections(), { kind: 'forbidden' });
      assert.equal(bench.asked.length, 1);
    });

    it('gives no credential and no setting, and nothing that can be changed', async () => {
      const [connection] = await api.connections();
      assert(connection);
      const rows = await api.rows(connection.id);
      assert.deepEqual(Object.keys(connection).sort(), [
        'account',
        'adapterId',
        'id',
        'label',
        'serviceName',
      ]);
      const frozen = [connection, connection.account, rows, rows.rows, rows.rows[0], rows.rows[0]?.fields];
      for (const value of frozen) {
        assert(Object.isFrozen(value));
      }
      assert.doesNotMatch(JSON.stringify([connection, rows]), /my key/);
    });

    it('reads rows by their path, a page more when asked, and nothing that only the user asks for', async () => {
      const [root] = bench.inventory.roots;
      assert(root);
      const first = await api.rows(root.key);
      assert.deepEqual(
        [first.rows.map(({ id, name, hasChildren }) => [id, name, hasChildren]), first.hasMore, first.total],
        [[['token-1', 'Token 1', true]], true, 2],
      );
      const both = await api.rows(root.key, [], { more: true });
      assert.deepEqual([both.rows.length, both.hasMore], [2, false]);
      assert.deepEqual(
        (await api.rows(root.key, ['token-1'])).rows.map(({ id }) => id),
        ['below'],
      );
      await assert.rejects(api.rows(root.key, ['asked']), { kind: 'unsupported', code: 'on-request' });
      await assert.rejects(api.rows(root.key, ['nobody']), { kind: 'unsupported', code: 'no-row' });
      await assert.rejects(api.rows('nobody'), { kind: 'unsupported', code: 'no-row' });
    });

    it('tells of changes a few at a time, to those who may know, and stands a listener that throws', async () => {
      const heard: oauth.ConnectionsChange[] = [];
      const deaf: unknown[] = [];
      const subscriptions: { dispose(): void }[] = [];
      bench.apiOf('no.leave').onDidChange((change) => deaf.push(change));
      api.onDidChange(() => {
        throw new Error('no');
      });
      api.onDidChange(
        function (this: unknown, change) {
          assert.equal(this, heard);
          heard.push(change);
        },
        heard,
        subscriptions,
      );
      assert.equal(subscriptions.length, 1);
      await api.connections();
      const [root] = bench.inventory.roots;
      assert(root);
      for (let time = 0; time < 5; time++) {
        await bench.inventory.refresh(root.branch);
      }
      await new Promise((resolve) => api.onDidChange(resolve));
      assert.deepEqual(heard, [{ connectionIds: [root.key], listChanged: false }]);
      assert.deepEqual(deaf, []);
      assert.equal(bench.asked.length, 1);
      assert(bench.logger.lines.some(({ message }) => message === 'samples.reader onDidChange failed'));
    });
  });
});

/** The error that names the extension which is missing. */
function assertMissing(error: TokenManagerError | undefined): void {
  assert.deepEqual(
    [error?.kind, error?.code, error?.detail],
    ['unsupported', 'no-extension', 'samples.reader'],
  );
}

async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise(setImmediate);
  }
}

/** As long as it takes: digests are made in threads of their own. A test that waits in vain ends by its time limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise(setImmediate);
  }
}
