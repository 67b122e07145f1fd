import assert from 'node:assert/strict';
import type { AdapterSession } from '../../../../src/core/adapter/contract.ts';
import type { Node } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Item } from '../../../../src/core/model/item.ts';
import { selectedTargets, type Targets, targetsBelow } from '../../../../src/core/revoke/targets.ts';
import { ManualClock } from '../../fakes.ts';
import { connected, opened, section, token } from '../fakeService.ts';

const now = new ManualClock().now();
const signal = new AbortController().signal;

/** A service whose rows below each id are these; a list longer than two comes in pages. */
function tree(rows: Readonly<Record<string, readonly Item[] | TokenManagerError>>): Partial<AdapterSession> {
  return {
    list: async (parent, cursor) => {
      const all = rows[parent?.at(-1)?.id ?? ''] ?? [];
      if (all instanceof TokenManagerError) {
        throw all;
      }
      const from = Number(cursor ?? 0);
      return {
        items: all.slice(from, from + 2),
        ...(from + 2 < all.length && { next: String(from + 2) }),
      };
    },
  };
}

function ids({ targets }: Targets): string[] {
  return targets.map(({ item }) => item.id);
}

function blockedIds({ blocked }: Targets): Record<string, string> {
  return Object.fromEntries(
    blocked.map(({ node, reason }) => [node.kind === 'item' ? node.item.id : 'connection', reason]),
  );
}

describe('what a revocation of many is about', () => {
  it('is everything below a row, all pages of all lists, read anew', async () => {
    const rows = {
      '': [section('app1'), section('app2')],
      app1: [token('a'), token('b'), token('c'), token('d'), token('e')],
      app2: [token('f')],
    };
    const { inventory, roots } = await connected([tree(rows)]);
    const [root] = roots;
    assert(root);
    await opened(inventory, root.branch);
    rows.app2 = [token('f'), token('new')];
    const progress: number[] = [];
    const targets = await targetsBelow(inventory, [root], now, signal, (count) => progress.push(count));
    assert.deepEqual(ids(targets), ['a', 'b', 'c', 'd', 'e', 'f', 'new']);
    assert.deepEqual([targets.blocked, targets.unread], [[], []]);
    assert.equal(progress.at(-1), 9);
    const [app1] = root.branch.nodes;
    assert(app1);
    assert.deepEqual(ids(await targetsBelow(inventory, [app1], now, signal)), ['a', 'b', 'c', 'd', 'e']);
    const overlapping: readonly Node[] = [app1, root, app1];
    assert.deepEqual(ids(await targetsBelow(inventory, overlapping, now, signal)).length, 7);
  });

  it('says why single rows cannot be revoked', async () => {
    const dead = { lifetime: { kind: 'expires' as const, at: now - 1 }, actions: [] };
    const rows = {
      '': [section('s'), token('note', { kind: 'note', actions: [] })],
      s: [
        token('live'),
        token('dead', dead),
        token('off', { status: 'inactive', actions: [] }),
        token('gone', { status: 'revoked', actions: [] }),
        token('foreign', { actions: [] }),
        token('asked'),
      ],
    };
    const { inventory, roots } = await connected([tree(rows)]);
    const [root] = roots;
    assert(root);
    await targetsBelow(inventory, [root], now, signal);
    const asked = root.branch.nodes[0]?.branch.nodes.find(({ item }) => item.id === 'asked');
    assert(asked);
    asked.pendingReference = 'activity-1';
    const targets = await targetsBelow(inventory, [root], now, signal);
    assert.deepEqual(ids(targets), ['live']);
    const reasons = {
      dead: 'expired',
      off: 'inactive',
      gone: 'inactive',
      foreign: 'notOffered',
      asked: 'waiting',
    };
    assert.deepEqual(blockedIds(targets), { ...reasons, note: 'notOffered' });
    const nodes = [root, ...root.branch.nodes, ...(root.branch.nodes[0]?.branch.nodes ?? [])];
    const selected = selectedTargets([...nodes, ...nodes], now);
    assert.deepEqual(ids(selected), ['live']);
    assert.deepEqual(blockedIds(selected), {
      connection: 'container',
      s: 'container',
      note: 'notOffered',
      ...reasons,
    });
  });

  it('leaves out what goes with a row anyway, but not what can be revoked below one', async () => {
    const inline = { kind: 'inline' as const, items: [token('its token', { actions: [] }), token('own')] };
    const { inventory, roots } = await connected([tree({ '': [token('provider', { children: inline })] })]);
    const [root] = roots;
    assert(root);
    const targets = await targetsBelow(inventory, [root], now, signal);
    assert.deepEqual(ids(targets), ['provider', 'own']);
    assert.deepEqual(targets.blocked, []);
  });

  it('is nothing of a list that could not be read anew, whatever it held before', async () => {
    let isDown = false;
    const rows = tree({ '': [section('good'), section('bad')], good: [token('a')], bad: [token('b')] });
    const { inventory, roots } = await connected([
      {
        list: (parent, ...rest) =>
          isDown && parent?.at(-1)?.id === 'bad'
            ? Promise.reject(new TokenManagerError('timeout'))
            : (rows.list?.(parent, ...rest) ?? assert.fail()),
      },
    ]);
    const [root] = roots;
    assert(root);
    assert.deepEqual(ids(await targetsBelow(inventory, [root], now, signal)), ['a', 'b']);
    isDown = true;
    const targets = await targetsBelow(inventory, [root], now, signal);
    assert.deepEqual(ids(targets), ['a']);
    assert.deepEqual(
      targets.unread.map(({ node }) => node.kind === 'item' && node.item.id),
      ['bad'],
    );
  });

  it('says what could not be read, and never reads on its own what is read on request', async () => {
    let reads = 0;
    const rows = tree({
      '': [section('good'), section('bad'), section('asked', { children: { kind: 'onRequest' } })],
      good: [token('a')],
      bad: new TokenManagerError('forbidden'),
      asked: [token('x'), token('y'), token('z')],
    });
    const { inventory, roots } = await connected([
      {
        list: (parent, ...rest) => {
          reads += Number(parent?.at(-1)?.id === 'asked');
          return rows.list?.(parent, ...rest) ?? assert.fail();
        },
      },
    ]);
    const [root] = roots;
    assert(root);
    const told = ({ unread }: Targets) =>
      unread.map(({ node, why }) => [
        node.kind === 'item' && node.item.id,
        why === 'onRequest' ? why : why.kind,
      ]);
    const targets = await targetsBelow(inventory, [root], now, signal);
    assert.deepEqual(ids(targets), ['a']);
    assert.deepEqual(told(targets).sort(), [
      ['asked', 'onRequest'],
      ['bad', 'forbidden'],
    ]);
    assert.equal(reads, 0);
    const asked = root.branch.nodes[2];
    assert(asked);
    await inventory.request(asked.branch);
    assert.equal(reads, 1);
    const withFirstPage = await targetsBelow(inventory, [root], now, signal);
    assert.deepEqual(ids(withFirstPage), ['a', 'x', 'y']);
    assert(told(withFirstPage).some(([id]) => id === 'asked'));
    assert.equal(reads, 1);
  });

  it('stops reading when it is cancelled, and says so', async () => {
    const controller = new AbortController();
    const { inventory, roots } = await connected([
      {
        list: (_parent, _cursor, _options, aborted) =>
          new Promise((_, reject) => {
            aborted.addEventListener('abort', () => reject(new TokenManagerError('cancelled')));
            controller.abort();
          }),
      },
    ]);
    await assert.rejects(targetsBelow(inventory, roots, now, controller.signal), { kind: 'cancelled' });
    await assert.rejects(targetsBelow(inventory, roots, now, controller.signal), { kind: 'cancelled' });
  });
});
