import assert from 'node:assert/strict';
import { type ConnectionIndex, Connections, type NewConnection } from '../../../src/core/connections.ts';
import { TokenManagerError } from '../../../src/core/errors.ts';
import { certificateAuthorityFile, formSettings } from '../../../src/core/reservedSettings.ts';
import { Secret } from '../../../src/core/secret.ts';
import { ManualClock, MemoryConnectionStore, MemoryCredentialStore } from '../fakes.ts';

const sample: NewConnection = {
  adapterId: 'example',
  serviceName: 'Example',
  label: 'work',
  account: { id: '1', name: 'me' },
  settings: { baseUrl: 'https://example.com' },
  secrets: { token: new Secret('t') },
};

function setUp() {
  const store = new MemoryConnectionStore();
  const credentials = new MemoryCredentialStore();
  const clock = new ManualClock();
  return { store, credentials, clock, connections: new Connections(store, credentials, clock) };
}

function fail(): never {
  throw new TokenManagerError('storage');
}

describe('Connections', () => {
  it('records a connection only after its credential has been kept', async () => {
    const { connections, credentials, store } = setUp();
    credentials.write = async () => fail();
    await assert.rejects(connections.add(sample), TokenManagerError);
    assert.deepEqual(connections.all(), []);
    assert.deepEqual(store.index, { connections: [], unsettled: [] });
  });

  it('forgets the credential together with the connection', async () => {
    const { connections, credentials, store } = setUp();
    const { id } = await connections.add(sample);
    assert.equal(credentials.values.size, 1);
    await connections.remove(id);
    assert.equal(credentials.values.size, 0);
    assert.deepEqual(store.index, { connections: [], unsettled: [] });
  });

  it('keeps no credential in the index', async () => {
    const { connections, store } = setUp();
    await connections.add({ ...sample, secrets: { token: new Secret('canary-1') } });
    assert(!JSON.stringify(store.index).includes('canary-1'));
  });

  it('keeps a certificate authority file beside the settings of the form, and takes it away again', async () => {
    const { connections } = setUp();
    const { id } = await connections.add(sample);
    const changes: string[] = [];
    connections.onDidChange(({ kind }) => changes.push(kind));
    await connections.setCertificateAuthorityFile(id, '/etc/company.pem');
    const { settings } = connections.get(id);
    assert.equal(certificateAuthorityFile(settings), '/etc/company.pem');
    assert.deepEqual(formSettings(settings), sample.settings);
    await connections.setCertificateAuthorityFile(id, undefined);
    assert.deepEqual(connections.get(id).settings, sample.settings);
    assert.deepEqual(changes, ['reconnected', 'reconnected']);
  });

  it('changes single credentials one after another', async () => {
    const { connections, credentials } = setUp();
    const { id } = await connections.add(sample);
    await Promise.all([
      connections.saveSecrets(id, { a: new Secret('1') }),
      connections.saveSecrets(id, { b: new Secret('2') }),
      connections.saveSecrets(id, { token: undefined }),
    ]);
    const kept = credentials.values.get(id) ?? {};
    assert.deepEqual(
      Object.entries(kept).map(([name, secret]) => [name, secret.reveal()]),
      [
        ['a', '1'],
        ['b', '2'],
      ],
    );
  });

  it('says which connection changed, and how', async () => {
    const { connections } = setUp();
    const changes: string[] = [];
    connections.onDidChange(({ kind }) => changes.push(kind));
    const { id } = await connections.add(sample);
    await connections.relabel(id, 'home');
    await connections.reconnect(id, sample);
    await connections.remove(id);
    assert.deepEqual(changes, ['added', 'relabelled', 'reconnected', 'removed']);
  });

  describe('interrupted between two writes', () => {
    /** Runs `work`, dying at the n-th write, for every n; then starts anew and settles. */
    async function interruptedAt(step: number, work: (connections: Connections) => Promise<unknown>) {
      const { store, credentials, clock, connections } = setUp();
      const existing = await connections.add(sample);
      let left = step;
      const dying =
        <A extends readonly unknown[], R>(write: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          if (left-- <= 0) {
            fail();
          }
          return write(...args);
        };
      const brokenStore = {
        read: () => store.read(),
        write: dying((index: ConnectionIndex) => store.write(index)),
      };
      const brokenCredentials = {
        read: (id: string) => credentials.read(id),
        write: dying((id: string, secrets: NewConnection['secrets']) => credentials.write(id, secrets)),
        delete: dying((id: string) => credentials.delete(id)),
      };
      const dead = new Connections(brokenStore, brokenCredentials, clock);
      const finished = await work(dead).then(
        () => true,
        () => false,
      );
      clock.advance(10 * 60_000);
      const next = new Connections(store, credentials, clock);
      await next.settle();
      const ids = next.all().map(({ id }) => id);
      assert.deepEqual([...credentials.values.keys()].sort(), [...ids].sort(), `after ${step} writes`);
      assert.deepEqual(store.index.unsettled, []);
      return { finished, existing: existing.id, ids };
    }

    it('leaves neither a credential without a connection nor the reverse when adding', async () => {
      for (let step = 0; ; step++) {
        const { finished } = await interruptedAt(step, (connections) => connections.add(sample));
        if (finished) {
          assert.equal(step, 3);
          return;
        }
      }
    });

    it('leaves neither when disconnecting', async () => {
      for (let step = 0; ; step++) {
        const { finished } = await interruptedAt(step, async (connections) => {
          const [first] = connections.all();
          assert(first);
          await connections.remove(first.id);
        });
        if (finished) {
          assert.equal(step, 3);
          return;
        }
      }
    });
  });

  it('leaves alone what another window is just writing', async () => {
    const { connections, credentials, clock, store } = setUp();
    await store.write({ connections: [], unsettled: [{ id: 'elsewhere', since: clock.now() }] });
    await credentials.write('elsewhere', sample.secrets);
    await connections.settle();
    assert.equal(credentials.values.size, 1);
  });
});
