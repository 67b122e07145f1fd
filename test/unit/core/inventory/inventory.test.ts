import assert from 'node:assert/strict';
import type { Page } from '../../../../src/core/adapter/contract.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { ManualClock, MemoryLogger } from '../../fakes.ts';
import { firstNode, paged, setUp, token } from '../oneConnection.ts';

describe('Inventory', () => {
  it('appends a page without doubling a row that moved meanwhile', async () => {
    const pages = [[token('a'), token('b')], [token('c')]];
    const { inventory, root } = await setUp(paged(pages));
    await inventory.open(root.branch);
    assert.equal(root.branch.hasMore, true);
    pages.splice(0, 2, [token('new'), token('a')], [token('b'), token('c')]);
    await inventory.loadMore(root.branch);
    assert.deepEqual(
      root.branch.nodes.map(({ item }) => item.id),
      ['new', 'a', 'b', 'c'],
    );
    assert.equal(root.branch.hasMore, false);
  });

  it('reads one page more without reading all before it again', async () => {
    const asked: (string | undefined)[] = [];
    const { list } = paged([[token('a')], [token('b')], [token('c')], [token('d')]]);
    const { inventory, root } = await setUp({
      list: (parent, cursor, options, each) => {
        asked.push(cursor);
        return list(parent, cursor, options, each);
      },
    });
    await inventory.open(root.branch);
    for (let page = 2; page <= 4; page++) {
      await inventory.loadMore(root.branch);
    }
    assert.deepEqual(
      root.branch.nodes.map(({ item }) => item.id),
      ['a', 'b', 'c', 'd'],
    );
    assert.deepEqual(asked, [undefined, undefined, '1', '1', '2', '2', '3']);
  });

  it('reads every page when all are asked for, and again all of them from then on', async () => {
    const pages = [[token('a')], [token('b')], [token('c')]];
    const { inventory, root } = await setUp(paged(pages));
    await inventory.open(root.branch);
    await inventory.loadAll(root.branch);
    pages.push([token('d')]);
    await inventory.refresh(root.branch);
    assert.deepEqual(
      root.branch.nodes.map(({ item }) => item.id),
      ['a', 'b', 'c', 'd'],
    );
  });

  it('keeps a row’s node across a refresh, so that selection and expansion survive', async () => {
    const pages = [[token('a'), token('b')]];
    const { inventory, root } = await setUp(paged(pages));
    const before = await firstNode(inventory);
    pages[0] = [token('b'), token('a', { name: 'renamed' })];
    await inventory.refresh(root.branch);
    const after = root.branch.nodes.find(({ item }) => item.id === 'a');
    assert.equal(after, before);
    assert.equal(after.item.name, 'renamed');
  });

  it('keeps what was there when a refresh fails, and says why beside it', async () => {
    let fails = false;
    const { inventory, root } = await setUp({
      list: async () => {
        if (fails) {
          throw new TokenManagerError('network');
        }
        return { items: [token('a')] };
      },
    });
    await inventory.open(root.branch);
    fails = true;
    await inventory.refresh(root.branch);
    assert.equal(root.branch.nodes.length, 1);
    assert.equal(root.branch.error?.kind, 'network');
    fails = false;
    await inventory.refresh(root.branch);
    assert.equal(root.branch.error, undefined);
  });

  it('refreshes what is due and never what is read on request only, also when that has been read', async () => {
    const onRequest = token('x', { kind: 'section', children: { kind: 'onRequest', caution: 'it changes' } });
    const list = token('y', { kind: 'section', children: { kind: 'list' } });
    const reads: string[] = [];
    const { inventory, root } = await setUp({
      list: async (parent) => {
        reads.push(parent?.at(-1)?.id ?? 'root');
        return { items: parent ? [token('a')] : [onRequest, list] };
      },
    });
    await inventory.open(root.branch);
    const [one, other] = root.branch.nodes;
    assert(one && other);
    await inventory.request(one.branch);
    await inventory.open(other.branch);
    reads.length = 0;
    await inventory.refresh(root.branch);
    assert.deepEqual(reads, ['root', 'y']);
    await inventory.refresh(root.branch, (branch) => branch !== root.branch);
    assert.deepEqual(reads, ['root', 'y', 'y']);
  });

  it('says that the credential is missing rather than failing oddly', async () => {
    const { inventory, root, credentials } = await setUp({});
    await credentials.delete(root.connection.id);
    await inventory.open(root.branch);
    assert.equal(root.branch.error?.kind, 'credentialMissing');
  });

  it('keeps the rows of a list whose next page is one it has read, and says so', async () => {
    const { inventory, root } = await setUp({ list: async () => ({ items: [token('a')], next: '1' }) });
    await inventory.open(root.branch);
    await inventory.loadMore(root.branch);
    await inventory.loadMore(root.branch);
    assert.equal(root.branch.nodes.length, 1);
    assert.equal(root.branch.hasMore, false);
    assert.equal(root.branch.problems[0]?.code, 'repeated-page');
  });

  it('reads a branch again when it is shown after the wait that its service asked for, not before', async () => {
    let reads = 0;
    const clock = new ManualClock();
    const { inventory, root } = await setUp(
      {
        list: async () => {
          reads++;
          if (reads === 1) {
            throw new TokenManagerError('rateLimited', '', { retryAt: clock.now() + 60_000 });
          }
          return { items: [token('a')] };
        },
      },
      clock,
    );
    await inventory.open(root.branch);
    await inventory.open(root.branch);
    assert.deepEqual([reads, root.branch.error?.kind], [1, 'rateLimited']);
    await inventory.resume();
    assert.equal(reads, 1);
    clock.advance(60_000);
    await inventory.resume();
    await inventory.resume();
    assert.deepEqual([reads, root.branch.error, root.branch.nodes.length], [2, undefined, 1]);
  });

  it('never takes the end of a wait for a request to read what is read on request only', async () => {
    let reads = 0;
    const section = token('s', { kind: 'section', children: { kind: 'onRequest' } });
    const { inventory, root, clock } = await setUp({
      list: async (parent) => {
        if (!parent) {
          return { items: [section] };
        }
        reads++;
        throw new TokenManagerError('rateLimited', '', { retryAt: clock.now() + 60_000 });
      },
    });
    await inventory.open(root.branch);
    const below = root.branch.nodes[0]?.branch;
    assert(below);
    await inventory.request(below);
    clock.advance(60_000);
    await inventory.resume();
    await inventory.open(below);
    assert.deepEqual([reads, below.error?.kind], [1, 'rateLimited']);
  });

  it('reads once for several who ask at the same time', async () => {
    let reads = 0;
    const { inventory, root } = await setUp({
      list: async () => {
        reads++;
        return { items: [] };
      },
    });
    await Promise.all([
      inventory.open(root.branch),
      inventory.open(root.branch),
      inventory.refresh(root.branch),
    ]);
    assert.equal(reads, 1);
  });

  it('stops reading when told to', async () => {
    const { inventory, root } = await setUp({
      list: (_parent, _cursor, _options, aborted) =>
        new Promise((_, reject) => {
          aborted.addEventListener('abort', () => reject(new TokenManagerError('cancelled')));
        }),
    });
    const opening = inventory.open(root.branch);
    await new Promise(setImmediate);
    inventory.cancel();
    await opening;
    assert.equal(root.branch.error?.kind, 'cancelled');
  });

  it('takes every text of a service for text', async () => {
    const { inventory } = await setUp(
      paged([[token('id\u202e', { name: 'a\u202eb\nc', fields: [{ label: 'x', text: '\u0007y' }] })]]),
    );
    const { item } = await firstNode(inventory);
    assert.equal(item.name, 'ab c');
    assert.deepEqual(item.fields, [{ label: 'x', text: 'y' }]);
    assert.equal(item.id, 'id\u202e');
  });

  it('reads anew with new credentials and forgets the old session', async () => {
    let reads = 0;
    const { inventory, root, connections } = await setUp({
      list: async () => {
        reads++;
        return { items: [token(`read-${reads}`)] };
      },
    });
    await inventory.open(root.branch);
    const readAgain = new Promise<void>((resolve) => {
      inventory.onDidChange(() => (reads > 1 ? resolve() : undefined));
    });
    await connections.reconnect(root.connection.id, {
      account: root.connection.account,
      settings: {},
      secrets: { token: new Secret('new') },
    });
    await readAgain;
    await inventory.open(root.branch);
    assert.deepEqual(
      root.branch.nodes.map(({ item }) => item.id),
      ['read-2'],
    );
  });

  it('tells at once that a list that failed is read again, and until when', async () => {
    let answer = Promise.withResolvers<Page>();
    const { inventory, root } = await setUp({ list: () => answer.promise });
    answer.reject(new TokenManagerError('network'));
    await inventory.open(root.branch);
    const told: boolean[] = [];
    inventory.onDidChange(() => told.push(root.branch.retried !== undefined));
    answer = Promise.withResolvers<Page>();
    const reading = inventory.refresh(root.branch);
    assert.deepEqual(told, [true]);
    answer.reject(new TokenManagerError('network'));
    await reading;
    assert.deepEqual(told, [true, false]);
  });

  it('writes into the log what of an answer could not be read, once, and no word of the service', async () => {
    const logger = new MemoryLogger();
    const shape = new TokenManagerError('protocol', 'data.0.id', { code: 'unexpected-shape' });
    const refusal = new TokenManagerError('configuration', 'said by the service', { code: 'invalid_token' });
    const list = async (): Promise<Page> => ({ items: [], problems: [shape, refusal] });
    const { inventory, root } = await setUp({ list }, new ManualClock(), logger);
    await inventory.open(root.branch);
    await inventory.refresh(root.branch);
    assert.deepEqual(
      logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message),
      ['list protocol unexpected-shape at data.0.id', 'list configuration invalid_token'],
    );
  });
});
