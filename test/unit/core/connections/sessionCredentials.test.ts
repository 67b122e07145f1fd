import assert from 'node:assert/strict';
import type { ConnectionChange } from '../../../../src/core/connections/changes.ts';
import { Connections, type NewConnection } from '../../../../src/core/connections/connections.ts';
import { SessionCredentials } from '../../../../src/core/connections/sessionCredentials.ts';
import { ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import type { Secrets } from '../../../../src/core/ports.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { tooltip } from '../../../../src/ui/tree/tooltip.ts';
import { ManualClock, MemoryConnectionStore, MemoryCredentialStore } from '../../fakes.ts';
import { wording } from '../../ui/wording.ts';
import { noLeases, unrecorded } from '../memoryCore.ts';

const sample: NewConnection = {
  adapterId: 'example',
  serviceName: 'Example',
  label: 'work',
  account: { id: '1', name: 'me' },
  settings: { baseUrl: 'https://example.com' },
  secrets: { token: new Secret('old') },
};
const renewed = { ...sample, secrets: { token: new Secret('new') } };

/** What a keyring can do to a write, besides keeping it. */
const failures = {
  rejecting: async (): Promise<void> => {
    throw new TokenManagerError('storage', '', { code: 'failed' });
  },
  losing: async (values: Map<string, Secrets>, id: string): Promise<void> => {
    values.delete(id);
    throw new TokenManagerError('storage', '', { code: 'lost' });
  },
  hanging: async (): Promise<void> => {
    throw new TokenManagerError('storage', '', { code: 'late' });
  },
};

function setUp({ accepts = true } = {}) {
  const stored = new MemoryCredentialStore();
  const asked: string[] = [];
  const credentials = new SessionCredentials(stored, async ({ code }) => {
    asked.push(code ?? '');
    return accepts;
  });
  const store = new MemoryConnectionStore();
  const connections = new Connections(store, credentials, new ManualClock(), noLeases, unrecorded);
  const changes: ConnectionChange['kind'][] = [];
  connections.onDidChange(({ kind }) => changes.push(kind));
  const restarted = () => new SessionCredentials(stored, async () => false);
  return { stored, asked, credentials, store, connections, changes, restarted };
}

function breakDown(stored: MemoryCredentialStore, failure: keyof typeof failures): void {
  stored.write = (id) => failures[failure](stored.values, id);
}

async function tokenOf(credentials: SessionCredentials, id: string): Promise<string | undefined> {
  return (await credentials.read(id))?.token?.reveal();
}

describe('credentials that SecretStorage does not keep', () => {
  for (const [failure, code] of [
    ['rejecting', 'failed'],
    ['losing', 'lost'],
    ['hanging', 'late'],
  ] as const) {
    describe(`(${failure})`, () => {
      it('are kept for the session when a connection is added and the user wants it', async () => {
        const { stored, asked, connections, credentials, restarted } = setUp();
        breakDown(stored, failure);
        const { id } = await connections.add(sample);
        assert.deepEqual(asked, [code]);
        assert.equal(await tokenOf(credentials, id), 'old');
        assert(connections.isForSessionOnly(id));
        assert.equal(await restarted().read(id), undefined, 'the next start finds the credential missing');
      });

      it('make no connection when the user does not want that', async () => {
        const { stored, connections, store } = setUp({ accepts: false });
        breakDown(stored, failure);
        await assert.rejects(connections.add(sample), { kind: 'storage', code });
        assert.deepEqual(store.index, { connections: [], unsettled: [] });
        assert.equal(stored.values.size, 0);
      });

      it('replace the old ones for the session on Update Credentials', async () => {
        const { stored, connections, credentials, changes } = setUp();
        const { id } = await connections.add(sample);
        breakDown(stored, failure);
        await connections.reconnect(id, renewed);
        assert.equal(await tokenOf(credentials, id), 'new');
        assert(connections.isForSessionOnly(id));
        assert.deepEqual(changes, ['added', 'reconnected']);
      });

      it('fail Update Credentials when the user does not want that', async () => {
        const { stored, connections } = setUp({ accepts: false });
        const { id } = await connections.add(sample);
        breakDown(stored, failure);
        await assert.rejects(connections.reconnect(id, renewed), { kind: 'storage', code });
        assert(!connections.isForSessionOnly(id));
      });

      it('are kept for the session beside the others when one is attached', async () => {
        const { stored, connections, credentials, asked, changes } = setUp();
        const { id } = await connections.add(sample);
        breakDown(stored, failure);
        // What a losing store has lost by then is in the open session only.
        await connections.saveSecrets(id, { refresh: new Secret('r') });
        assert.deepEqual(asked, [code]);
        assert.deepEqual(Object.keys((await credentials.read(id)) ?? {}), ['token', 'refresh']);
        assert.deepEqual(changes, ['added', 'keptOtherwise']);
      });

      it('are asked about once a connection', async () => {
        const { stored, connections, asked } = setUp();
        breakDown(stored, failure);
        const { id } = await connections.add(sample);
        await connections.saveSecrets(id, { refresh: new Secret('r') });
        await connections.reconnect(id, renewed);
        assert.deepEqual(asked, [code]);
      });

      it('are not attached when the user does not want that', async () => {
        const { stored, connections } = setUp({ accepts: false });
        const { id } = await connections.add(sample);
        breakDown(stored, failure);
        await assert.rejects(connections.saveSecrets(id, { refresh: new Secret('r') }), { code });
        assert(!connections.isForSessionOnly(id));
      });

      it('are kept without asking when a renewal has made the old ones worthless', async () => {
        const { stored, connections, credentials, asked } = setUp({ accepts: false });
        const { id } = await connections.add(sample);
        breakDown(stored, failure);
        await connections.saveSecrets(id, { token: new Secret('rotated') }, { isIrreplaceable: true });
        assert.deepEqual(asked, []);
        assert.equal(await tokenOf(credentials, id), 'rotated');
        assert(connections.isForSessionOnly(id));
      });

      it('do not let a detached one seem deleted', async () => {
        const { stored, connections, asked } = setUp();
        const { id } = await connections.add({
          ...sample,
          secrets: { ...sample.secrets, r: new Secret('r') },
        });
        breakDown(stored, failure);
        await assert.rejects(connections.saveSecrets(id, { r: undefined }), { kind: 'storage', code });
        assert.deepEqual(asked, []);
      });
    });
  }

  it('leave no old credential for the next start where the storage can still delete', async () => {
    const { stored, connections, restarted } = setUp();
    const { id } = await connections.add(sample);
    breakDown(stored, 'rejecting');
    await connections.reconnect(id, renewed);
    assert.equal(await restarted().read(id), undefined);
  });

  it('let what is in memory be detached', async () => {
    const { stored, connections, credentials } = setUp();
    breakDown(stored, 'rejecting');
    const { id } = await connections.add({ ...sample, secrets: { ...sample.secrets, r: new Secret('r') } });
    await connections.saveSecrets(id, { r: undefined });
    assert.deepEqual(Object.keys((await credentials.read(id)) ?? {}), ['token']);
  });

  it('are stored whole by the next write that is kept', async () => {
    const { stored, connections, changes } = setUp();
    const write = stored.write.bind(stored);
    breakDown(stored, 'rejecting');
    const { id } = await connections.add(sample);
    stored.write = write;
    await connections.saveSecrets(id, { refresh: new Secret('r') });
    assert(!connections.isForSessionOnly(id));
    assert.deepEqual(Object.keys(stored.values.get(id) ?? {}), ['token', 'refresh']);
    assert.deepEqual(changes, ['added', 'keptOtherwise']);
  });

  it('are forgotten with their connection', async () => {
    const { stored, connections, credentials } = setUp();
    breakDown(stored, 'rejecting');
    const { id } = await connections.add(sample);
    await connections.remove(id);
    assert.equal(await credentials.read(id), undefined);
    assert(!connections.isForSessionOnly(id));
  });

  it('are forgotten by Remove All Data', async () => {
    const { stored, connections, credentials } = setUp();
    breakDown(stored, 'rejecting');
    const { id } = await connections.add(sample);
    assert.deepEqual(await connections.removeAll(), { connections: 0, credentials: 0 });
    assert.equal(await credentials.read(id), undefined);
  });

  it('are told of on the row, to a screen reader and in the tooltip', async () => {
    const { stored, connections } = setUp();
    breakDown(stored, 'rejecting');
    const node = new ConnectionNode(await connections.add(sample));
    node.isForSessionOnly = connections.isForSessionOnly(node.connection.id);
    const view = rowView(node, wording);
    assert.equal(view.description, 'for this session only · Example · me');
    assert.equal(view.spoken, 'work, connection to Example, account me, for this session only');
    assert.match(tooltip(node, wording) ?? '', /In memory only\\, until this window closes/);
  });
});
