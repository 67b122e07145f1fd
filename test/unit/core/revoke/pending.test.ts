import assert from 'node:assert/strict';
import type {
  AdapterSession,
  ProviderAdapter,
  RevokeOutcome,
} from '../../../../src/core/adapter/contract.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import type { SettledRevocation } from '../../../../src/core/revoke/pending.ts';
import { MemoryActStore, MemoryConnectionStore, MemoryCredentialStore } from '../../fakes.ts';
import { token } from '../fakeService.ts';
import { memoryCore } from '../memoryCore.ts';

const { signal } = new AbortController();
const waiting: RevokeOutcome = { kind: 'waitingForApproval', reference: 'activity-1' };

/** A service whose revocations wait, and what it says when it is asked about one. */
function service() {
  const state = {
    rows: [token('a'), token('b')],
    answer: async (): Promise<RevokeOutcome> => waiting,
    asked: [] as string[],
    failing: false,
    problems: [] as TokenManagerError[],
  };
  const session: AdapterSession = {
    list: async () => {
      if (state.failing) throw new TokenManagerError('network');
      return { items: state.rows, problems: state.problems };
    },
    revocation: {
      reach: () => ({ sentence: '', warnings: [] }),
      revoke: async () => waiting,
      outcome: async (target, reference) => {
        state.asked.push(`${target.at(-1)?.id} ${reference}`);
        return state.answer();
      },
    },
  };
  return { state, session };
}

describe('a revocation that waits', () => {
  /** What is kept on this computer, which outlives a window. */
  const kept = () => ({
    connectionStore: new MemoryConnectionStore(),
    credentialStore: new MemoryCredentialStore(),
    actStore: new MemoryActStore(),
  });

  /** A window with the one connection, its list read. */
  async function opened(session: AdapterSession, stores: ReturnType<typeof kept>) {
    const adapter: ProviderAdapter = {
      id: 'example',
      displayName: 'Example',
      description: '',
      form: [],
      signIn: async () => assert.fail('not used'),
      open: () => session,
    };
    const core = memoryCore([adapter], stores);
    if (core.inventory.roots.length === 0) {
      const { id } = await core.connections.add({
        adapterId: 'example',
        serviceName: 'Example',
        label: 'x',
        account: { id: '1', name: 'me' },
        settings: {},
        secrets: {},
      });
      await stores.credentialStore.write(id, { token: new Secret('t') });
    }
    const settledOnes: SettledRevocation[] = [];
    core.pendingRevocations.onDidSettle((one) => settledOnes.push(one));
    const [root] = core.inventory.roots;
    assert(root);
    await core.inventory.open(root.branch);
    await happened();
    return {
      ...core,
      root,
      settledOnes,
      pendingOf: (index: number) => root.branch.nodes[index]?.pendingReference,
    };
  }

  /** What is done after a list was read takes some turns, none of them a time to wait for. */
  async function happened(): Promise<void> {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  async function results(core: {
    readonly activity: { acts(): Promise<readonly { result: { kind: string } }[]> };
  }) {
    return (await core.activity.acts()).filter((act) => 'row' in act).map(({ result }) => result.kind);
  }

  async function begun() {
    const { state, session } = service();
    const stores = kept();
    const window = await opened(session, stores);
    const [node] = window.root.branch.nodes;
    assert(node);
    assert.deepEqual(await window.revocations.revoke(node, signal), waiting);
    return { state, session, stores, window, node };
  }

  it('is shown as waiting again after the window was loaded anew', async () => {
    const { session, stores } = await begun();
    const later = await opened(session, stores);
    assert.deepEqual([later.pendingOf(0), later.pendingOf(1)], ['activity-1', undefined]);
  });

  it('is asked about once each time its list is read, and takes no second request', async () => {
    const { state, window, node } = await begun();
    await window.inventory.refresh(window.root.branch);
    await happened();
    await window.inventory.refresh(window.root.branch);
    await happened();
    assert.deepEqual(state.asked, ['a activity-1', 'a activity-1']);
    await assert.rejects(window.revocations.revoke(node, signal), { kind: 'unsupported' });
  });

  it('is told and written down when it was rejected, and the row is as before', async () => {
    const { state, window } = await begun();
    state.answer = () => Promise.reject(new TokenManagerError('rejected', 'no'));
    await window.inventory.refresh(window.root.branch);
    await happened();
    assert.deepEqual(
      window.settledOnes.map(({ result }) => result.kind),
      ['failed'],
    );
    assert.equal(window.pendingOf(0), undefined);
    assert.deepEqual(await results(window), ['failed']);
    await window.inventory.refresh(window.root.branch);
    await happened();
    assert.deepEqual([state.asked.length, window.settledOnes.length], [1, 1]);
  });

  it('is told and written down when it was carried out, by what is read again', async () => {
    const { state, window } = await begun();
    state.answer = async () => {
      state.rows = [token('b')];
      return { kind: 'accepted' };
    };
    await window.inventory.refresh(window.root.branch);
    await happened();
    assert.deepEqual(
      window.settledOnes.map(({ act, result }) => [act.row.name, result.kind]),
      [['a', 'revoked']],
    );
    assert.deepEqual(await results(window), ['revoked']);
  });

  it('is over when its row is gone from the list, also while no window was open', async () => {
    const { state, session, stores } = await begun();
    state.rows = [token('b')];
    const later = await opened(session, stores);
    assert.deepEqual(
      later.settledOnes.map(({ result }) => result.kind),
      ['revoked'],
    );
    assert.deepEqual([state.asked, await results(later)], [[], ['revoked']]);
  });

  for (const kind of ['network', 'timeout', 'unauthorized', 'protocol'] as const) {
    it(`goes on waiting when asking about it fails with ${kind}`, async () => {
      const { state, window } = await begun();
      state.answer = () => Promise.reject(new TokenManagerError(kind));
      await window.inventory.refresh(window.root.branch);
      await happened();
      assert.deepEqual([window.settledOnes, window.pendingOf(0)], [[], 'activity-1']);
      assert.deepEqual(await results(window), ['waitingForApproval']);
    });
  }

  it('is asked about when its row comes with the one above it', async () => {
    const { state, session } = service();
    const stores = kept();
    const user = token('user', { children: { kind: 'inline', items: [token('a')] } });
    state.rows = [user];
    const window = await opened(session, stores);
    const node = window.root.branch.nodes[0]?.branch.nodes[0];
    assert(node);
    await window.revocations.revoke(node, signal);
    const later = await opened(session, stores);
    assert.deepEqual(state.asked, ['a activity-1']);
    assert.equal(later.root.branch.nodes[0]?.branch.nodes[0]?.pendingReference, 'activity-1');
    state.rows = [token('user')];
    await later.inventory.refresh(later.root.branch);
    await happened();
    assert.deepEqual(
      later.settledOnes.map(({ result }) => result.kind),
      ['revoked'],
    );
  });

  it('is not taken for carried out when a part of its list could not be read', async () => {
    const { state, window } = await begun();
    state.rows = [token('b')];
    state.problems = [new TokenManagerError('protocol')];
    await window.inventory.refresh(window.root.branch);
    await happened();
    assert.deepEqual(window.settledOnes, []);
    assert.deepEqual(await results(window), ['waitingForApproval']);
  });

  it('is told in one window alone', async () => {
    const { state, session, stores, window } = await begun();
    const other = await opened(session, stores);
    state.answer = () => Promise.reject(new TokenManagerError('rejected', 'no'));
    for (const { inventory, root } of [window, other]) {
      await inventory.refresh(root.branch);
      await happened();
    }
    assert.deepEqual([window.settledOnes.length, other.settledOnes.length], [1, 0]);
    assert.deepEqual([window.pendingOf(0), other.pendingOf(0)], [undefined, undefined]);
  });

  it('is not taken for carried out when its list could not be read', async () => {
    const { state, window } = await begun();
    state.failing = true;
    await window.inventory.refresh(window.root.branch);
    await happened();
    assert.deepEqual([state.asked, window.settledOnes], [[], []]);
  });
});
