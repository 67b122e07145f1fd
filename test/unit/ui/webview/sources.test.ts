import assert from 'node:assert/strict';
import { Dismissals } from '../../../../src/core/findings/dismissals.ts';
import { FindingsTracker } from '../../../../src/core/findings/tracker.ts';
import { type Branch, ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import type { HistoryEntry } from '../../../../src/ui/webview/details/history.ts';
import { DetailsSource } from '../../../../src/ui/webview/details/source.ts';
import { OverviewSource } from '../../../../src/ui/webview/overview/source.ts';
import type { PageServices } from '../../../../src/ui/webview/services.ts';
import { usualLimits } from '../../core/findings/limits.ts';
import { MemoryDocuments, MemoryLeases, settle } from '../../core/watched.ts';
import { ManualClock } from '../../fakes.ts';
import { connectionWith, token } from '../tree/nodes.ts';
import { day, now, wording } from '../wording.ts';
import { textOf } from './text.ts';

function trackerOf(roots: ConnectionNode[]): FindingsTracker {
  const clock = new ManualClock(now);
  const documents = new MemoryDocuments();
  const inventory = { roots, onDidChange: () => ({ dispose: () => undefined }) };
  const dismissals = new Dismissals({ documents, leases: new MemoryLeases(), clock });
  return new FindingsTracker({ inventory, clock, dismissals, limits: () => usualLimits });
}

/** Services that note what was asked of them, on rows that a test reads itself. */
function services(roots: ConnectionNode[], read: (branch: Branch) => void = () => undefined) {
  const asked: string[] = [];
  const journal: HistoryEntry[] = [];
  let time = now;
  const note = (what: string) => async (branch: Branch) => {
    asked.push(`${what} ${branch.owner.key}`);
    read(branch);
  };
  const given: PageServices = {
    inventory: {
      get roots() {
        return roots;
      },
      open: note('open'),
      loadMore: note('more'),
      refresh: note('refresh'),
    },
    wording: { ...wording, now: () => time },
    viewState: { showsExpired: true },
    journal: { onDidChange: () => ({ dispose: () => undefined }), of: async () => [...journal] },
    run: async (command, node) => void asked.push(`${command} ${node?.key ?? ''}`.trim()),
    loadOnRequest: note('request'),
    showInTree: async (node) => void asked.push(`tree ${node.key}`),
    showDetails: (node) => void asked.push(`details ${node.key}`),
    findings: trackerOf(roots),
    askDismissal: async () => ({ reason: 'needed' }),
  };
  return { given, asked, journal, advance: (ms: number) => (time += ms) };
}

describe('what fills the page of a row', () => {
  it('says when the row has gone and when it is back', () => {
    const root = connectionWith([token('a', { name: 'Deploy' })]);
    const source = new DetailsSource('c1/a', services([root]).given, () => undefined);
    assert.equal(source.render().title, 'Deploy');
    root.branch.show({ items: [], pages: 1 }, now);
    const gone = source.render();
    assert.equal(gone.title, 'Deploy');
    assert(textOf(gone).includes('This is no longer listed.'));
    root.branch.show({ items: [token('a', { name: 'Deploy' })], pages: 1 }, now);
    assert(textOf(source.render()).includes('Reappeared'));
  });

  it('says how much time is left as it passes, more often towards the end', () => {
    const root = connectionWith([token('a', { lifetime: { kind: 'expires', at: now + 3 * day } })]);
    const { given, advance } = services([root]);
    const source = new DetailsSource('c1/a', given, () => undefined);
    assert(textOf(source.render()).includes('expiring soon · expires in 3 days'));
    assert.equal(source.staleAfter(), 30_000);
    advance(3 * day - 60_000);
    assert(textOf(source.render()).includes('expiring soon · expires in 1 minute'));
    assert.equal(source.staleAfter(), 1000);
  });

  it('runs only what the row allows now, on that row', async () => {
    const root = connectionWith([token('a', { actions: ['revoke'] })]);
    const { given, asked } = services([root]);
    const source = new DetailsSource('c1/a', given, () => undefined);
    source.render();
    await source.perform('oauthTokens.revoke', 'c1/a');
    root.branch.show({ items: [token('a')], pages: 1 }, now);
    await source.perform('oauthTokens.revoke', 'c1/a');
    await source.perform('oauthTokens.removeAllData', 'c1/a');
    await source.perform('oauthTokens.revoke', 'c1/none');
    await source.perform('showInTree', 'c1/a');
    await source.perform('showDetails', 'c1');
    assert.deepEqual(asked, ['oauthTokens.revoke c1/a', 'tree c1/a', 'details c1']);
  });

  it('reads what is above the row when asked, and no more', async () => {
    const root = new ConnectionNode(connectionWith([]).connection);
    const { given, asked } = services([root], (branch) => {
      const [above] = branch === root.branch ? [token('app', { children: { kind: 'list' } })] : [];
      branch.show({ items: above ? [above] : [token('a', { name: 'Deploy' })], pages: 1 }, now);
    });
    const source = new DetailsSource('c1/app/a', given, () => undefined);
    assert(textOf(source.render()).includes('This row has not been read yet in this window.'));
    assert.deepEqual(asked, []);
    await source.perform('readRow', 'c1/app/a');
    assert.deepEqual(asked, ['open c1', 'open c1/app']);
    assert.equal(source.render().title, 'Deploy');
  });

  it('gives up where reading brings nothing new', async () => {
    const root = new ConnectionNode(connectionWith([]).connection);
    const { given, asked } = services([root]);
    await new DetailsSource('c1/a', given, () => undefined).perform('readRow', 'c1/a');
    assert.deepEqual(asked, ['open c1']);
  });

  it('never reads without asking what is read on request only', async () => {
    const root = connectionWith([token('s', { kind: 'section', children: { kind: 'onRequest' } })]);
    const { given, asked } = services([root]);
    await new DetailsSource('c1/s/a', given, () => undefined).perform('readRow', 'c1/s/a');
    assert.deepEqual(asked, ['request c1/s']);
  });

  it('tells what is remembered of the row once it is there, and what is done to it then', async () => {
    const root = new ConnectionNode(connectionWith([]).connection);
    const { given, journal } = services([root]);
    journal.push({ at: now, text: 'Attach: done' });
    let changes = 0;
    const source = new DetailsSource('c1/a', given, () => void changes++);
    source.render();
    await source.readJournal();
    assert.equal(changes, 0);
    root.branch.show({ items: [token('a')], pages: 1 }, now);
    source.render();
    await new Promise(setImmediate);
    assert.equal(changes, 1);
    assert(textOf(source.render()).includes('Attach: done'));
    journal.push({ at: now, text: 'Renew: done' });
    await source.readJournal();
    assert.equal(changes, 2);
    assert(textOf(source.render()).includes('Renew: done'));
  });
});

describe('what fills the overview', () => {
  it('opens each list once, also those that come to light', async () => {
    const root = new ConnectionNode(connectionWith([]).connection);
    const { given, asked } = services([root], (branch) => {
      if (branch === root.branch) {
        const list = { kind: 'section', children: { kind: 'list' } } as const;
        branch.show({ items: [token('good', list), token('bad', list)], pages: 1 }, now);
      } else if (branch.owner.key === 'c1/good') {
        branch.show({ items: [token('a')], pages: 1 }, now);
      }
    });
    const source = new OverviewSource(given, () => undefined);
    await source.perform('readLists', '');
    assert.deepEqual(asked, ['open c1', 'open c1/good', 'open c1/bad']);
  });

  it('counts again when it is told to, and when time has made other figures right', () => {
    const root = connectionWith([token('a', { lifetime: { kind: 'expires', at: now + 7 * day + 1000 } })]);
    const { given, advance } = services([root]);
    const source = new OverviewSource(given, () => undefined);
    assert(textOf(source.render()).includes('they expire later'));
    const bars = () => JSON.stringify(source.render().content);
    assert(bars().includes('work: 1 active'));
    advance(2000);
    assert(bars().includes('work: 1 expiring'));
    root.branch.show({ items: [], pages: 1 }, now);
    assert(bars().includes('work: 1 expiring'));
    source.forget();
    assert(!bars().includes('work: 1 expiring'));
  });

  it('leads to rows and runs nothing else', async () => {
    const root = connectionWith([token('a', { actions: ['revoke'] })]);
    const { given, asked } = services([root]);
    const source = new OverviewSource(given, () => undefined);
    await source.perform('showInTree', 'c1/a');
    await source.perform('showDetails', 'c1/a');
    await source.perform('refresh', '');
    await source.perform('loadAll', '');
    await source.perform('addConnection', '');
    await source.perform('oauthTokens.revoke', 'c1/a');
    assert.deepEqual(asked, [
      'tree c1/a',
      'details c1/a',
      'oauthTokens.refresh',
      'oauthTokens.loadAll',
      'oauthTokens.addConnection',
    ]);
  });

  it('finds once it is looked at, dismisses with a reason, takes that back, and mends by the row’s own command', async () => {
    const root = connectionWith([token('a', { lifetime: { kind: 'never' }, actions: ['revoke'] })]);
    const { given, asked } = services([root]);
    const source = new OverviewSource(given, () => undefined);
    assert(textOf(source.render()).includes('Looking…'));
    await settle();
    assert(textOf(source.render()).includes('Never expires (1)'));
    await source.perform('mendFinding neverExpires', 'c1/a');
    assert.deepEqual(asked, ['oauthTokens.revoke c1/a']);
    await source.perform('dismissFinding neverExpires', 'c1/a');
    const dismissed = textOf(source.render());
    assert(!dismissed.includes('Never expires (1)'));
    assert(dismissed.some((text) => text.includes('Never expires · a · needed · for good')));
    await source.perform('undoDismissal neverExpires', 'c1/a');
    assert(textOf(source.render()).includes('Never expires (1)'));
    await source.perform('dismissFinding neverExpires', '');
    assert(!textOf(source.render()).includes('Never expires (1)'));
    await source.perform('dismissFinding nonsense', 'c1/a');
    await source.perform('dismissFinding unused', 'c1/gone');
    assert.equal(given.findings.dismissals.all.length, 1);
  });

  it('says which rules could not judge how many rows, and of which connections', async () => {
    const { given } = services([connectionWith([token('a', { lastUsedAt: undefined })])]);
    const source = new OverviewSource(given, () => undefined);
    source.render();
    await settle();
    assert(textOf(source.render()).includes('Unused for long: could not judge 1 row (work)'));
  });
});
