import assert from 'node:assert/strict';
import { setImmediate as turns } from 'node:timers/promises';
import { Connections, type NewConnection } from '../../../../src/core/connections/connections.ts';
import { SessionCredentials } from '../../../../src/core/connections/sessionCredentials.ts';
import { Emitter } from '../../../../src/core/event.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import type {
  ConnectionIndex,
  ConnectionStore,
  CredentialStore,
  Leases,
} from '../../../../src/core/ports.ts';
import { ManualClock, MemoryCredentialStore } from '../../fakes.ts';
import { noLeases, unrecorded } from '../memoryCore.ts';

const sample: NewConnection = {
  adapterId: 'example',
  serviceName: 'Example',
  label: 'work',
  account: { id: '1', name: 'me' },
  settings: {},
  secrets: { token: new Secret('t') },
};

/** Like a memento: a window sees at once what it writes, and later what the others write, the last of whom wins. */
class Profile {
  readonly #windows = new Set<{ index: ConnectionIndex; changed: Emitter<void> }>();
  readonly #written: (() => void)[] = [];

  store(): ConnectionStore {
    const window = {
      index: { connections: [], unsettled: [] } as ConnectionIndex,
      changed: new Emitter<void>(),
    };
    this.#windows.add(window);
    return {
      read: () => window.index,
      write: async (index) => {
        window.index = index;
        this.#written.push(() => {
          for (const other of this.#windows) {
            if (other.index !== index) {
              other.index = index;
              other.changed.fire();
            }
          }
        });
      },
      onDidChange: window.changed.event,
    };
  }

  /** Until every window has seen all that any of them has written, and has said what it has to say to it. */
  async spread(): Promise<void> {
    do {
      for (const show of this.#written.splice(0)) {
        show();
      }
      await turns();
    } while (this.#written.length > 0);
  }
}

function window(profile: Profile, credentials: CredentialStore): Connections {
  return new Connections(profile.store(), credentials, new ManualClock(), noLeases, unrecorded);
}

describe('two windows', () => {
  it('that add a connection at once keep both', async () => {
    const profile = new Profile();
    const credentials = new MemoryCredentialStore();
    const windows = [window(profile, credentials), window(profile, credentials)];
    const added = await Promise.all(
      windows.map((connections, at) => connections.add({ ...sample, label: `${at}` })),
    );
    await profile.spread();
    for (const connections of windows) {
      assert.deepEqual(
        connections
          .all()
          .map(({ id }) => id)
          .sort(),
        added.map(({ id }) => id).sort(),
      );
    }
  });

  it('of which one disconnects while the other one adds keep what was added, and only that', async () => {
    const profile = new Profile();
    const credentials = new MemoryCredentialStore();
    const [one, other] = [window(profile, credentials), window(profile, credentials)];
    const old = await one.add(sample);
    await profile.spread();
    const [, added] = await Promise.all([one.remove(old.id), other.add(sample)]);
    await profile.spread();
    for (const connections of [one, other]) {
      assert.deepEqual(
        connections.all().map(({ id }) => id),
        [added.id],
      );
    }
    assert.deepEqual([...credentials.values.keys()], [added.id]);
  });

  it('do not bring back what the other one has disconnected', async () => {
    const profile = new Profile();
    const credentials = new MemoryCredentialStore();
    const [one, other] = [window(profile, credentials), window(profile, credentials)];
    const { id } = await one.add(sample);
    await profile.spread();
    await other.remove(id);
    await profile.spread();
    assert.deepEqual([one.all(), other.all()], [[], []]);
  });

  it('forget what one of them kept for its session when the other one removes all data', async () => {
    const profile = new Profile();
    const stored = new MemoryCredentialStore();
    const inSession = new SessionCredentials(stored, async () => true);
    const one = window(profile, inSession);
    const other = window(profile, stored);
    const { write } = stored;
    stored.write = async () => {
      throw new TokenManagerError('storage', '', { code: 'failed' });
    };
    const { id } = await one.add(sample);
    stored.write = write;
    assert(one.isForSessionOnly(id));
    await profile.spread();
    await other.removeAll();
    await profile.spread();
    assert.equal(await inSession.read(id), undefined);
  });
});

describe('a deletion whose turn never comes', () => {
  const stuck: Leases = { hold: () => new Promise(() => undefined) };

  for (const [name, act] of [
    ['Disconnect', async (connections: Connections) => connections.remove(connections.all()[0]?.id ?? '')],
    ['Remove All Data', (connections: Connections) => connections.removeAll()],
  ] as const) {
    it(`deletes all the same after some seconds, all at once: ${name}`, async () => {
      const profile = new Profile();
      const credentials = new MemoryCredentialStore();
      const store = profile.store();
      const clock = new ManualClock();
      const before = new Connections(store, credentials, clock, noLeases, unrecorded);
      const count = name === 'Disconnect' ? 1 : 3;
      for (let at = 0; at < count; at++) {
        await before.add(sample);
      }
      const connections = new Connections(store, credentials, clock, stuck, unrecorded);
      const done = act(connections);
      await turns();
      assert.equal(credentials.values.size, count);
      clock.advance(5000);
      await done;
      assert.equal(credentials.values.size, 0);
      assert.deepEqual(store.read(), { connections: [], unsettled: [] });
    });
  }

  it('deletes once where its turn comes late', async () => {
    const profile = new Profile();
    const credentials = new MemoryCredentialStore();
    const clock = new ManualClock();
    const coming = Promise.withResolvers<void>();
    const store = profile.store();
    const { id } = await new Connections(store, credentials, clock, noLeases, unrecorded).add(sample);
    let deleted = 0;
    const { delete: remove } = credentials;
    credentials.delete = async (which) => {
      deleted++;
      await remove.call(credentials, which);
    };
    const late: Leases = { hold: async (_name, _signal, work) => coming.promise.then(work) };
    const connections = new Connections(store, credentials, clock, late, unrecorded);
    const done = connections.remove(id);
    await turns();
    clock.advance(5000);
    await done;
    coming.resolve();
    await turns();
    assert.equal(deleted, 1);
  });
});
