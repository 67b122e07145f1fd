import assert from 'node:assert/strict';
import type {
  AdapterSession,
  Page,
  ProviderAdapter,
  RevokeOutcome,
} from '../../../../src/core/adapter/contract.ts';
import type { Inventory } from '../../../../src/core/inventory/inventory.ts';
import type { ItemNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { type Item, noChildren } from '../../../../src/core/model/item.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { ManualClock, MemoryCredentialStore, MemoryLogger } from '../../fakes.ts';
import { memoryCore } from '../memoryCore.ts';

function token(id: string, change: Partial<Item> = {}): Item {
  return {
    id,
    kind: 'token',
    name: id,
    status: 'active',
    lifetime: { kind: 'never' },
    fields: [],
    children: noChildren,
    actions: ['revoke'],
    ...change,
  };
}

async function setUp(
  session: Partial<AdapterSession>,
  clock = new ManualClock(),
  logger = new MemoryLogger(),
) {
  const credentials = new MemoryCredentialStore();
  const adapter: ProviderAdapter = {
    id: 'example',
    displayName: 'Example',
    description: '',
    form: [],
    signIn: async () => assert.fail('not used'),
    open: () => ({ list: async () => ({ items: [] }), ...session }),
  };
  const core = memoryCore([adapter], { credentialStore: credentials, clock, logger });
  const { connections, inventory } = core;
  const { id } = await connections.add({
    adapterId: 'example',
    serviceName: 'Example',
    label: 'x',
    account: { id: '1', name: 'me' },
    settings: {},
    secrets: {},
  });
  await credentials.write(id, { token: new Secret('t') });
  const [root] = inventory.roots;
  assert(root);
  return { ...core, root, clock, credentials };
}

/** Pages of one list that a test changes as it goes. */
function paged(pages: Item[][]): Pick<AdapterSession, 'list'> {
  return {
    list: async (_, cursor): Promise<Page> => {
      const index = Number(cursor ?? 0);
      const next = index + 1 < pages.length ? { next: String(index + 1) } : {};
      return { items: pages[index] ?? [], ...next };
    },
  };
}

const signal = new AbortController().signal;

async function firstNode(inventory: Inventory): Promise<ItemNode> {
  const [root] = inventory.roots;
  assert(root);
  await inventory.open(root.branch);
  const [node] = root.branch.nodes;
  assert(node);
  return node;
}

function revoking(outcome: () => Promise<RevokeOutcome>): Pick<AdapterSession, 'revocation'> {
  return { revocation: { reach: () => ({ sentence: 'all of it', warnings: [] }), revoke: outcome } };
}

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

  describe('revoke', () => {
    it('says revoked only after the row is gone from the list', async () => {
      const pages = [[token('a'), token('b')]];
      const { inventory, revocations, root } = await setUp({
        ...paged(pages),
        ...revoking(async () => {
          pages[0] = [token('b')];
          return { kind: 'accepted' };
        }),
      });
      assert.deepEqual(await revocations.revoke(await firstNode(inventory), signal), { kind: 'revoked' });
      assert.deepEqual(
        root.branch.nodes.map(({ item }) => item.id),
        ['b'],
      );
    });

    it('sends one request for a row that is revoked twice at once, and shows meanwhile what goes on', async () => {
      const pages = [[token('a')]];
      const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
      let sent = 0;
      const { inventory, revocations } = await setUp({
        ...paged(pages),
        ...revoking(async () => {
          sent++;
          await answered;
          pages[0] = [];
          return { kind: 'accepted' };
        }),
      });
      const node = await firstNode(inventory);
      const both = Promise.all([revocations.revoke(node, signal), revocations.revoke(node, signal)]);
      assert.equal(node.acting, 'revoke');
      answer();
      assert.deepEqual(await both, [{ kind: 'revoked' }, { kind: 'revoked' }]);
      assert.deepEqual([sent, node.acting], [1, undefined]);
    });

    for (const [how, outcome] of Object.entries({
      refused: () => Promise.reject(new TokenManagerError('forbidden')),
      'left in doubt': () => Promise.reject(new TokenManagerError('timeout')),
    })) {
      it(`takes another act on a row once the first one was ${how}`, async () => {
        const { inventory, revocations } = await setUp({ ...paged([[token('a')]]), ...revoking(outcome) });
        const node = await firstNode(inventory);
        await assert.rejects(revocations.revoke(node, signal));
        assert.equal(node.acting, undefined);
      });
    }

    it('says still listed when the service accepts and nothing happens', async () => {
      const { inventory, revocations } = await setUp({
        ...paged([[token('a')]]),
        ...revoking(async () => ({ kind: 'accepted' })),
      });
      assert.deepEqual(await revocations.revoke(await firstNode(inventory), signal), { kind: 'stillListed' });
    });

    it('finds a row that is still listed on a later page', async () => {
      const pages = [[token('a')]];
      const { inventory, revocations } = await setUp({
        ...paged(pages),
        ...revoking(async () => {
          pages.unshift([token('newer')]);
          return { kind: 'accepted' };
        }),
      });
      assert.deepEqual(await revocations.revoke(await firstNode(inventory), signal), { kind: 'stillListed' });
    });

    it('takes a row listed as expired for revoked', async () => {
      const pages = [[token('a')]];
      const { inventory, revocations, clock } = await setUp({
        ...paged(pages),
        ...revoking(async () => {
          pages[0] = [token('a', { lifetime: { kind: 'expires', at: clock.now() - 1 } })];
          return { kind: 'accepted' };
        }),
      });
      assert.deepEqual(await revocations.revoke(await firstNode(inventory), signal), { kind: 'revoked' });
    });

    it('reads what is true when the reply is lost: done means revoked', async () => {
      const pages = [[token('a')]];
      const { inventory, revocations } = await setUp({
        ...paged(pages),
        ...revoking(async () => {
          pages[0] = [];
          throw new TokenManagerError('network');
        }),
      });
      assert.deepEqual(await revocations.revoke(await firstNode(inventory), signal), { kind: 'revoked' });
    });

    it('reads what is true when the reply is lost: not done means the error', async () => {
      const { inventory, revocations } = await setUp({
        ...paged([[token('a')]]),
        ...revoking(async () => {
          throw new TokenManagerError('timeout');
        }),
      });
      await assert.rejects(revocations.revoke(await firstNode(inventory), signal), { kind: 'timeout' });
    });

    it('calls a row already gone only when a fresh list agrees', async () => {
      const pages = [[token('a')]];
      const { inventory, revocations } = await setUp({
        ...paged(pages),
        ...revoking(async () => {
          throw new TokenManagerError('notFound');
        }),
      });
      const node = await firstNode(inventory);
      await assert.rejects(revocations.revoke(node, signal), { kind: 'notFound' });
      pages[0] = [];
      assert.deepEqual(await revocations.revoke(node, signal), { kind: 'alreadyGone' });
    });

    it('takes an expiry that had passed before for no proof that a lost request was obeyed', async () => {
      const { inventory, revocations, clock } = await setUp({
        ...paged([[token('a', { lifetime: { kind: 'expires', at: Date.UTC(2020, 0, 1) } })]]),
        ...revoking(async () => {
          throw new TokenManagerError('network');
        }),
      });
      assert(clock.now() > Date.UTC(2020, 0, 1));
      await assert.rejects(revocations.revoke(await firstNode(inventory), signal), { kind: 'network' });
    });

    it('does not read a list that is read on request only, just to show the outcome', async () => {
      const provider = token('p', { kind: 'provider' });
      const section = token('s', {
        kind: 'section',
        children: { kind: 'onRequest', caution: 'this changes things' },
      });
      let reads = 0;
      let isReset = false;
      const { inventory, revocations, root } = await setUp({
        list: async (parent) => {
          reads += Number(parent !== undefined);
          return { items: parent ? [provider] : [section] };
        },
        read: async () => (isReset ? { ...provider, status: 'inactive', actions: [] } : provider),
        ...revoking(async () => {
          isReset = true;
          return { kind: 'accepted' };
        }),
      });
      await inventory.open(root.branch);
      const below = root.branch.nodes[0]?.branch;
      assert(below);
      await inventory.request(below);
      const [node] = below.nodes;
      assert(node);
      assert.deepEqual(await revocations.revoke(node, signal), { kind: 'revoked' });
      assert.equal(reads, 1);
      assert.equal(below.nodes[0]?.item.status, 'inactive');
    });

    it('says unverified when the list cannot be read afterwards', async () => {
      let broken = false;
      const { inventory, revocations } = await setUp({
        list: async () => {
          if (broken) {
            throw new TokenManagerError('server');
          }
          return { items: [token('a')] };
        },
        ...revoking(async () => {
          broken = true;
          return { kind: 'accepted' };
        }),
      });
      const result = await revocations.revoke(await firstNode(inventory), signal);
      assert.equal(result.kind, 'unverified');
    });

    it('marks a row that waits for approval and does not call it revoked', async () => {
      const { inventory, revocations } = await setUp({
        ...paged([[token('a')]]),
        ...revoking(async () => ({ kind: 'waitingForApproval', reference: 'activity-1' })),
      });
      const node = await firstNode(inventory);
      assert.deepEqual(await revocations.revoke(node, signal), {
        kind: 'waitingForApproval',
        reference: 'activity-1',
      });
      assert.equal(node.pendingReference, 'activity-1');
    });

    it('is an error where the row or the service cannot do it', async () => {
      const without = await setUp(paged([[token('a')]]));
      await assert.rejects(without.revocations.revoke(await firstNode(without.inventory), signal), {
        kind: 'unsupported',
      });
      const withoutRow = await setUp({
        ...paged([[token('a', { actions: [] })]]),
        ...revoking(async () => assert.fail('must not be called')),
      });
      await assert.rejects(withoutRow.revocations.revoke(await firstNode(withoutRow.inventory), signal), {
        kind: 'unsupported',
      });
    });
  });

  describe('renew', () => {
    it('runs once for two who ask at the same time', async () => {
      let sent = 0;
      const item = token('a', { actions: ['renew'] });
      const { inventory, renewals } = await setUp({
        ...paged([[item]]),
        renew: async () => {
          sent++;
          return {};
        },
      });
      const node = await firstNode(inventory);
      const [one, two] = await Promise.all([renewals.renew(node, signal), renewals.renew(node, signal)]);
      assert.equal(sent, 1);
      assert.equal(one, two);
      assert.equal(one.kind, 'renewed');
    });

    it('is never tried twice by itself', async () => {
      let sent = 0;
      const { inventory, renewals } = await setUp({
        ...paged([[token('a', { actions: ['renew'] })]]),
        renew: async () => {
          sent++;
          throw new TokenManagerError('network');
        },
      });
      await assert.rejects(renewals.renew(await firstNode(inventory), signal), { kind: 'network' });
      assert.equal(sent, 1);
    });
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
