import assert from 'node:assert/strict';
import { Dismissals } from '../../../../src/core/findings/dismissals.ts';
import type { Limits } from '../../../../src/core/findings/rules.ts';
import { FindingsTracker } from '../../../../src/core/findings/tracker.ts';
import { day, MemoryDocuments, MemoryLeases, nodeOf, settle, token, Watched } from '../watched.ts';
import { usualLimits } from './limits.ts';

function tracked(documents = new MemoryDocuments()) {
  const watched = new Watched();
  let limits: Limits = { ...usualLimits };
  const dismissals = new Dismissals({ documents, leases: new MemoryLeases(), clock: watched.clock });
  const tracker = new FindingsTracker({
    inventory: watched,
    clock: watched.clock,
    dismissals,
    limits: () => limits,
  });
  let told = 0;
  tracker.onDidChange(() => told++);
  const counts = () =>
    Object.fromEntries(
      tracker.look(5).rules.flatMap(({ rule, count }) => (count > 0 ? [[rule, count]] : [])),
    );
  return {
    watched,
    tracker,
    dismissals,
    counts,
    told: () => told,
    limit: (change: Partial<Limits>) => {
      limits = { ...limits, ...change };
    },
  };
}

const endless = { lifetime: { kind: 'never' } } as const;

describe('findings', () => {
  it('are worked out only when somebody looks, then once for all changes', async () => {
    const { watched, tracker, counts, told } = tracked();
    const root = watched.connect();
    watched.show(root, [token('a', endless)]);
    await settle();
    assert.equal(told(), 0);
    assert.deepEqual(counts(), {});
    await settle();
    assert.equal(told(), 1);
    assert.deepEqual(counts(), { neverExpires: 1 });
    await settle();
    assert.equal(told(), 1);
    watched.show(root, [token('a', endless), token('b', endless)]);
    assert(tracker.look(5).isJudging);
    await settle();
    assert.deepEqual(counts(), { neverExpires: 2 });
  });

  it('follow the settings, and the calendar', async () => {
    const { watched, counts, limit } = tracked();
    watched.show(watched.connect(), [token('a', { ...endless, lastUsedAt: watched.clock.now() })]);
    limit({ neverExpires: 0 });
    counts();
    await settle();
    assert.deepEqual(counts(), {});
    watched.clock.advance(100 * day);
    counts();
    await settle();
    assert.deepEqual(counts(), { unused: 1 });
  });

  it('go with their connection', async () => {
    const { watched, counts } = tracked();
    const root = watched.connect();
    watched.show(root, [token('a', endless)]);
    counts();
    await settle();
    watched.disconnect(root);
    assert.deepEqual(counts(), {});
  });
});

describe('a dismissed finding', () => {
  it('is kept for the next window, for its row alone, and without what looks like a credential', async () => {
    const documents = new MemoryDocuments();
    const first = tracked(documents);
    const root = first.watched.connect();
    first.watched.show(root, [token('a', { ...endless, lastUsedAt: 0 }), token('b', endless)]);
    first.counts();
    await settle();
    await first.dismissals.dismiss({
      rule: 'neverExpires',
      row: nodeOf(root, 'a').key,
      name: '…1234',
      reason: 'deploys with ghp_0123456789abcdefghijklmnopqrstuvwxyz',
    });
    assert.deepEqual(first.counts(), { unused: 1, neverExpires: 1 });
    assert.deepEqual(
      first.tracker.of(nodeOf(root, 'a')).map(({ rule }) => rule),
      ['unused'],
    );
    const [text = ''] = documents.files.values();
    assert(!text.includes('ghp_0123') && !text.includes('1234'), text);
    const second = tracked(documents);
    second.watched.show(second.watched.connect(), [token('a', endless), token('b', endless)]);
    second.counts();
    await settle();
    assert.deepEqual(second.counts(), { neverExpires: 1 });
  });

  it('comes back when its time is over, or when that is undone', async () => {
    const { watched, dismissals, counts } = tracked();
    watched.show(watched.connect(), [token('a', endless)]);
    counts();
    await settle();
    const until = watched.clock.now() + 30 * day;
    await dismissals.dismiss({ rule: 'neverExpires', reason: '', until });
    assert.deepEqual(counts(), {});
    watched.clock.advance(30 * day);
    assert.deepEqual(counts(), { neverExpires: 1 });
    await dismissals.dismiss({ rule: 'neverExpires', reason: '' });
    assert.deepEqual(counts(), {});
    await dismissals.undo({ rule: 'neverExpires' });
    assert.deepEqual(counts(), { neverExpires: 1 });
  });

  it('stays as it was where it cannot be stored, and whoever asked hears of it', async () => {
    const documents = new MemoryDocuments();
    const { watched, dismissals, counts } = tracked(documents);
    watched.show(watched.connect(), [token('a', endless)]);
    counts();
    await settle();
    documents.isBroken = true;
    await assert.rejects(dismissals.dismiss({ rule: 'neverExpires', reason: '' }), { kind: 'storage' });
    assert.deepEqual(counts(), { neverExpires: 1 });
  });

  it('is nothing that a broken file could invent', async () => {
    const documents = new MemoryDocuments();
    documents.files.set(
      'findings',
      JSON.stringify({ dismissed: [7, { rule: 'x', at: 1 }, { rule: 'owner' }] }),
    );
    const { dismissals } = tracked(documents);
    await dismissals.load();
    assert.deepEqual(dismissals.all, []);
  });
});
