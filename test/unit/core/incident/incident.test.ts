import assert from 'node:assert/strict';
import type { Act } from '../../../../src/core/activity/activity.ts';
import { loadForIncident } from '../../../../src/core/incident/load.ts';
import { type IncidentFlag, IncidentStore, incidentRows } from '../../../../src/core/incident/progress.ts';
import { byReach, incidentReach } from '../../../../src/core/incident/reach.ts';
import {
  disconnectedSince,
  goneOnWith,
  isOver,
  stillThere,
  withResults,
} from '../../../../src/core/incident/results.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Breadth, Item } from '../../../../src/core/model/item.ts';
import { revokeMany } from '../../../../src/core/revoke/bulk.ts';
import { ManualClock } from '../../fakes.ts';
import { sampleItem, sampleRoot } from '../../sampleRows.ts';
import { connected, token } from '../fakeService.ts';
import { MemoryDocuments, settle } from '../watched.ts';

function may(...accesses: readonly string[]): Partial<Item> {
  const items = accesses.map((name) => sampleItem({ id: name, kind: 'access', lifetime: { kind: 'none' } }));
  return { children: { kind: 'inline', isPassive: true, items } };
}

function documented(name: string, breadth: Breadth): Partial<Item> {
  const access = sampleItem({ id: name, kind: 'access', lifetime: { kind: 'none' }, breadth });
  return { children: { kind: 'inline', isPassive: true, items: [access] } };
}

const patienceMs = 60_000;
const never = new AbortController().signal;

describe('what is revoked first in an emergency', () => {
  const cases: readonly [string, Partial<Item>, ReturnType<typeof incidentReach>][] = [
    ['what may make tokens', may('tokens:write'), 'spreads'],
    ['what may push code', may('read_user', 'contents'), 'spreads'],
    ['what may do everything', may('*'), 'spreads'],
    ['what its service sets no limits to', { breadth: 'broad' }, 'spreads'],
    ['what its service’s documents call broad', documented('USER_TOKEN', 'broad'), 'spreads'],
    ['what they call narrow, whatever its name', documented('api', 'narrow'), 'changes'],
    ['what is not told', {}, 'unknown'],
    ['what changes something', may('issues:comment'), 'changes'],
    ['what only reads, be it tokens', may('read:tokens', 'read_user'), 'reads'],
    ['what the connection lives on, whatever it may do', { ...may('*'), isOwnCredential: true }, 'own'],
  ];
  for (const [title, change, expected] of cases) {
    it(`${expected}: ${title}`, () => {
      assert.equal(incidentReach(token('t', change)), expected);
    });
  }

  it('goes from what spreads to what the connections live on', () => {
    const { nodes } = sampleRoot('c', [
      token('own', { isOwnCredential: true }),
      token('reads', may('read_user')),
      token('open'),
      token('push', may('push')),
    ]).branch;
    assert.deepEqual(
      byReach(nodes).map(({ id }) => id),
      ['push', 'open', 'reads', 'own'],
    );
  });
});

describe('loading everything in an emergency', () => {
  it('names a connection that hangs and one that refuses, and loads the others', async () => {
    const clock = new ManualClock();
    const { inventory, roots } = await connected(
      [
        { list: async () => ({ items: [token('a')] }) },
        { list: () => new Promise(() => undefined) },
        { list: () => Promise.reject(new TokenManagerError('forbidden')) },
        { list: async () => ({ items: [token('b', may('push')), token('c')] }) },
      ],
      clock,
    );
    const loading = loadForIncident({ inventory, clock, patienceMs }, roots, never, () => undefined);
    for (let round = 0; round < 3; round++) {
      await settle();
      clock.advance(patienceMs);
    }
    const { targets, unread } = await loading;
    assert.deepEqual(
      targets.map(({ id }) => id),
      ['b', 'a', 'c'],
    );
    assert.deepEqual(
      unread.map(({ node, why }) => [node.connection.label, why instanceof TokenManagerError && why.kind]),
      [
        ['Service 1 at work', 'timeout'],
        ['Service 2 at work', 'forbidden'],
      ],
    );
  });

  it('does not give up a long list that comes page by page', async () => {
    const clock = new ManualClock();
    let page = 0;
    const list = async () => {
      await clock.sleep(patienceMs / 2, never);
      page++;
      return { items: [token(`t${page}`)], ...(page < 6 && { next: String(page) }) };
    };
    const { inventory, roots } = await connected([{ list }], clock);
    const loading = loadForIncident(
      { inventory, clock, patienceMs: patienceMs * 4 },
      roots,
      never,
      () => undefined,
    );
    for (let round = 0; round < 20; round++) {
      await settle();
      clock.advance(patienceMs / 2);
    }
    assert.equal((await loading).targets.length, 6);
  });

  it('stops when the user does', async () => {
    const clock = new ManualClock();
    const { inventory, roots } = await connected([{ list: () => new Promise(() => undefined) }], clock);
    const controller = new AbortController();
    const loading = loadForIncident(
      { inventory, clock, patienceMs },
      roots,
      controller.signal,
      () => undefined,
    );
    controller.abort();
    await assert.rejects(loading, { kind: 'cancelled' });
  });

  it('revokes in that order within a connection, although the services of others fail', async () => {
    const sent: string[] = [];
    const items = [
      token('own', { isOwnCredential: true }),
      token('reads', may('read')),
      token('push', may('push')),
    ];
    const good = {
      list: async () => ({ items: items.filter(({ id }) => !sent.includes(id)) }),
      revocation: {
        reach: () => ({ sentence: '', warnings: [] }),
        revoke: async ([target]: readonly Item[]) => {
          sent.push(target?.id ?? '');
          return { kind: 'accepted' as const };
        },
      },
    };
    const bad = {
      list: async () => ({ items: [token('x')] }),
      revocation: { ...good.revocation, revoke: () => Promise.reject(new TokenManagerError('server')) },
    };
    const clock = new ManualClock();
    const { inventory, roots, revocations } = await connected([bad, good], clock);
    const { targets } = await loadForIncident(
      { inventory, clock, patienceMs },
      roots,
      never,
      () => undefined,
    );
    const outcomes = await revokeMany(revocations, targets, never);
    assert.deepEqual(sent, ['push', 'reads', 'own']);
    assert.equal(outcomes.filter(({ result }) => result.kind === 'failed').length, 1);
  });
});

describe('an emergency in whose middle the window is closed', () => {
  it('goes on in the next one with what is still there of its rows, and its record has them all', async () => {
    const gone: string[] = [];
    const items = [token('a'), token('b'), token('c')];
    const service = {
      list: async () => ({ items: items.filter(({ id }) => !gone.includes(id)) }),
      revocation: {
        reach: () => ({ sentence: '', warnings: [] }),
        revoke: async ([target]: readonly Item[]) => {
          gone.push(target?.id ?? '');
          return { kind: 'accepted' as const };
        },
      },
    };
    const clock = new ManualClock();
    const documents = new MemoryDocuments();
    const flag = new Flag();
    const core = await connected([service], clock);
    const load = () =>
      loadForIncident({ inventory: core.inventory, clock, patienceMs }, core.roots, never, () => undefined);
    const { targets } = await load();
    await new IncidentStore(documents, flag).begin({
      startedAt: clock.now(),
      rows: incidentRows(targets),
      remaining: [],
    });
    const [begun] = targets;
    assert(begun);
    await revokeMany(core.revocations, [begun], never);
    // Nothing is ended: the window is closed. A token that is made meanwhile is none of the emergency's.
    items.push(token('made later'));

    const next = new IncidentStore(documents, flag);
    assert(next.isOpen);
    const before = await next.read();
    assert(before);
    const left = stillThere(before, (await load()).targets);
    assert.deepEqual(
      left.map(({ id }) => id),
      ['b', 'c'],
    );
    const outcomes = await revokeMany(core.revocations, left, never);
    const acts: Act[] = [
      {
        id: '1',
        at: clock.now(),
        kind: 'revoke',
        row: { key: begun.key, name: 'a' },
        result: { kind: 'revoked' },
      },
    ];
    await next.end(withResults(before, outcomes, acts, clock.now()), clock.now());
    const ended = await next.read();
    assert.deepEqual(
      ended?.acts?.map(({ row, result }) => [row?.key, result.kind]),
      targets.map(({ key }) => [key, 'revoked']),
    );
    assert.deepEqual([gone, next.isOpen], [['a', 'b', 'c'], false]);
  });
});

describe('an emergency that is gone on with', () => {
  const root = sampleRoot('c', [token('a'), token('b')]);
  const { nodes } = root.branch;
  const [a] = nodes;
  const progress = { startedAt: 7, rows: incidentRows(nodes), remaining: ['elsewhere: look there'] };
  const nothing = { targets: [], blocked: [], unread: [] };

  it('is over once none of its rows is there, but not while something could not be loaded', () => {
    assert(a);
    const made = sampleRoot('c', [token('made later')]).branch.nodes;
    assert(isOver(progress, nothing));
    assert(isOver(progress, { ...nothing, targets: made }));
    assert(!isOver(progress, { ...nothing, targets: [a] }));
    assert(!isOver(progress, { ...nothing, blocked: [{ node: a, reason: 'waiting' }] }));
    assert(isOver(progress, { ...nothing, blocked: [{ node: a, reason: 'inactive' }] }));
    assert(
      !isOver(progress, { ...nothing, unread: [{ node: root, why: new TokenManagerError('timeout') }] }),
    );
  });

  it('has in its record what cannot be reached now, too, and which connections were disconnected', () => {
    const later = goneOnWith(progress, ['elsewhere: look there', 'work: timed out']);
    assert.deepEqual(later.remaining, ['elsewhere: look there', 'work: timed out']);
    assert.deepEqual(disconnectedSince(progress, [root]), []);
    assert.deepEqual(disconnectedSince(progress, [sampleRoot('cc', [])]), ['connection c']);
  });

  it('goes on with the others when a connection is disconnected in the middle', async () => {
    const gone: string[] = [];
    const service = (id: string) => ({
      list: async () => ({ items: [token(id)].filter((item) => !gone.includes(item.id)) }),
      revocation: {
        reach: () => ({ sentence: '', warnings: [] }),
        revoke: async ([target]: readonly Item[]) => {
          gone.push(target?.id ?? '');
          return { kind: 'accepted' as const };
        },
      },
    });
    const clock = new ManualClock();
    const { inventory, roots, revocations, connections } = await connected(
      [service('x'), service('y')],
      clock,
    );
    const { targets } = await loadForIncident(
      { inventory, clock, patienceMs },
      roots,
      never,
      () => undefined,
    );
    const [first] = roots;
    assert(first);
    await connections.remove(first.connection.id);
    const outcomes = await revokeMany(revocations, targets, never);
    assert.deepEqual(
      outcomes.map(({ node, result }) => [node.id, result.kind]),
      [
        ['x', 'failed'],
        ['y', 'revoked'],
      ],
    );
    assert.deepEqual(gone, ['y']);
  });
});

class Flag implements IncidentFlag {
  isOpen = false;

  read(): boolean {
    return this.isOpen;
  }

  async write(isOpen: boolean): Promise<void> {
    this.isOpen = isOpen;
  }
}

describe('what is kept of an emergency', () => {
  const { nodes } = sampleRoot('c', [
    token('a', { ...may('push', 'read'), owner: 'Ann', identifier: 'id-a' }),
    token('b', { name: '…9f3c', createdAt: 3, lifetime: { kind: 'expires', at: 5 } }),
  ]).branch;
  const rows = incidentRows(nodes);
  const progress = { startedAt: 7, rows, remaining: ['work: look at https://service.example'] };

  it('is there for the next window, and says what a token could do and nothing of its value', async () => {
    const documents = new MemoryDocuments();
    const flag = new Flag();
    await new IncidentStore(documents, flag).begin(progress);
    const next = new IncidentStore(documents, flag);
    assert(next.isOpen);
    assert.deepEqual(await next.read(), progress);
    assert.deepEqual(rows[0]?.accesses, ['push', 'read']);
    assert.equal(rows[1]?.name, '');
    assert.equal(rows[1].unnamed?.position, 2);
    assert(!JSON.stringify(rows).includes('9f3c'));
    await next.end(progress, 9);
    assert(!next.isOpen);
    assert.deepEqual(await next.read(), { ...progress, endedAt: 9 });
    await next.forget();
    assert.equal(await next.read(), undefined);
  });

  it('is unfinished for a window without the flag too, and where it cannot be read, until it has ended', async () => {
    const documents = new MemoryDocuments();
    const store = new IncidentStore(documents, new Flag());
    const other = new IncidentStore(documents, new Flag());
    assert(!(await other.isUnfinished()));
    await store.begin(progress);
    assert(!other.isOpen);
    assert(await other.isUnfinished());
    await store.end(progress, 9);
    assert(!(await other.isUnfinished()));
    documents.isBroken = true;
    assert(await other.isUnfinished());
  });

  it('has what became of each row, in the service’s words, whatever the activity has forgotten', async () => {
    const [first, second] = nodes;
    assert(first && second);
    const value = 'ghp_k3JmX0qWc7RbTz9LpYfA2sVdNh8GuE12abcd';
    const error = new TokenManagerError('forbidden', `Ask Ann, not ${value}`, { status: 403 });
    const outcomes = [
      { node: first, result: { kind: 'revoked' } },
      { node: second, result: { kind: 'failed', error } },
    ] as const;
    const ended = withResults(progress, outcomes, [], 8);
    assert.deepEqual(
      ended.acts?.map(({ row, result }) => [row?.key, result.kind]),
      [
        [first.key, 'revoked'],
        [second.key, 'failed'],
      ],
    );
    assert.match(ended.rows[1]?.said ?? '', /^Ask Ann, not /);
    const store = new IncidentStore(new MemoryDocuments(), new Flag());
    await store.begin(progress);
    await store.end(ended, 9);
    const kept = await store.read();
    assert.deepEqual(kept, { ...ended, endedAt: 9 });
    assert(!JSON.stringify(kept).includes(value.slice(4)));
    const later = withResults(ended, [{ node: second, result: { kind: 'alreadyGone' } }], [], 10);
    assert.equal(later.rows[1]?.said, undefined);
  });

  it('is not begun where it cannot be kept', async () => {
    const documents = new MemoryDocuments();
    documents.isBroken = true;
    const store = new IncidentStore(documents, new Flag());
    await assert.rejects(store.begin(progress), { kind: 'storage' });
    assert(!store.isOpen);
  });

  it('is nothing that a broken file could invent', async () => {
    const documents = new MemoryDocuments();
    documents.files.set(
      'incident',
      JSON.stringify({ startedAt: 1, rows: [3, { key: 'k', name: 4 }], remaining: [5] }),
    );
    const read = await new IncidentStore(documents, new Flag()).read();
    assert.deepEqual(read, {
      startedAt: 1,
      rows: [{ key: 'k', name: '', connection: '', service: '' }],
      remaining: [],
    });
  });
});
