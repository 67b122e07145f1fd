import assert from 'node:assert/strict';
import fc from 'fast-check';
import type * as oauth from '../../../../api/oauth-token-manager.d.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Item } from '../../../../src/core/model/item.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { errorWords } from '../../../../src/ui/text/errors.ts';
import { ApiBench } from '../../publicApi/apiBench.ts';
import { adapterWith, listing, never, token } from '../../publicApi/sampleAdapter.ts';
import { wording } from '../../ui/wording.ts';

const rough = 'rough.guest';
const roughId = `${rough}/sample`;

/** Reads a connection to an adapter that lists like this. */
async function readingOf(list: (...args: readonly unknown[]) => unknown, bench = new ApiBench()) {
  bench.apiOf(rough).registerAdapter(adapterWith(listing(list)));
  const root = await bench.connect(roughId, 'rough', { key: new Secret('key-of-rough-1234') });
  const { branch } = root;
  await bench.inventory.open(branch);
  return { bench, root, branch, items: branch.nodes.map(({ item }) => item), error: branch.error };
}

/** A value each of whose properties throws. */
const trap = new Proxy(
  {},
  {
    get: () => {
      throw new Error('trap');
    },
    ownKeys: () => {
      throw new Error('trap');
    },
  },
);

describe('Another extension’s adapter', () => {
  describe('that throws', () => {
    const thrown: Readonly<Record<string, unknown>> = {
      'an error': new Error('out of order'),
      'a text': 'boom',
      nothing: undefined,
      'a trap': trap,
      'something that says it was cancelled': new TokenManagerError('cancelled'),
      'an unknown kind': { kind: 'catastrophe', detail: 'x' },
    };
    for (const [what, value] of Object.entries(thrown)) {
      for (const when of ['at once', 'in a promise']) {
        it(`${what} ${when} has a row that names it`, async () => {
          const { error } = await readingOf(() => {
            if (when === 'at once') {
              throw value;
            }
            return Promise.reject(value);
          });
          assert.deepEqual([error?.kind, error?.code], ['internal', 'guest-failed']);
          const { title, sentence } = errorWords(error ?? new TokenManagerError('internal'), wording);
          assert.equal(title, 'Extension failed');
          assert.match(sentence, /^Extension rough\.guest.* – Something went wrong inside the extension/);
        });
      }
    }

    it('an error of one of our kinds is understood without its class', async () => {
      const { error } = await readingOf(() =>
        Promise.reject({
          kind: 'rateLimited',
          detail: 'slow\u202E down',
          status: 429,
          code: 'busy',
          retryAt: 1e300,
        }),
      );
      assert.deepEqual(
        [error?.kind, error?.detail, error?.status, error?.code],
        ['rateLimited', 'slow down', 429, 'busy'],
      );
      assert((error?.retryAt ?? 0) < Date.UTC(2027, 0, 1));
    });

    it('has its own credential masked in what it says', async () => {
      const { error } = await readingOf(() => Promise.reject(new Error('no luck with key-of-rough-1234')));
      assert.match(error?.detail ?? '', /no luck/);
      assert.doesNotMatch(error?.detail ?? '', /1234/);
    });

    it('while it is opened has a row that names it', async () => {
      const bench = new ApiBench();
      const open = () => {
        throw new Error('not today');
      };
      bench.apiOf(rough).registerAdapter(adapterWith(() => ({}), { open }));
      const { branch } = await bench.connect(roughId);
      await bench.inventory.open(branch);
      assert.deepEqual([branch.error?.kind, branch.error?.code], ['internal', 'guest-failed']);
    });
  });

  it('sends no header that is the transport’s own', async () => {
    const own =
      'host connection content-length content-type expect te trailer transfer-encoding upgrade Host X-Y';
    for (const name of own.split(' ')) {
      const sent: unknown[] = [];
      const bench = new ApiBench({
        send: async (request) => {
          sent.push(request);
          return { status: 200, headers: {}, body: '{}' };
        },
      });
      bench.apiOf(rough).registerAdapter(
        adapterWith((io) => ({
          list: async (_parent: unknown, _cursor: unknown, _options: unknown, signal: AbortSignal) => {
            await io.http('https://service.example').request({
              method: 'GET',
              route: '/x',
              repeat: 'reads',
              headers: { [name]: 'evil.example' },
              signal,
            });
            return { items: [token] };
          },
        })),
      );
      const { branch } = await bench.connect(roughId);
      await bench.inventory.open(branch);
      assert.match(branch.error?.detail ?? '', new RegExp(`headers\\.${name}$`));
      assert.deepEqual(sent, []);
    }
  });

  it('has its own credential masked in the code of its error', async () => {
    const key = 'key-of-rough-1234';
    const { error } = await readingOf(() => Promise.reject({ kind: 'rejected', code: `no ${key}` }));
    assert.deepEqual([error?.kind, error?.code], ['rejected', 'no ••••••••']);
  });

  describe('that hangs', () => {
    it('ends with its name once its time is over, and works again afterwards', async () => {
      const bench = new ApiBench();
      let isHanging = true;
      bench
        .apiOf(rough)
        .registerAdapter(adapterWith(listing(() => (isHanging ? never() : { items: [token] }))));
      const { branch } = await bench.connect(roughId);
      const opening = bench.inventory.open(branch);
      await until(() => bench.clock.sleeping > 0);
      bench.clock.advance(999);
      await turns();
      assert(!branch.isLoaded);
      bench.clock.advance(1);
      await opening;
      assert.deepEqual([branch.error?.kind, branch.error?.code], ['timeout', 'guest-silent']);
      isHanging = false;
      await bench.inventory.refresh(branch);
      assert.deepEqual([branch.error, branch.nodes.length], [undefined, 1]);
    });

    it('is not called silent while our network keeps it waiting', async () => {
      let answer: (() => void) | undefined;
      const bench = new ApiBench({
        send: () =>
          new Promise((resolve) => {
            answer = () => resolve({ status: 200, headers: {}, body: '{}' });
          }),
      });
      bench.apiOf(rough).registerAdapter(
        adapterWith((io) => ({
          list: async (_parent: unknown, _cursor: unknown, _options: unknown, signal: AbortSignal) => {
            await io
              .http('https://service.example')
              .request({ method: 'GET', route: '/x', repeat: 'reads', signal });
            return { items: [token] };
          },
        })),
      );
      const { branch } = await bench.connect(roughId);
      const opening = bench.inventory.open(branch);
      await until(() => answer !== undefined);
      bench.clock.advance(5000);
      await turns();
      answer?.();
      await opening;
      assert.deepEqual([branch.error, branch.nodes.length], [undefined, 1]);
    });

    it('is not called silent while it waits by our clock', async () => {
      const bench = new ApiBench();
      bench.apiOf(rough).registerAdapter(
        adapterWith((io) => ({
          list: async (_parent: unknown, _cursor: unknown, _options: unknown, signal: AbortSignal) => {
            await io.clock.sleep(5000, signal);
            return { items: [token] };
          },
        })),
      );
      const { branch } = await bench.connect(roughId);
      const opening = bench.inventory.open(branch);
      for (let second = 0; second < 5; second++) {
        await until(() => bench.clock.sleeping === 2);
        bench.clock.advance(1000);
        await turns();
      }
      await opening;
      assert.deepEqual([branch.error, branch.nodes.length], [undefined, 1]);
    });

    it('lets go at once when the user stops it', async () => {
      const bench = new ApiBench();
      let told: AbortSignal | undefined;
      const list = (...args: readonly unknown[]) => {
        told = args[3] instanceof AbortSignal ? args[3] : undefined;
        return never();
      };
      bench.apiOf(rough).registerAdapter(adapterWith(listing(list)));
      const { branch } = await bench.connect(roughId);
      const opening = bench.inventory.open(branch);
      await until(() => told !== undefined);
      bench.inventory.cancel();
      await opening;
      assert.equal(branch.error?.kind, 'cancelled');
      assert(told?.aborted);
    });

    it('holds up nobody else, and is not called more than a few times at once', async () => {
      const bench = new ApiBench();
      let calls = 0;
      const list = () => {
        calls++;
        return never();
      };
      bench.apiOf(rough).registerAdapter(adapterWith(listing(list)));
      bench.apiOf('fine.guest').registerAdapter(adapterWith(() => ({})));
      for (let index = 0; index < 10; index++) {
        await bench.connect(roughId, `rough ${index}`);
      }
      const fine = await bench.connect('fine.guest/sample', 'fine');
      const all = bench.inventory.refreshAll();
      await until(() => fine.branch.isLoaded);
      assert.equal(fine.branch.nodes.length, 1);
      assert.equal(calls, 4);
      bench.inventory.cancel();
      await all;
    });
  });

  describe('that answers rubbish', () => {
    const answers: Readonly<Record<string, unknown>> = {
      nothing: undefined,
      null: null,
      'a number': 7,
      'an empty object': {},
      'items that are no list': { items: 'many' },
      'a trap': trap,
      'a promise that never comes to anything but throws': {
        // biome-ignore lint/suspicious/noThenProperty: that is the trap
        get then() {
          throw new Error('thenable');
        },
      },
    };
    for (const [what, answer] of Object.entries(answers)) {
      it(`such as ${what} has a row that names it, and no empty list`, async () => {
        const { error, items } = await readingOf(() => answer);
        assert.deepEqual(items, []);
        assert(['protocol', 'internal'].includes(error?.kind ?? ''), error?.kind);
        assert.match(error?.detail ?? '', /Extension rough\.guest/);
      });
    }

    it('loses only the rows that cannot be read, and says so', async () => {
      const { items, branch } = await readingOf(() => ({
        items: [
          token,
          { ...token, id: 7 },
          null,
          { ...token, id: 'token-2', name: {} },
          { ...token, id: 'token-3' },
        ],
      }));
      assert.deepEqual(
        items.map(({ id }) => id),
        ['token-1', 'token-3'],
      );
      assert.deepEqual(
        branch.problems.map(({ kind, code, detail }) => [kind, code, detail]),
        [['protocol', 'guest-answer', 'Extension rough.guest: items[1].id, items[2].id, items[3].name']],
      );
    });

    it('makes what is unknown a note, unknown, or nothing', async () => {
      const { items } = await readingOf(() => ({
        items: [
          {
            ...token,
            kind: 'dragon',
            status: 'asleep',
            lifetime: { kind: 'expires', at: Number.NaN },
            createdAt: Number.POSITIVE_INFINITY,
            lastUsedAt: '2026',
            breadth: 'endless',
            actions: ['revoke', 'explode', 'revoke'],
            fields: [{ label: 'When', at: 9e15 }, { label: 'Fine', at: 5 }, 7],
            children: { kind: 'inline', items: 'none' },
          },
        ],
      }));
      const [item] = nonEmpty(items);
      const { kind, status, lifetime, createdAt, lastUsedAt, actions, fields, children } = item;
      assert.equal(item.breadth, undefined);
      assert.deepEqual([kind, status, lifetime.kind], ['note', 'unknown', 'unknown']);
      assert.deepEqual([createdAt, lastUsedAt, children.kind], [undefined, undefined, 'none']);
      assert.deepEqual([actions, fields], [['revoke'], [{ label: 'Fine', at: 5 }]]);
    });

    it('ends rows in a circle and lists without end', async () => {
      const circle = { ...token, children: { kind: 'inline', items: [] as unknown[] } };
      circle.children.items.push(circle);
      const wide = { ...token, id: 'wide', children: { kind: 'inline', items: Array(5000).fill(token) } };
      const { items, branch } = await readingOf(() => ({ items: [circle, wide] }));
      assert.deepEqual(
        items.map(({ id }) => id),
        ['token-1', 'wide'],
      );
      assert.equal(branch.problems.length, 1);
      const long = await readingOf(() => ({
        items: Array.from({ length: 20_000 }, (_, index) => ({ ...token, id: `t${index}` })),
      }));
      assert.equal(long.items.length, 10_000);
      assert.match(long.branch.problems[0]?.detail ?? '', /items\[10000…\]/);
    });

    it('ends rows that go too deep', async () => {
      const nest = (depth: number): unknown => ({
        ...token,
        id: `depth-${depth}`,
        children: depth < 12 ? { kind: 'inline', items: [nest(depth + 1)] } : { kind: 'none' },
      });
      const { items, branch } = await readingOf(() => ({ items: [nest(0)] }));
      assert.match(JSON.stringify(items), /depth-8/);
      assert.doesNotMatch(JSON.stringify(items), /depth-9/);
      assert.equal(branch.problems.length, 1);
    });

    it('shows no credential, wherever it puts it', async () => {
      const secret = 'key-of-rough-1234';
      const { items, branch } = await readingOf(() => ({
        items: [
          {
            ...token,
            name: `the ${secret}`,
            owner: secret,
            remark: secret,
            identifier: secret,
            fields: [{ label: secret, text: `x${secret}x` }],
          },
          { ...token, id: secret },
        ],
        problems: [new Error(secret)],
      }));
      assert.equal(items.length, 1);
      assert.doesNotMatch(JSON.stringify([items, branch.problems]), /1234/);
      assert.equal(branch.problems.length, 2);
    });

    it('cannot change afterwards what was read', async () => {
      const given = { ...token, fields: [{ label: 'a', text: 'b' }] };
      const page = { items: [given] };
      const { branch } = await readingOf(() => page);
      given.name = 'changed';
      page.items.length = 0;
      assert.deepEqual(
        branch.nodes.map(({ item }) => item.name),
        ['Token 1'],
      );
    });

    it('gives others a turn while a long list is being copied', async () => {
      let turnsTaken = 0;
      const count = () => {
        turnsTaken++;
        timer = setImmediate(count);
      };
      let timer = setImmediate(count);
      const fields = Array.from({ length: 20 }, (_, index) => ({ label: `l${index}`, text: 'text' }));
      await readingOf(() => ({
        items: Array.from({ length: 3000 }, (_, index) => ({ ...token, id: `t${index}`, fields })),
      }));
      clearImmediate(timer);
      assert(turnsTaken > 4, `${turnsTaken}`);
    });

    it('whatever it is, makes an error or rows that are well formed', async function () {
      this.timeout(60_000);
      const key = fc.constantFrom(
        ...Object.keys(token),
        'identifier',
        'createdAt',
        'at',
        'items',
        'kind',
        'then',
      );
      const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
        anything: fc.oneof(
          { maxDepth: 4 },
          fc.anything(),
          fc.constantFrom('list', 'inline', 'expires', 'token', '\u202E', trap, Symbol('x'), () => token),
          fc.array(tie('anything'), { maxLength: 4 }),
          fc.dictionary(key, tie('anything')),
          fc.record({
            id: fc.string(),
            name: fc.string(),
            children: tie('anything'),
            fields: tie('anything'),
          }),
        ),
      }));
      const answer = fc.oneof(
        anything,
        fc.record({ items: fc.array(anything), next: anything, total: anything }),
      );
      let pages = 0;
      await fc.assert(
        fc.asyncProperty(answer, async (given) => {
          const bench = new ApiBench();
          // What is made up may be a promise that never comes to anything.
          const time = setInterval(() => bench.clock.advance(bench.patienceMs), 1);
          const { error, items } = await readingOf(() => given, bench);
          clearInterval(time);
          assert(error === undefined || error instanceof TokenManagerError);
          assert(error === undefined || error.detail.includes('Extension rough.guest'), error?.detail);
          items.forEach(assertWellFormed);
          pages += Number(error === undefined);
        }),
        { numRuns: 250 },
      );
      assert(pages > 25, `${pages}`);
    });
  });

  it('may hand out its pages by number, as far as it does that well', async () => {
    const pages = (cursor: unknown) => ({
      list: async (_parent: unknown, at: string | undefined, { all }: oauth.ListOptions) => ({
        items: [{ ...token, id: `${at}-${all}` }],
        ...(at === undefined && { next: 'p0', later: { count: 2, cursor } }),
        ...(at === 'p0' && { next: 'p1' }),
      }),
    });
    const bench = new ApiBench();
    bench.apiOf('fine.guest').registerAdapter(adapterWith(() => pages((index: number) => `p${index}`)));
    bench.apiOf(rough).registerAdapter(adapterWith(() => pages(() => 7)));
    const fine = await bench.connect('fine.guest/sample');
    await bench.inventory.loadAll(fine.branch);
    assert.deepEqual(
      fine.branch.nodes.map(({ item }) => item.id),
      ['undefined-true', 'p0-true', 'p1-true'],
    );
    const bad = await bench.connect(roughId);
    await bench.inventory.loadAll(bad.branch);
    assert.deepEqual([bad.branch.error?.kind, bad.branch.error?.code], ['protocol', 'guest-answer']);
  });

  it('may act only where the row offers it, and what it answers to an act is checked', async () => {
    const bench = new ApiBench();
    let revoked = 0;
    const revocation = {
      reach: () => ({ sentence: '', warnings: [] }),
      revoke: async () => {
        revoked++;
        return { kind: 'perhaps' };
      },
    };
    const items = [token, { ...token, id: 'token-2', actions: [] }];
    bench.apiOf(rough).registerAdapter(
      adapterWith(() => ({
        revocation,
        list: async () => ({ items }),
        webPage: 'https://elsewhere.example/',
      })),
    );
    const root = await bench.connect(roughId);
    await bench.inventory.open(root.branch);
    const [first, second] = root.branch.nodes;
    assert(first && second);
    await assert.rejects(bench.revocations.reach(first), { kind: 'protocol', code: 'guest-answer' });
    const signal = new AbortController().signal;
    await assert.rejects(bench.revocations.revoke(first, signal), { kind: 'protocol', code: 'guest-answer' });
    const session = await bench.sessions.get(root.connection.id);
    await assert.rejects(session.revocation?.revoke([second.item], signal) ?? never(), {
      kind: 'unsupported',
    });
    assert.equal(revoked, 1);
    assert.equal(root.webPage, undefined);
  });

  it('is told of the rows that are revoked together, in copies that are made once', async () => {
    const bench = new ApiBench();
    const told: unknown[] = [];
    const reach = (...[path, together]: readonly unknown[]) => {
      told.push(together);
      return { sentence: `${Array.isArray(path) && path.length}`, warnings: [] };
    };
    const items = [token, { ...token, id: 'token-2', isOwnCredential: true }];
    const revocation = { reach, revoke: never };
    bench.apiOf(rough).registerAdapter(adapterWith(() => ({ revocation, list: async () => ({ items }) })));
    const root = await bench.connect(roughId);
    await bench.inventory.open(root.branch);
    const together = root.branch.nodes.map(({ item }) => item);
    for (const node of root.branch.nodes) {
      assert.equal((await bench.revocations.reach(node, together)).sentence, '1');
    }
    assert.deepEqual(told, [items, items]);
    assert.equal(told[0], told[1]);
    assert(Object.isFrozen(told[0]));
  });

  it('whose form cannot be read is offered, and says why when it is chosen', async () => {
    const bench = new ApiBench();
    bench.apiOf(rough).registerAdapter(adapterWith(() => ({}), { form: [{ kind: 'riddle', id: 'x' }] }));
    bench.apiOf('fine.guest').registerAdapter(adapterWith(() => ({})));
    const [bad, fine] = await Promise.all((await bench.registry.choices()).map(({ load }) => load()));
    assert.equal(fine?.form.length, 2);
    const io = { http: never, clock: bench.clock };
    const signing = bad?.signIn({ settings: {}, secrets: {} }, Object.assign(io, { http: fail }), signalOf());
    await assert.rejects(signing ?? never(), { kind: 'protocol', code: 'guest-answer' });
  });

  it('has its form’s own functions contained', async () => {
    const bench = new ApiBench();
    const validate = fail;
    const when = fail;
    bench.apiOf(rough).registerAdapter(
      adapterWith(() => ({}), {
        form: [
          { kind: 'url', id: 'url', title: 'A', prompt: 'B', default: '' },
          { kind: 'text', id: 'text', title: 'A', prompt: 'B', validate, when },
          { kind: 'choice', id: 'choice', title: 'A', prompt: 'B', options: () => [{ value: 7 }] },
        ],
      }),
    );
    const adapter = await bench.registry.get(roughId);
    const draft = { settings: {}, secrets: {} };
    const [, text, choice] = adapter.form;
    assert(text?.kind === 'text' && choice?.kind === 'choice');
    assert.equal(text.when?.(draft), true);
    assert.match(text.validate?.('x', draft) ?? '', /cannot check/);
    const io = bench.sessions.formIo(adapter, draft);
    await assert.rejects(choice.options(draft, io, signalOf()), { kind: 'protocol', code: 'guest-answer' });
  });

  it('does not move a connection to an address that the user did not enter', async () => {
    const bench = new ApiBench();
    const signIn = async (draft: oauth.Draft) => ({
      ...draft,
      settings: { url: 'https://elsewhere.example' },
      account: { id: '1', name: 'me' },
    });
    bench.apiOf(rough).registerAdapter(adapterWith(() => ({}), { signIn }));
    const adapter = await bench.registry.get(roughId);
    const draft = { settings: { url: 'https://service.example' }, secrets: {} };
    await assert.rejects(adapter.signIn(draft, bench.sessions.formIo(adapter, draft), signalOf()), {
      kind: 'protocol',
      code: 'guest-answer',
    });
  });
});

function assertWellFormed(item: Item): void {
  assert.equal(typeof item.id, 'string');
  assert.notEqual(item.name, '');
  assert(item.lifetime.kind !== 'expires' || !Number.isNaN(new Date(item.lifetime.at).getTime()));
  for (const field of item.fields) {
    assert('text' in field ? typeof field.text === 'string' : !Number.isNaN(new Date(field.at).getTime()));
  }
  if (item.children.kind === 'inline') {
    item.children.items.forEach(assertWellFormed);
  }
}

function fail(): never {
  throw new Error('no');
}

function signalOf(): AbortSignal {
  return new AbortController().signal;
}

function nonEmpty(items: readonly Item[]): readonly [Item, ...Item[]] {
  const [first, ...others] = items;
  assert(first);
  return [first, ...others];
}

/** Lets everything that is ready go on. */
async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await new Promise(setImmediate);
  }
}

/** As long as it takes: digests are made in threads of their own. A test that waits in vain ends by its time limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise(setImmediate);
  }
}
