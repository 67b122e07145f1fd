import assert from 'node:assert/strict';
import type { PauseAct } from '../../../../src/core/act/pauses.ts';
import type { AdapterSession } from '../../../../src/core/adapter/contract.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Item, Status } from '../../../../src/core/model/item.ts';
import { firstNode, paged, setUp, signal, token } from '../oneConnection.ts';

type Change = NonNullable<AdapterSession['pause']>;

/** A service with one row, of which `change` says what becomes of it. */
async function oneRow(change: (set: (status: Status | undefined) => void) => ReturnType<Change>) {
  const row = (status: Status): Item =>
    token('a', { status, actions: [status === 'active' ? 'pause' : 'resume'] });
  const rows = [row('active')];
  const act: Change = () =>
    change((status) => rows.splice(0, 1, ...(status === undefined ? [] : [row(status)])));
  const core = await setUp({ ...paged([rows]), pause: act, resume: act });
  const node = await firstNode(core.inventory);
  const run = (wanted: PauseAct) => core.pauses.change(node, wanted, signal);
  const noted = async () => (await core.activity.of(node)).map(({ kind, result }) => [kind, result.kind]);
  return { ...core, node, run, noted };
}

const lost = new TokenManagerError('timeout');

describe('Pauses', () => {
  it('says that a row is paused once the list says so, and writes both acts down', async () => {
    let status: Status = 'inactive';
    const { run, node, noted } = await oneRow(async (set) => set(status));
    assert.deepEqual(await run('pause'), { kind: 'done' });
    assert.deepEqual([node.item.status, node.acting], ['inactive', undefined]);
    status = 'active';
    assert.deepEqual(await run('resume'), { kind: 'done' });
    assert.equal(node.item.status, 'active');
    assert.deepEqual(await noted(), [
      ['resume', 'done'],
      ['pause', 'done'],
    ]);
  });

  it('does not say that a row is paused because the service accepted it', async () => {
    const { run, noted } = await oneRow(async () => undefined);
    assert.deepEqual(await run('pause'), { kind: 'unchanged' });
    assert.deepEqual(await noted(), [['pause', 'unchanged']]);
  });

  it('says that a row is no longer listed when the list has it no more', async () => {
    const { run } = await oneRow(async (set) => set(undefined));
    assert.deepEqual(await run('pause'), { kind: 'gone' });
  });

  it('finds out after a lost reply that the row is paused', async () => {
    const { run } = await oneRow(async (set) => {
      set('inactive');
      throw lost;
    });
    assert.deepEqual(await run('pause'), { kind: 'done' });
  });

  it('fails after a lost reply when the row is as it was, and frees it for another act', async () => {
    const { run, node, noted } = await oneRow(() => Promise.reject(lost));
    await assert.rejects(run('pause'), { kind: 'timeout' });
    assert.equal(node.acting, undefined);
    assert.deepEqual(await noted(), [['pause', 'failed']]);
  });

  it('reads nothing again after a refusal', async () => {
    const { run, node } = await oneRow((set) => {
      set('inactive');
      return Promise.reject(new TokenManagerError('forbidden'));
    });
    await assert.rejects(run('pause'), { kind: 'forbidden' });
    assert.equal(node.item.status, 'active');
  });

  for (const [answer, change, kind] of [
    ['the service accepted it', async () => undefined, 'unverified'],
    ['the reply was lost', () => Promise.reject(lost), 'unknown'],
  ] as const) {
    it(`says that it is not known when ${answer} and the list cannot be read`, async () => {
      let isDown = false;
      const core = await setUp({
        list: async () => {
          if (isDown) {
            throw new TokenManagerError('server');
          }
          return { items: [token('a', { actions: ['pause'] })] };
        },
        pause: () => {
          isDown = true;
          return change();
        },
      });
      const node = await firstNode(core.inventory);
      assert.equal((await core.pauses.change(node, 'pause', signal)).kind, kind);
    });
  }

  it('calls it unsupported where the service cannot', async () => {
    const core = await setUp(paged([[token('a', { actions: ['pause'] })]]));
    const node = await firstNode(core.inventory);
    await assert.rejects(core.pauses.change(node, 'pause', signal), { kind: 'unsupported' });
  });
});
