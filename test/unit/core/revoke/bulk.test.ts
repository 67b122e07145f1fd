import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AdapterSession, RevokeOutcome } from '../../../../src/core/adapter/contract.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Item } from '../../../../src/core/model/item.ts';
import { type BulkOutcome, type BulkProgress, revokeMany } from '../../../../src/core/revoke/bulk.ts';
import { connected, opened, section, token } from '../fakeService.ts';

/** How one revocation goes; those that throw may have acted all the same. */
const ways = [
  'works',
  'isIgnored',
  'isRefused',
  'isGone',
  'isAlreadyGone',
  'replyLost',
  'requestLost',
  'waits',
] as const;

type Way = (typeof ways)[number];

/** A service with one list, which counts what is asked of it. */
class ListService {
  readonly sent: string[] = [];
  lists = 0;
  mostAtOnce = 0;
  items: Item[];
  readonly #ways: ReadonlyMap<string, Way>;
  readonly #pageSize: number;
  #atOnce = 0;
  /** Runs before each answer. */
  onRevoke: (id: string, signal: AbortSignal) => Promise<void> = async () => undefined;
  readError: TokenManagerError | undefined;

  constructor(ways: Readonly<Record<string, Way>>, pageSize = 10) {
    this.#ways = new Map(Object.entries(ways));
    this.#pageSize = pageSize;
    this.items = Object.keys(ways).map((id) => token(id));
  }

  readonly session: Pick<AdapterSession, 'list' | 'revocation'> = {
    list: async (_, cursor) => {
      this.lists += Number(cursor === undefined);
      if (this.readError) {
        throw this.readError;
      }
      const from = Number(cursor ?? 0);
      const to = from + this.#pageSize;
      return {
        items: this.items.slice(from, to),
        ...(to < this.items.length && { next: String(to) }),
        total: this.items.length,
      };
    },
    revocation: {
      reach: () => ({ sentence: 'it', warnings: [] }),
      revoke: async (path, signal) => {
        const id = path.at(-1)?.id ?? '';
        this.sent.push(id);
        this.#atOnce++;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
        try {
          await new Promise(setImmediate);
          await this.onRevoke(id, signal);
          return this.#answer(id);
        } finally {
          this.#atOnce--;
        }
      },
    },
  };

  has(id: string): boolean {
    return this.items.some((item) => item.id === id);
  }

  remove(id: string): void {
    this.items = this.items.filter((item) => item.id !== id);
  }

  #answer(id: string): RevokeOutcome {
    switch (this.#ways.get(id)) {
      case 'works':
        this.remove(id);
        return { kind: 'accepted' };
      case 'isRefused':
        throw new TokenManagerError('forbidden', '', { status: 403 });
      case 'isGone':
        this.remove(id);
        throw new TokenManagerError('notFound');
      case 'isAlreadyGone':
        this.remove(id);
        return { kind: 'alreadyGone' };
      case 'replyLost':
        this.remove(id);
        throw new TokenManagerError('server', '', { status: 502 });
      case 'requestLost':
        throw new TokenManagerError('server', '', { status: 502 });
      case 'waits':
        return { kind: 'waitingForApproval', reference: `activity ${id}` };
      default:
        return { kind: 'accepted' };
    }
  }
}

const expected: Readonly<Record<Way, BulkOutcome['result']['kind']>> = {
  works: 'revoked',
  isIgnored: 'stillListed',
  isRefused: 'failed',
  isGone: 'alreadyGone',
  isAlreadyGone: 'alreadyGone',
  replyLost: 'revoked',
  requestLost: 'failed',
  waits: 'waitingForApproval',
};

const signal = new AbortController().signal;

async function setUp(...services: ListService[]) {
  const { inventory, revocations, roots, activity } = await connected(services.map(({ session }) => session));
  for (const root of roots) {
    await inventory.loadAll(root.branch, signal);
  }
  for (const service of services) {
    service.lists = 0;
  }
  return { inventory, revocations, roots, activity, nodes: roots.flatMap(({ branch }) => [...branch.nodes]) };
}

function kinds(outcomes: readonly BulkOutcome[]): Readonly<Record<string, string>> {
  return Object.fromEntries(outcomes.map(({ node, result }) => [node.item.id, result.kind]));
}

function many(count: number, way: (index: number) => Way = () => 'works'): Record<string, Way> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, way(index)]));
}

describe('revoking many', () => {
  it('tells for each row what was seen when the list was read again, and reads it once for all', async () => {
    const service = new ListService({
      a: 'works',
      b: 'isIgnored',
      c: 'isRefused',
      d: 'isGone',
      e: 'replyLost',
      f: 'requestLost',
      g: 'waits',
    });
    const { revocations, roots, nodes } = await setUp(service);
    const outcomes = await revokeMany(revocations, nodes, signal);
    assert.deepEqual(kinds(outcomes), {
      a: 'revoked',
      b: 'stillListed',
      c: 'failed',
      d: 'alreadyGone',
      e: 'revoked',
      f: 'failed',
      g: 'waitingForApproval',
    });
    // Once to judge by, once for the tree.
    assert.equal(service.lists, 2);
    assert.deepEqual(
      roots[0]?.branch.nodes.map(({ item }) => item.id),
      ['b', 'c', 'f', 'g'],
    );
    assert.equal(nodes.at(-1)?.pendingReference, 'activity g');
  });

  it('writes down each one, with what became of it, and of those that were stopped that they were', async () => {
    const service = new ListService({
      a: 'works',
      b: 'isIgnored',
      c: 'isRefused',
      d: 'isGone',
      f: 'requestLost',
      g: 'waits',
    });
    const { revocations, nodes, activity } = await setUp(service);
    await revokeMany(revocations, nodes, signal);
    const acts = (await activity.acts()).filter(({ kind }) => kind === 'revoke');
    assert.deepEqual(Object.fromEntries(acts.map(({ row, result }) => [row?.name, result])), {
      a: { kind: 'revoked' },
      b: { kind: 'stillListed' },
      c: { kind: 'failed', error: 'forbidden', status: 403 },
      d: { kind: 'alreadyGone' },
      f: { kind: 'failed', error: 'server', status: 502 },
      g: { kind: 'waitingForApproval', reference: 'activity g' },
    });
    const stopped = new ListService(many(30));
    const second = await setUp(stopped);
    const controller = new AbortController();
    stopped.onRevoke = async (id) => (id === 't5' ? controller.abort() : undefined);
    const outcomes = await revokeMany(second.revocations, second.nodes, controller.signal);
    const written = (await second.activity.acts()).filter(({ kind }) => kind === 'revoke');
    assert.equal(written.filter(({ result }) => result.kind === 'begun').length, 0);
    const begun = outcomes.filter(({ result }) => result.kind !== 'notBegun');
    assert.equal(written.filter(({ result }) => result.kind !== 'cancelled').length, begun.length);
  });

  it('does 200 with a few at a time, and three that fail can be done alone', async () => {
    const failing = [17, 93, 180];
    const service = new ListService(many(200, (index) => (failing.includes(index) ? 'isRefused' : 'works')));
    const { revocations, nodes } = await setUp(service);
    const seen: BulkProgress[] = [];
    const outcomes = await revokeMany(revocations, nodes, signal, (progress) => seen.push(progress));
    const failed = outcomes.filter(({ result }) => result.kind === 'failed');
    assert.deepEqual(
      failed.map(({ node }) => node.item.id),
      ['t17', 't93', 't180'],
    );
    assert.equal(outcomes.filter(({ result }) => result.kind === 'revoked').length, 197);
    assert(service.mostAtOnce > 1 && service.mostAtOnce <= 4, `${service.mostAtOnce} at once`);
    assert(seen.some(({ isReading, sent }) => isReading && sent === 200));
    assert(seen.every(({ total, sent }) => total === 200 && sent <= 200));
    assert.equal(seen.at(-1)?.refused, 3);
    service.sent.length = 0;
    await revokeMany(
      revocations,
      failed.map(({ node }) => node),
      signal,
    );
    assert.deepEqual(service.sent.sort(), ['t17', 't180', 't93']);
  });

  it('holds for every mixture: one result each, none sent twice, and never a claim the service denies', async () => {
    const way = fc.constantFrom<Way>(...ways);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(way, { maxLength: 30 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat({ max: 40 }),
        async (lists, pageSize, stopAfter) => {
          const services = lists.map(
            (own, at) =>
              new ListService(Object.fromEntries(own.map((one, n) => [`${at}.${n}`, one])), pageSize),
          );
          const { revocations, nodes } = await setUp(...services);
          const controller = new AbortController();
          let begun = 0;
          for (const service of services) {
            service.onRevoke = async () => {
              if (++begun === stopAfter) {
                controller.abort();
              }
            };
          }
          const outcomes = await revokeMany(revocations, [...nodes, ...nodes], controller.signal);
          assert.deepEqual(
            outcomes.map(({ node }) => node),
            nodes,
          );
          for (const { node, result } of outcomes) {
            const service = services[Number(node.item.id.split('.')[0])];
            const was = lists[Number(node.item.id.split('.')[0])]?.[Number(node.item.id.split('.')[1])];
            assert(service && was);
            const times = service.sent.filter((id) => id === node.item.id).length;
            assert.equal(times, result.kind === 'notBegun' ? 0 : 1, `${result.kind} and sent ${times} times`);
            if (result.kind !== 'notBegun') {
              assert.equal(result.kind, expected[was]);
            }
            const isGone = result.kind === 'revoked' || result.kind === 'alreadyGone';
            assert.equal(service.has(node.item.id), !isGone);
          }
          assert(services.every(({ mostAtOnce, lists: read }) => mostAtOnce <= 4 && read <= 2));
          assert(stopAfter > 0 || outcomes.every(({ result }) => result.kind !== 'notBegun'));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('stopped half-way says of each what was done, what was not begun and what nobody knows', async () => {
    const service = new ListService(many(20));
    const { revocations, nodes } = await setUp(service);
    const controller = new AbortController();
    let inTheAir = 0;
    service.onRevoke = async (id, aborted) => {
      if (Number(id.slice(1)) < 8) {
        return;
      }
      if (id === 't9') {
        // It arrived, and only the answer is never read.
        service.remove(id);
      }
      if (++inTheAir === 4) {
        controller.abort();
      }
      await new Promise((_, reject) => {
        const stop = () => reject(new TokenManagerError('cancelled'));
        aborted.addEventListener('abort', stop);
        if (aborted.aborted) {
          stop();
        }
      });
    };
    const outcomes = await revokeMany(revocations, nodes, controller.signal);
    const of = (from: number, to: number) => outcomes.slice(from, to).map(({ result }) => result.kind);
    assert.deepEqual(of(0, 8), Array(8).fill('revoked'));
    assert.deepEqual(of(8, 12), ['unknown', 'revoked', 'unknown', 'unknown']);
    assert.deepEqual(of(12, 20), Array(8).fill('notBegun'));
    assert.equal(service.sent.length, 12);
  });

  it('sends nothing more to a service that asks to wait, and goes on with the others', async () => {
    const busy = new ListService(many(50));
    const other = new ListService(
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`o${index}`, 'works'])),
    );
    const { revocations, nodes } = await setUp(busy, other);
    busy.onRevoke = async (id) => {
      if (Number(id.slice(1)) >= 10) {
        throw new TokenManagerError('rateLimited', '', { status: 429, retryAt: 1 });
      }
    };
    const outcomes = await revokeMany(revocations, nodes, signal);
    assert(busy.sent.length < 18, `${busy.sent.length} sent`);
    const ofBusy = outcomes.slice(0, 50);
    assert.equal(ofBusy.filter(({ result }) => result.kind === 'revoked').length, 10);
    for (const { result } of ofBusy) {
      assert(result.kind !== 'notBegun' || (result.why !== 'cancelled' && result.why.kind === 'rateLimited'));
    }
    assert(outcomes.slice(50).every(({ result }) => result.kind === 'revoked'));
  });

  for (const kind of ['unauthorized', 'proxy', 'tls', 'storage'] as const) {
    it(`does not fail a hundred times for one reason: ${kind}`, async () => {
      const service = new ListService(many(100));
      const { revocations, nodes } = await setUp(service);
      service.onRevoke = async () => {
        throw new TokenManagerError(kind);
      };
      const outcomes = await revokeMany(revocations, nodes, signal);
      assert(service.sent.length <= 4);
      assert.equal(
        outcomes.filter(({ result }) => result.kind === 'notBegun').length,
        100 - service.sent.length,
      );
    });
  }

  it('gives up on a service that does not answer, but not for single lost answers', async () => {
    const service = new ListService(many(100));
    const { revocations, nodes } = await setUp(service);
    service.onRevoke = async (id) => {
      const index = Number(id.slice(1));
      if (index % 10 === 0 || index >= 50) {
        throw new TokenManagerError('network');
      }
    };
    const outcomes = await revokeMany(revocations, nodes, signal);
    assert(service.sent.length >= 50 && service.sent.length < 60, `${service.sent.length} sent`);
    assert.equal(outcomes.filter(({ result }) => result.kind === 'revoked').length, 45);
  });

  it('says unverified, and not known of lost answers, when the list cannot be read again', async () => {
    const service = new ListService({ a: 'works', b: 'replyLost', c: 'isRefused' });
    const { revocations, nodes } = await setUp(service);
    service.onRevoke = async () => {
      service.readError = new TokenManagerError('server');
    };
    assert.deepEqual(kinds(await revokeMany(revocations, nodes, signal)), {
      a: 'unverified',
      b: 'unknown',
      c: 'failed',
    });
  });

  it('takes no absence for proof from a list that has problems', async () => {
    let isCircle = false;
    const { inventory, revocations, roots } = await connected([
      {
        // The second page leads back to itself, so that there may be rows that are never seen.
        list: async (_, cursor) =>
          cursor === undefined
            ? { items: [token('a')], next: '1' }
            : { items: isCircle ? [token('b')] : [token('b'), token('c')], ...(isCircle && { next: '1' }) },
        revocation: {
          reach: () => ({ sentence: '', warnings: [] }),
          revoke: async () => {
            isCircle = true;
            return { kind: 'accepted' };
          },
        },
      },
    ]);
    const [root] = roots;
    assert(root);
    await inventory.loadAll(root.branch, signal);
    const outcomes = await revokeMany(revocations, root.branch.nodes, signal);
    assert.deepEqual(kinds(outcomes), { a: 'stillListed', b: 'stillListed', c: 'unverified' });
  });

  it('asks for a single row where the list keeps naming what is dead, as long as these are few', async () => {
    let reads = 0;
    const items = Array.from({ length: 30 }, (_, index) => token(`t${index}`));
    const { inventory, revocations, roots } = await connected([
      {
        list: async () => ({ items }),
        read: async () => {
          reads++;
          return undefined;
        },
        revocation: {
          reach: () => ({ sentence: '', warnings: [] }),
          revoke: async () => ({ kind: 'accepted' }),
        },
      },
    ]);
    const [root] = roots;
    assert(root);
    const nodes = await opened(inventory, root.branch);
    const few = await revokeMany(revocations, nodes.slice(0, 3), signal);
    assert(few.every(({ result }) => result.kind === 'revoked'));
    assert.equal(reads, 3);
    const all = await revokeMany(revocations, nodes, signal);
    assert(all.every(({ result }) => result.kind === 'stillListed'));
    assert.equal(reads, 3);
  });

  it('finds what goes with a row above it already gone, without a request', async () => {
    const sent: string[] = [];
    const revoked = new Set<string>();
    const provider = (id: string) => token(id, { kind: 'provider', children: { kind: 'list', open: true } });
    const { inventory, revocations, roots } = await connected([
      {
        list: async (parent) => {
          const at = parent?.at(-1)?.id;
          const items =
            at === undefined ? [provider('p'), provider('q')] : [token(`${at}1`), token(`${at}2`)];
          return { items: items.filter(({ id }) => !revoked.has(id)) };
        },
        revocation: {
          reach: () => ({ sentence: '', warnings: [] }),
          revoke: async (path) => {
            const id = path.at(-1)?.id ?? '';
            sent.push(id);
            revoked.add(id);
            return { kind: 'accepted' };
          },
        },
      },
    ]);
    const [root] = roots;
    assert(root);
    const rows = await opened(inventory, root.branch);
    const picked = rows.filter(({ item }) => ['p', 'p1', 'p2', 'q1'].includes(item.id));
    const outcomes = await revokeMany(revocations, picked.toReversed(), signal);
    assert.deepEqual(kinds(outcomes), { p: 'revoked', p1: 'alreadyGone', p2: 'alreadyGone', q1: 'revoked' });
    assert.deepEqual(sent.sort(), ['p', 'q1']);
  });

  it('revokes what the connection itself lives on last, when all else has been read again', async () => {
    let isSignedIn = true;
    const sent: string[] = [];
    let items = [token('own', { isOwnCredential: true }), token('a'), token('b')];
    const { inventory, revocations, roots } = await connected([
      {
        list: async () => {
          if (!isSignedIn) {
            throw new TokenManagerError('unauthorized');
          }
          return { items };
        },
        read: async (path) => items.find(({ id }) => id === path.at(-1)?.id),
        revocation: {
          reach: () => ({ sentence: '', warnings: [] }),
          revoke: async (path) => {
            const id = path.at(-1)?.id ?? '';
            sent.push(id);
            items = items.filter((item) => item.id !== id);
            isSignedIn = isSignedIn && id !== 'own';
            return { kind: 'accepted' };
          },
        },
      },
    ]);
    const [root] = roots;
    assert(root);
    const outcomes = await revokeMany(revocations, await opened(inventory, root.branch), signal);
    assert.deepEqual(kinds(outcomes), { own: 'revoked', a: 'revoked', b: 'revoked' });
    assert.equal(sent.at(-1), 'own');
  });

  it('does not read a list that is read on request only, but each of its rows', async () => {
    let lists = 0;
    const live = new Set(['x', 'y', 'z']);
    const { inventory, revocations, roots } = await connected([
      {
        list: async (parent) => {
          lists += Number(parent !== undefined);
          return parent
            ? { items: [...live].map((id) => token(id, { kind: 'provider' })) }
            : { items: [section('s', { children: { kind: 'onRequest', caution: 'this changes things' } })] };
        },
        read: async (path) => {
          const id = path.at(-1)?.id ?? '';
          return token(id, { kind: 'provider', ...(!live.has(id) && { status: 'inactive', actions: [] }) });
        },
        revocation: {
          reach: () => ({ sentence: '', warnings: [] }),
          revoke: async (path) => {
            live.delete(path.at(-1)?.id ?? '');
            return { kind: 'accepted' };
          },
        },
      },
    ]);
    const [root] = roots;
    assert(root);
    const [row] = await opened(inventory, root.branch);
    assert(row);
    await inventory.request(row.branch);
    const [x, y] = row.branch.nodes;
    assert(x && y);
    const outcomes = await revokeMany(revocations, [x, y], signal);
    assert.deepEqual(kinds(outcomes), { x: 'revoked', y: 'revoked' });
    assert.equal(lists, 1);
    assert.deepEqual(
      row.branch.nodes.map(({ item }) => item.status),
      ['inactive', 'inactive', 'active'],
    );
  });

  it('begins nothing when it is stopped before it starts', async () => {
    const service = new ListService(many(5));
    const { revocations, nodes } = await setUp(service);
    const outcomes = await revokeMany(revocations, nodes, AbortSignal.abort());
    assert(outcomes.every(({ result }) => result.kind === 'notBegun'));
    assert.deepEqual([service.sent.length, service.lists], [0, 0]);
  });

  it('handles one row like the act on one row does', async () => {
    for (const way of ways) {
      const alone = new ListService({ a: way });
      const together = new ListService({ a: way });
      const one = await setUp(alone);
      const other = await setUp(together);
      const [node] = one.nodes;
      assert(node);
      const single = await one.revocations.revoke(node, signal).then(
        ({ kind }) => kind,
        () => 'failed',
      );
      const [outcome] = await revokeMany(other.revocations, other.nodes, signal);
      assert.equal(outcome?.result.kind, single, way);
    }
  });
});
