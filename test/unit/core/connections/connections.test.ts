import assert from 'node:assert/strict';
import { certificateAuthorityFile, formSettings } from '../../../../src/core/adapter/reservedSettings.ts';
import { Connections, type NewConnection } from '../../../../src/core/connections/connections.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import type { ConnectionIndex } from '../../../../src/core/ports.ts';
import { ManualClock, MemoryConnectionStore, MemoryCredentialStore } from '../../fakes.ts';
import { noLeases, unrecorded } from '../memoryCore.ts';

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
  return {
    store,
    credentials,
    clock,
    connections: new Connections(store, credentials, clock, noLeases, unrecorded),
  };
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

  it('gives no credential back to a connection that was disconnected while it was stored', async () => {
    for (const store of [
      (connections: Connections, id: string) => connections.reconnect(id, sample),
      (connections: Connections, id: string) => connections.saveSecrets(id, { a: new Secret('1') }),
    ]) {
      const { connections, credentials, store: index, clock } = setUp();
      const { id } = await connections.add(sample);
      const otherWindow = new Connections(index, credentials, clock, noLeases, unrecorded);
      const { write } = credentials;
      credentials.write = async (...written) => {
        await otherWindow.remove(id);
        await write.apply(credentials, written);
      };
      await assert.rejects(store(connections, id), { code: 'no-connection' });
      assert.equal(credentials.values.size, 0);
    }
  });

  it('knows which credentials a form does not ask for, so that entering it anew loses none of them', async () => {
    const { connections } = setUp();
    const { id } = await connections.add(sample);
    await connections.saveSecrets(id, { attached: new Secret('r') });
    const others = await connections.otherSecrets(id, ['token']);
    assert.deepEqual(Object.keys(others), ['attached']);
    await connections.reconnect(id, { ...sample, secrets: { ...others, token: new Secret('new') } });
    assert.deepEqual(Object.keys(await connections.otherSecrets(id, ['token'])), ['attached']);
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

  describe('in an order of the user’s', () => {
    async function setUpFour() {
      const { connections, store, credentials, clock } = setUp();
      const ids: string[] = [];
      for (const label of ['a', 'b', 'c', 'd']) {
        ids.push((await connections.add({ ...sample, label })).id);
      }
      const changes: string[] = [];
      connections.onDidChange(({ kind }) => changes.push(kind));
      const idOf = (label: string) => ids['abcd'.indexOf(label)] ?? '';
      const order = () =>
        connections
          .all()
          .map(({ label }) => label)
          .join('');
      return { connections, store, credentials, clock, changes, idOf, order };
    }

    for (const [moved, onto, then] of [
      ['a', 'b', 'bacd'],
      ['a', 'd', 'bcda'],
      ['d', 'b', 'adbc'],
      ['b', undefined, 'acdb'],
      ['ac', 'd', 'bdac'],
      ['dc', 'a', 'dcab'],
    ] as const) {
      it(`${moved} takes the place of ${onto ?? 'the last one'}: ${then}`, async () => {
        const { connections, changes, idOf, order } = await setUpFour();
        await connections.move([...moved].map(idOf), onto && idOf(onto));
        assert.equal(order(), then);
        assert.deepEqual(changes, ['reordered']);
      });
    }

    it('stays when moved onto itself or onto what is gone', async () => {
      const { connections, changes, idOf, order } = await setUpFour();
      await connections.move([idOf('a')], idOf('a'));
      await connections.move([idOf('a')], 'gone');
      assert.equal(order(), 'abcd');
      assert.deepEqual(changes, []);
    });

    it('is another after nothing but an order has changed, and not when one comes or goes', async () => {
      const { connections, changes, idOf } = await setUpFour();
      await connections.remove(idOf('a'));
      await connections.add(sample);
      assert.deepEqual(changes, ['removed', 'added']);
    });
  });

  it('puts the old credentials back when what belongs to the new ones cannot be written', async () => {
    const { connections, credentials, store } = setUp();
    const { id } = await connections.add(sample);
    store.write = async () => fail();
    await assert.rejects(
      connections.reconnect(id, { ...sample, secrets: { token: new Secret('new') } }),
      TokenManagerError,
    );
    assert.equal(credentials.values.get(id)?.token?.reveal(), 't');
  });

  it('lets a forgotten connection come to no credential any more', async () => {
    const { connections, credentials } = setUp();
    const { id } = await connections.add(sample);
    const outcomes = await Promise.allSettled([
      connections.saveSecrets(id, { late: new Secret('1') }),
      connections.remove(id),
      connections.saveSecrets(id, { later: new Secret('2') }),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected'],
    );
    assert.equal(credentials.values.size, 0);
  });

  it('offers an empty form, instead of an error, where the old credentials cannot be read', async () => {
    const { connections, credentials } = setUp();
    const { id } = await connections.add(sample);
    credentials.read = async () => fail();
    assert.deepEqual(await connections.otherSecrets(id, []), {});
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
        ids: () => credentials.ids(),
      };
      const dead = new Connections(brokenStore, brokenCredentials, clock, noLeases, unrecorded);
      await work(dead).catch(() => undefined);
      const finished = left >= 0;
      clock.advance(10 * 60_000);
      const next = new Connections(store, credentials, clock, noLeases, unrecorded);
      await next.finishInterrupted();
      const ids = next.all().map(({ id }) => id);
      assert.deepEqual([...credentials.values.keys()].sort(), [...ids].sort(), `after ${step} writes`);
      assert.deepEqual(store.index.unsettled, []);
      return { finished, writes: step - left, existing: existing.id, ids };
    }

    const first = (connections: Connections) => {
      const [connection] = connections.all();
      assert(connection);
      return connection.id;
    };
    const renewed = { ...sample, secrets: { token: new Secret('new') } };
    const acts: readonly {
      readonly name: string;
      readonly writes: number;
      readonly leaves: readonly number[];
      readonly act: (connections: Connections) => Promise<unknown>;
    }[] = [
      { name: 'adding', writes: 3, leaves: [1, 2], act: (connections) => connections.add(sample) },
      {
        name: 'disconnecting',
        writes: 3,
        leaves: [0, 1],
        act: (connections) => connections.remove(first(connections)),
      },
      {
        name: 'updating credentials',
        writes: 2,
        leaves: [1],
        act: (connections) => connections.reconnect(first(connections), renewed),
      },
      {
        name: 'saving a renewed credential',
        writes: 1,
        leaves: [1],
        act: (connections) => connections.saveSecrets(first(connections), { token: new Secret('new') }),
      },
      {
        name: 'renaming',
        writes: 1,
        leaves: [1],
        act: (connections) => connections.relabel(first(connections), 'home'),
      },
      {
        name: 'removing all data',
        writes: 3,
        leaves: [0, 1],
        act: (connections) => connections.removeAll(),
      },
    ];
    for (const { name, writes, leaves, act } of acts) {
      it(`leaves neither a credential without a connection nor the reverse when ${name}`, async () => {
        for (let step = 0; ; step++) {
          const result = await interruptedAt(step, act);
          assert(leaves.includes(result.ids.length), `${result.ids.length} connections after ${step} writes`);
          if (result.finished) {
            assert.equal(result.writes, writes);
            return;
          }
        }
      });
    }
  });

  describe('a credential that nobody remembers', () => {
    it('is written down at one start and deleted at a later one', async () => {
      const { connections, credentials, clock, store } = setUp();
      await connections.add(sample);
      await credentials.write('nobody', sample.secrets);
      await connections.finishInterrupted();
      assert.equal(credentials.values.size, 2);
      assert.deepEqual(
        store.index.unsettled.map(({ id }) => id),
        ['nobody'],
      );
      clock.advance(10 * 60_000);
      await connections.finishInterrupted();
      assert.deepEqual(
        [...credentials.values.keys()],
        connections.all().map(({ id }) => id),
      );
      assert.deepEqual(store.index.unsettled, []);
    });

    it('stays when its connection turns up meanwhile', async () => {
      const { connections, credentials, clock, store } = setUp();
      const { id } = await connections.add(sample);
      await store.write({ ...store.index, unsettled: [{ id, since: clock.now() }] });
      clock.advance(10 * 60_000);
      await connections.finishInterrupted();
      assert.deepEqual([...credentials.values.keys()], [id]);
      assert.deepEqual(store.index.unsettled, []);
    });
  });

  describe('removing all data', () => {
    it('forgets connections and credentials, also those of no connection', async () => {
      const { connections, credentials, store } = setUp();
      const removed: string[] = [];
      connections.onDidChange(({ kind }) => removed.push(kind));
      await connections.add(sample);
      await connections.add({ ...sample, label: 'home' });
      await credentials.write('nobody', sample.secrets);
      assert.deepEqual(await connections.removeAll(), { connections: 0, credentials: 0 });
      assert.equal(credentials.values.size, 0);
      assert.deepEqual(store.index, { connections: [], unsettled: [] });
      assert.deepEqual(removed, ['added', 'added', 'removed', 'removed']);
    });

    it('tells what is left, remembers it, and deletes it later', async () => {
      const { connections, credentials, store, clock } = setUp();
      const stuck = await connections.add(sample);
      await connections.add({ ...sample, label: 'home' });
      const remove = credentials.delete.bind(credentials);
      credentials.delete = async (id) => (id === stuck.id ? fail() : remove(id));
      assert.deepEqual(await connections.removeAll(), { connections: 0, credentials: 1 });
      assert.deepEqual(
        store.index.unsettled.map(({ id }) => id),
        [stuck.id],
      );
      credentials.delete = remove;
      clock.advance(10 * 60_000);
      await connections.finishInterrupted();
      assert.equal(credentials.values.size, 0);
    });

    for (const isDeletable of [true, false]) {
      it(`does not say that no credential is left where it could not look ${isDeletable ? '' : ' and not delete'}`, async () => {
        const { connections, credentials } = setUp();
        await connections.add(sample);
        credentials.ids = async () => fail();
        credentials.delete = isDeletable ? credentials.delete : async () => fail();
        assert.deepEqual(await connections.removeAll(), { connections: 0, credentials: 'unknown' });
      });
    }
  });

  it('leaves alone what another window is just writing', async () => {
    const { connections, credentials, clock, store } = setUp();
    await store.write({ connections: [], unsettled: [{ id: 'elsewhere', since: clock.now() }] });
    await credentials.write('elsewhere', sample.secrets);
    await connections.finishInterrupted();
    assert.equal(credentials.values.size, 1);
  });
});
