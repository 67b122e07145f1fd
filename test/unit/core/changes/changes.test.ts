import assert from 'node:assert/strict';
import type { Act, ActResult } from '../../../../src/core/activity/activity.ts';
import { ChangeTracker } from '../../../../src/core/changes/changes.ts';
import type { ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { type Item, noChildren, noLifetime } from '../../../../src/core/model/item.ts';
import { ManualClock } from '../../fakes.ts';
import { day, ends, hour, MemoryDocuments, nodeOf, second, settle, token, Watched } from '../watched.ts';

interface Shared {
  readonly clock: ManualClock;
  readonly documents: MemoryDocuments;
  readonly acts: Act[];
}

function shared(): Shared {
  return { clock: new ManualClock(), documents: new MemoryDocuments(), acts: [] };
}

function openWindow({ clock, documents, acts } = shared()) {
  const watched = new Watched(clock);
  const activity = { acts: async () => acts };
  const changes = new ChangeTracker({ inventory: watched, activity, clock, documents });
  const told: string[][] = [];
  changes.onDidChange((nodes) => told.push(nodes.map(({ key }) => key).sort()));
  const listed = async () => {
    await changes.idle();
    return (await changes.list()).map(({ kind, name }) => `${kind} ${name}`).sort();
  };
  const marks = (root: ConnectionNode, id: string) => changes.of(nodeOf(root, id));
  return { watched, changes, told, listed, marks, documents, now: () => clock.now() };
}

/** Accesses as a service tells them: in groups that came with the token. */
function mayDo(...accesses: string[]): Pick<Item, 'children'> {
  const leaf = { lifetime: noLifetime, fields: [], children: noChildren, actions: [] };
  const items = accesses.map((id): Item => ({ ...leaf, id, name: id, kind: 'access' }));
  const group: Item = { ...leaf, id: 'g', name: 'G', kind: 'section', children: { kind: 'inline', items } };
  return { children: { kind: 'inline', items: [group] } };
}

describe('WhatChanged', () => {
  it('takes the first read of a list as what later ones are compared with', async () => {
    const { watched, listed, marks } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a'), token('b')]);
    assert.deepEqual(await listed(), []);
    watched.show(root, [token('a'), token('b'), token('c')]);
    assert.deepEqual(await listed(), ['new c']);
    assert.deepEqual(marks(root, 'c'), ['new']);
    assert.deepEqual(marks(root, 'a'), []);
  });

  it('knows across sessions what was there', async () => {
    const disk = shared();
    const first = openWindow(disk);
    first.watched.show(first.watched.connect(), [token('a', { owner: 'Ann', ...mayDo('read') }), token('b')]);
    assert.deepEqual(await first.listed(), []);
    const later = openWindow(disk);
    const root = later.watched.connect();
    later.watched.show(root, [token('a', { owner: 'Bob', ...mayDo('read', 'write') }), token('c')]);
    assert.deepEqual(await later.listed(), ['gone b', 'new c', 'owner a', 'wider a']);
    assert.deepEqual(later.marks(root, 'a'), ['wider', 'owner']);
    assert.equal(later.changes.count(root), 4);
    assert.deepEqual(later.told, [['work', 'work/a', 'work/c']]);
  });

  it('says nothing of fewer accesses, another order or a later end', async () => {
    const { watched, listed } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a', mayDo('read', 'write', 'admin')), token('b')]);
    await listed();
    watched.show(root, [token('b', ends(watched.clock.now() + day)), token('a', mayDo('write', 'read'))]);
    assert.deepEqual(await listed(), []);
    watched.show(root, [token('b'), token('a', mayDo('write', 'read', 'admin'))]);
    assert.deepEqual(await listed(), ['wider a'], 'what was taken away counts as new when it is given again');
  });

  it('keeps its marks until they are seen, whatever is read meanwhile, then forgets them for good', async () => {
    const disk = shared();
    const { watched, changes, listed, marks, told } = openWindow(disk);
    const root = watched.connect();
    watched.show(root, [token('a')]);
    await listed();
    watched.show(root, [token('a'), token('b')]);
    await listed();
    watched.show(root, [token('a'), token('b')]);
    assert.deepEqual(await listed(), ['new b']);
    await changes.markSeen();
    assert.deepEqual(marks(root, 'b'), []);
    assert.equal(changes.hasAny, false);
    assert.deepEqual(told.at(-1), ['work', 'work/b']);
    watched.show(root, [token('a'), token('b')]);
    assert.deepEqual(await listed(), []);
    const later = openWindow(disk);
    later.watched.show(later.watched.connect(), [token('a'), token('b')]);
    assert.deepEqual(await later.listed(), []);
  });

  it('takes a mark back when the change is undone', async () => {
    const { watched, listed } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a'), token('b')]);
    await listed();
    watched.show(root, [token('a')]);
    assert.deepEqual(await listed(), ['gone b']);
    watched.show(root, [token('b'), token('a')]);
    assert.deepEqual(await listed(), []);
  });

  it('judges no list that was read in part, with problems or not at all', async () => {
    const { watched, listed } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a'), token('b')]);
    await listed();
    watched.show(root, [token('c')], '2');
    assert.deepEqual(await listed(), []);
    watched.fail(root, new TokenManagerError('server'));
    assert.deepEqual(await listed(), []);
    watched.clock.advance(1);
    root.branch.show({ items: [], pages: 1, problems: [new Error('x')] }, watched.clock.now());
    watched.fail(root);
    assert.deepEqual(await listed(), []);
    watched.show(root, [token('a'), token('b')]);
    assert.deepEqual(await listed(), []);
  });

  it('does not call gone what expired, nor new what was dead when it first appeared', async () => {
    const { watched, listed } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a', ends(watched.clock.now() + hour)), token('b')]);
    await listed();
    watched.clock.advance(2 * hour);
    watched.show(root, [token('b')]);
    assert.deepEqual(await listed(), []);
    watched.show(root, [
      token('b'),
      token('a', ends(watched.clock.now() - hour)),
      token('old', ends(watched.clock.now() - day)),
      token('off', { status: 'inactive' }),
    ]);
    assert.deepEqual(await listed(), []);
    watched.show(root, [token('b'), token('off')]);
    assert.deepEqual(await listed(), ['new off'], 'switched on is as good as new');
  });

  it('does not report what the user did here', async () => {
    const { watched, listed } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a'), token('b'), token('c')]);
    await listed();
    watched.act(nodeOf(root, 'a'));
    watched.show(root, [token('b')]);
    assert.deepEqual(await listed(), ['gone c']);
  });

  describe('after a restart', () => {
    const error = { error: 'network' } as const;
    const cases: readonly (readonly [ActResult, daysAgo: number, told: readonly string[]])[] = [
      [{ kind: 'revoked' }, 0, []],
      [{ kind: 'accepted' }, 1, []],
      [{ kind: 'begun' }, 0, []],
      [{ kind: 'unknown', ...error }, 0, []],
      [{ kind: 'waitingForApproval', reference: 'r' }, 100, []],
      [{ kind: 'revoked' }, 31, ['gone a/ä']],
      [{ kind: 'failed', ...error }, 0, ['gone a/ä']],
      [{ kind: 'cancelled' }, 0, ['gone a/ä']],
    ];
    for (const [result, daysAgo, told] of cases) {
      it(`${told.length > 0 ? 'reports' : 'does not report'} what has gone that a revocation of ${daysAgo} days ago ended as ${result.kind}`, async () => {
        const disk = shared();
        const rows = [token('user', { kind: 'user', children: { kind: 'inline', items: [token('a/ä')] } })];
        const first = openWindow(disk);
        first.watched.show(first.watched.connect(), rows);
        await first.listed();
        const key = nodeOf(nodeOf(first.watched.roots[0] ?? assert.fail(), 'user'), 'a/ä').key;
        const at = disk.clock.now() - daysAgo * day;
        disk.acts.push({ id: '1', at, kind: 'revoke', row: { key, name: 'a' }, result });
        const later = openWindow(disk);
        later.watched.show(later.watched.connect(), [token('user', { kind: 'user' })]);
        assert.deepEqual(await later.listed(), told);
        disk.acts.length = 0;
        assert.deepEqual(await later.listed(), told, 'and it stays so');
      });
    }
  });

  it('sees rows that came with another row, and acts on them', async () => {
    const { watched, listed } = openWindow();
    const root = watched.connect();
    const user = (...links: string[]): Item =>
      token('user', {
        kind: 'user',
        children: { kind: 'inline', items: links.map((id) => token(id, { kind: 'identity' })) },
      });
    watched.show(root, [user('x', 'y')]);
    await listed();
    watched.act(nodeOf(nodeOf(root, 'user'), 'x'));
    watched.show(root, [user('y', 'z')]);
    assert.deepEqual(await listed(), ['new z']);
  });

  it('tells of an application that is gone, and no more of what was below it', async () => {
    const { watched, listed } = openWindow();
    const root = watched.connect();
    const app = token('app', { kind: 'application', children: { kind: 'list' } });
    watched.show(root, [app, token('other')]);
    const node = nodeOf(root, 'app');
    watched.show(node, [token('a')]);
    await listed();
    watched.show(node, [token('a'), token('b')]);
    assert.deepEqual(await listed(), ['new b']);
    watched.show(root, [token('other')]);
    assert.deepEqual(await listed(), ['gone app']);
  });

  it('starts anew for another account, and where what was kept is damaged', async () => {
    const disk = shared();
    const first = openWindow(disk);
    first.watched.show(first.watched.connect('work', { organization: 'one' }), [token('a')]);
    await first.listed();
    const other = openWindow(disk);
    other.watched.show(other.watched.connect('work', { organization: 'two' }), [token('b')]);
    assert.deepEqual(await other.listed(), []);
    for (const name of disk.documents.files.keys()) {
      disk.documents.files.set(name, '{"version":1,"scope":7}');
    }
    const damaged = openWindow(disk);
    damaged.watched.show(damaged.watched.connect('work', { organization: 'two' }), [token('c')]);
    assert.deepEqual(await damaged.listed(), []);
  });

  it('says nothing while the disk cannot be read', async () => {
    const disk = shared();
    const { watched, listed } = openWindow(disk);
    const root = watched.connect();
    watched.show(root, [token('a')]);
    await listed();
    disk.documents.isBroken = true;
    watched.show(root, [token('b')]);
    assert.deepEqual(await listed(), []);
    disk.documents.isBroken = false;
    watched.show(root, [token('b')]);
    assert.deepEqual(await listed(), ['gone a', 'new b']);
  });

  it('follows what another window has marked as seen', async () => {
    const disk = shared();
    const [one, two] = [openWindow(disk), openWindow(disk)];
    for (const { watched } of [one, two]) {
      watched.show(watched.connect(), [token('a')]);
    }
    await one.listed();
    await two.listed();
    for (const { watched } of [one, two]) {
      const [root] = watched.roots;
      assert(root);
      watched.show(root, [token('a'), token('b')]);
    }
    assert.deepEqual(await two.listed(), ['new b']);
    await one.listed();
    await one.changes.markSeen();
    assert.deepEqual(await two.listed(), []);
  });

  it('keeps neither identifiers, owners and accesses in clear nor a name that shows a part of a value', async () => {
    const { watched, listed, documents } = openWindow();
    const masked = token('id-of-a', {
      name: '…9f3c',
      owner: 'ann@example.com',
      ...mayDo('write_everything'),
    });
    watched.show(watched.connect(), [masked, token('id-of-b', { name: 'Deploy' })]);
    await listed();
    const text = [...documents.files].join();
    assert.doesNotMatch(text, /id-of|ann@|write_everything|9f3c/);
    assert.match(text, /Deploy/);
  });

  it('writes rarely: a list once after it was first read, and not again while nothing changes', async () => {
    const { watched, documents } = openWindow();
    const root = watched.connect();
    const app = (id: string) => token(id, { kind: 'application', children: { kind: 'list' } });
    watched.show(root, [app('x'), app('y')]);
    watched.show(nodeOf(root, 'x'), [token('a')]);
    watched.show(nodeOf(root, 'y'), [token('b')]);
    await watched.pass(5 * second, second);
    assert.equal(documents.writes, 3);
    for (let read = 0; read < 10; read++) {
      watched.show(root, [app('x'), app('y')]);
      watched.show(nodeOf(root, 'x'), [token('a')]);
    }
    await watched.pass(5 * second, second);
    assert.equal(documents.writes, 3);
  });

  it('leaves nothing behind of a connection that is forgotten', async () => {
    const { watched, changes, documents, listed } = openWindow();
    const root = watched.connect();
    watched.show(root, [token('a')]);
    await listed();
    watched.show(root, [token('b')]);
    assert.equal((await listed()).length, 2);
    watched.disconnect(root);
    await changes.idle();
    await settle();
    assert.equal(documents.files.size, 0);
    assert.equal(changes.hasAny, false);
    changes.dispose();
    assert.equal(watched.clock.sleeping, 0);
  });

  it('finds one new token among many, with less than 60 bytes each on disk', async () => {
    const { watched, listed, documents } = openWindow();
    const root = watched.connect();
    const end = watched.clock.now() + 90 * day;
    const many = Array.from({ length: 10_000 }, (_, index) =>
      token(`t${index}`, { name: `Deploy key ${index}`, owner: `user ${index % 50}`, ...ends(end + index) }),
    );
    watched.show(root, many);
    assert.deepEqual(await listed(), []);
    const bytes = [...documents.files.values()].join().length;
    assert(bytes < 10_000 * 60, `${bytes} bytes`);
    watched.show(root, [...many, token('one')]);
    assert.deepEqual(await listed(), ['new one']);
  });
});
