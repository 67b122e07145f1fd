import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { firstNode, paged, revoking, setUp, signal, token } from '../oneConnection.ts';

describe('Revocations', () => {
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

  it('sees that one that was paused is revoked', async () => {
    const rows = [token('a', { status: 'inactive' })];
    const { inventory, revocations } = await setUp({
      ...paged([rows]),
      ...revoking(async () => {
        rows[0] = token('a', { status: 'revoked' });
        return { kind: 'accepted' };
      }),
    });
    assert.deepEqual(await revocations.revoke(await firstNode(inventory), signal), { kind: 'revoked' });
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

  it('does not take a row for gone that may be what could not be read', async () => {
    let isRevoked = false;
    const unreadable = new TokenManagerError('protocol', '', { code: 'unexpected-shape' });
    const { inventory, revocations } = await setUp({
      list: async () => (isRevoked ? { items: [], problems: [unreadable] } : { items: [token('a')] }),
      ...revoking(async () => {
        isRevoked = true;
        return { kind: 'accepted' };
      }),
    });
    const result = await revocations.revoke(await firstNode(inventory), signal);
    assert.equal(result.kind, 'unverified');
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

  for (const together of [false, true]) {
    it(`reads again the lists beside it that were read, as they may show it too, ${together ? 'several' : 'one'} at a time`, async () => {
      const section = (id: string, kind: 'list' | 'onRequest') =>
        token(id, { kind: 'section', children: kind === 'list' ? { kind } : { kind, caution: 'careful' } });
      const sections = [
        section('providers', 'onRequest'),
        section('tokens', 'list'),
        section('applications', 'list'),
        section('others', 'onRequest'),
      ];
      const provider = token('p', { kind: 'provider' });
      let isReset = false;
      const reads: string[] = [];
      const { inventory, revocations, root } = await setUp({
        list: async (parent) => {
          const id = parent?.at(-1)?.id ?? '';
          reads.push(id);
          if (id === '') return { items: sections };
          return { items: id === 'tokens' ? (isReset ? [] : [token('t')]) : [provider] };
        },
        read: async () => (isReset ? { ...provider, status: 'inactive', actions: [] } : provider),
        ...revoking(async () => {
          isReset = true;
          return { kind: 'accepted' };
        }),
      });
      await inventory.open(root.branch);
      const [providers, tokens, , others] = root.branch.nodes.map(({ branch }) => branch);
      assert(providers && tokens && others);
      await inventory.request(providers);
      await inventory.request(others);
      await inventory.open(tokens);
      const [node] = providers.nodes;
      assert(node);
      reads.length = 0;
      if (together) {
        await revocations.verify([await revocations.send(node, signal)]);
      } else {
        await revocations.revoke(node, signal);
      }
      assert.deepEqual(reads, ['tokens']);
      assert.deepEqual(tokens.nodes, []);
    });
  }

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
