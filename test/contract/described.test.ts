import assert from 'node:assert/strict';
import type { WrittenDescription } from '../../src/adapters/declarative/description.ts';
import { readDescription } from '../../src/adapters/declarative/parse.ts';
import type { DescriptionFinding } from '../../src/core/adapter/serviceDescriptions.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { isRecord, json, type Listener, listen, type Reply, Traffic } from '../servers/loopback.ts';
import { localize } from '../unit/fakes.ts';
import { failure, Harness, readAll, unhurried } from './harness.ts';

const minimal: WrittenDescription = {
  id: 'shop',
  name: 'Shop',
  baseUrl: 'https://shop.example',
  credential: { title: 'Key', prefix: 'Bearer ' },
  list: { route: '/keys' },
  token: { id: 'id' },
};

const total = 7;
const pageSize = 3;

/** Seven keys, three a page, by whichever way a test asks for. */
function keys(from: number): { id: string }[] {
  return Array.from({ length: Math.max(0, Math.min(pageSize, total - from)) }, (_, index) => ({
    id: `k${from + index}`,
  }));
}

const styles: Readonly<
  Record<string, { list: WrittenDescription['list']; answer(query: URLSearchParams, origin: string): Reply }>
> = {
  'page numbers': {
    list: { route: '/keys', paging: { style: 'page', parameter: 'p', first: 0 } },
    answer: (query) => json(200, keys(Number(query.get('p')) * pageSize)),
  },
  'page numbers with a total': {
    list: { route: '/keys', paging: { style: 'page', totalHeader: 'X-Total' } },
    answer: (query) =>
      json(200, keys((Number(query.get('page')) - 1) * pageSize), { 'X-Total': String(total) }),
  },
  offsets: {
    list: {
      route: '/keys',
      items: 'data.keys',
      paging: { style: 'offset', parameter: 'skip', size: { parameter: 'take', value: 100 } },
    },
    answer: (query) => json(200, { data: { keys: keys(Number(query.get('skip'))) } }),
  },
  cursors: {
    list: {
      route: '/keys',
      items: 'keys',
      paging: { style: 'cursor', parameter: 'after', next: 'meta.next' },
    },
    answer: (query) => {
      const from = Number(query.get('after') ?? 0);
      const next = from + pageSize < total ? from + pageSize : null;
      return json(200, { keys: keys(from), meta: { next } });
    },
  },
  'Link headers': {
    list: { route: '/keys', paging: { style: 'link' } },
    answer: (query, origin) => {
      const from = Number(query.get('from') ?? 0);
      const next = from + pageSize;
      const link = `<${origin}/keys?from=0>; rel="first"${next < total ? `, <https://elsewhere.example/keys?from=${next}>; rel="next"` : ''}`;
      return json(200, keys(from), { Link: link });
    },
  },
};

function usable(value: unknown) {
  const read = readDescription(value, localize);
  assert(read.kind === 'usable', JSON.stringify(read));
  return read;
}

describe('a service by description', () => {
  let server: Listener;
  let traffic: Traffic;
  let respond: (query: URLSearchParams, path: string) => Reply;

  beforeEach(async () => {
    traffic = new Traffic();
    server = await listen(
      ({ query, path, headers }) =>
        headers.authorization === 'Bearer sk-shop' ? respond(query, path) : json(401, { message: 'Who?' }),
      traffic,
      {},
    );
  });
  afterEach(() => server.stop());

  const answers = () => ({ baseUrl: server.origin, credential: 'sk-shop' });

  for (const [title, { list, answer }] of Object.entries(styles)) {
    it(`reads all pages by ${title}, at its own address only`, async () => {
      respond = (query) => answer(query, server.origin);
      const { adapter } = usable({ ...minimal, list });
      const harness = new Harness(() => adapter);
      const { session } = await harness.connect(answers());
      const { items, problems } = await readAll(session, undefined);
      assert.deepEqual(
        items.map(({ id }) => id),
        Array.from({ length: total }, (_, index) => `k${index}`),
      );
      assert.deepEqual(problems, []);
      assert.deepEqual([...harness.origins], [server.origin]);
      harness.dispose();
    });
  }

  it('offers only what it describes', async () => {
    respond = () => json(200, keys(0));
    const { adapter } = usable(minimal);
    const harness = new Harness(() => adapter);
    const { session } = await harness.connect(answers());
    assert.deepEqual([session.revocation, session.renew], [undefined, undefined]);
    assert.deepEqual(
      (await session.list(undefined, undefined, { includeExpired: false }, unhurried())).items[0]?.actions,
      [],
    );
    harness.dispose();
  });

  it('says that a row without an identifier could not be read, and shows the others', async () => {
    respond = () => json(200, [{ id: 'good' }, { name: 'no id' }]);
    const harness = new Harness(() => usable(minimal).adapter);
    const { session } = await harness.connect(answers());
    const page = await session.list(undefined, undefined, { includeExpired: false }, unhurried());
    assert.deepEqual([page.items.map(({ id }) => id), page.problems?.length], [['good'], 1]);
    harness.dispose();
  });

  it('acts on the very identifier that the service wrote, however many digits it has', async () => {
    const ids = ['653247040368672768', '653247040368672769', '653247040368672800', '1e21', '1.0', '-0'];
    respond = () => json(200, []);
    const { adapter } = usable({ ...minimal, revoke: { route: '/keys/{id}' } });
    const harness = new Harness(() => adapter);
    const { session } = await harness.connect(answers());
    respond = () => ({ status: 200, body: `[${ids.map((id) => `{"id":${id},"name":"n"}`).join()}]` });
    const { items } = await readAll(session, undefined);
    assert.deepEqual(
      items.map(({ id }) => id),
      ids,
    );
    for (const item of items) {
      await session.revocation?.revoke([item], unhurried());
    }
    assert.deepEqual(
      traffic.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path),
      ids.map((id) => `/keys/${id}`),
    );
    harness.dispose();
  });

  it('follows a numeric cursor, and knows its own token and account, to the last digit', async () => {
    const { adapter } = usable({
      ...minimal,
      account: { route: '/me', id: 'id', name: 'name' },
      own: { route: '/me', id: 'token' },
      list: {
        route: '/keys',
        items: 'keys',
        paging: { style: 'cursor', parameter: 'after', next: 'next' },
      },
    });
    respond = (query, path) => {
      const isLast = query.get('after') === '9007199254740993';
      const page = isLast
        ? '{"keys":[{"id":653247040368672769}],"next":null}'
        : '{"keys":[{"id":653247040368672768}],"next":9007199254740993}';
      return {
        status: 200,
        body: path === '/me' ? '{"id":653247040368672801,"token":653247040368672769}' : page,
      };
    };
    const harness = new Harness(() => adapter);
    const { session, connection } = await harness.connect(answers());
    assert.deepEqual(connection.account, { id: '653247040368672801', name: '653247040368672801' });
    const { items } = await readAll(session, undefined);
    assert.deepEqual(
      items.map(({ id, isOwnCredential }) => [id, isOwnCredential]),
      [
        ['653247040368672768', undefined],
        ['653247040368672769', true],
      ],
    );
    harness.dispose();
  });

  it('warns where the token in use could not be told apart, and only there', async () => {
    const { adapter } = usable({
      ...minimal,
      own: { route: '/self', id: 'id' },
      revoke: { route: '/keys/{id}' },
    });
    const harness = new Harness(() => adapter);
    respond = () => json(200, keys(0));
    const { session } = await harness.connect(answers());
    for (const [self, count] of [
      [json(403, { message: 'no' }), 1],
      [json(404, { message: 'no' }), 1],
      [json(500, { message: 'no' }), 1],
      [json(200, { id: null }), 1],
      [json(200, { id: 'k9' }), 0],
    ] as const) {
      respond = (_, path) => (path === '/self' ? self : json(200, keys(0)));
      const { items } = await readAll(session, undefined);
      const [first] = items;
      assert(first);
      assert.equal(session.revocation?.reach([first]).warnings.length, count, JSON.stringify(self));
      assert(items.every(({ isOwnCredential }) => isOwnCredential === undefined));
    }
    harness.dispose();
  });

  describe('that has no moment to tell', () => {
    const none = [-1, 0, '0001-01-01T00:00:00Z', '', null, 3600, '1970-01-01T00:00:00Z', '1999-12-31'];

    async function rowOf(token: unknown) {
      const { adapter } = usable({
        ...minimal,
        token: { id: 'id', createdAt: 'made', lastUsedAt: 'used', expiresAt: 'ends', noExpiry: 'never' },
      });
      respond = () => json(200, [token]);
      const harness = new Harness(() => adapter);
      const { session } = await harness.connect(answers());
      const [row] = (await readAll(session, undefined)).items;
      harness.dispose();
      assert(row);
      return row;
    }

    for (const value of none) {
      it(`takes ${JSON.stringify(value)} for no end, and for no use 2,000 years ago`, async () => {
        const row = await rowOf({ id: 'a', made: value, used: value, ends: value });
        assert.equal(row.lifetime.kind, value === null ? 'never' : 'unknown');
        assert.equal(row.createdAt, undefined);
        const isNever = value === null || value === 0 || value === -1 || value === '0001-01-01T00:00:00Z';
        assert.equal(row.lastUsedAt, isNever ? null : undefined);
        assert.deepEqual(row.fields, []);
      });
    }

    it('reads the first moment of this millennium', async () => {
      const { lifetime } = await rowOf({ id: 'a', ends: '2000-01-01' });
      assert.deepEqual(lifetime, { kind: 'expires', at: Date.UTC(2000, 0, 1) });
    });

    it('names a row without a name by its identifier', async () => {
      const { adapter } = usable({ ...minimal, token: { id: 'id', name: 'name' } });
      respond = () =>
        json(200, [
          { id: 'a', name: '' },
          { id: 'b', name: ' ' },
          { id: 'c', name: null },
        ]);
      const harness = new Harness(() => adapter);
      const { session } = await harness.connect(answers());
      const { items } = await readAll(session, undefined);
      assert.deepEqual(
        items.map(({ name }) => name),
        ['a', 'b', 'c'],
      );
      harness.dispose();
    });
  });

  for (const [status, kind] of [
    [404, 'notFound'],
    [400, 'rejected'],
  ] as const) {
    it(`keeps the rows of the pages before one that is refused with ${status}, and says so`, async () => {
      const { adapter } = usable({ ...minimal, list: { route: '/keys', paging: { style: 'page' } } });
      respond = (query) =>
        query.get('page') === '1' ? json(200, keys(0)) : json(status, { detail: 'Invalid page.' });
      const harness = new Harness(() => adapter);
      const { session } = await harness.connect(answers());
      const { items, problems } = await readAll(session, undefined);
      assert.deepEqual(
        [items.length, problems.map(String)],
        [3, [String(new TokenManagerError(kind, 'Invalid page.'))]],
      );
      respond = () => json(status, { detail: 'Gone' });
      await failure(readAll(session, undefined));
      harness.dispose();
    });
  }

  it('says that expired tokens were not asked for, unless they were', async () => {
    const { adapter } = usable({ ...minimal, list: { route: '/keys', activeQuery: { state: 'active' } } });
    respond = () => json(200, []);
    const harness = new Harness(() => adapter);
    const { session } = await harness.connect(answers());
    const told = async (includeExpired: boolean) =>
      (await session.list(undefined, undefined, { includeExpired }, unhurried())).leavesOutExpired;
    assert.deepEqual([await told(false), await told(true)], [true, undefined]);
    harness.dispose();
  });

  it('tells what its list says of a wrong credential, where the account call says nothing', async () => {
    const { adapter } = usable({ ...minimal, account: { route: '/me', id: 'id', name: 'name' } });
    const harness = new Harness(() => adapter);
    respond = (_, path) => (path === '/me' ? json(200, {}) : json(401, { message: 'Expired' }));
    const error = await failure(harness.signIn(answers()));
    assert.deepEqual([error.kind, error.detail], ['unauthorized', 'Expired']);
    harness.dispose();
  });

  it('never takes a member that every object has for a value', async () => {
    respond = () => json(200, [{ id: 'a' }]);
    const { adapter } = usable({ ...minimal, token: { id: 'constructor.name' } });
    const harness = new Harness(() => adapter);
    const { session } = await harness.connect(answers());
    const page = await session.list(undefined, undefined, { includeExpired: false }, unhurried());
    assert.deepEqual([page.items, page.problems?.length], [[], 1]);
    harness.dispose();
  });

  describe('that is looked at', () => {
    const flaws: Readonly<Record<string, [unknown, { place: string; problem: string }[]]>> = {
      'nothing at all': [7, [{ place: '', problem: 'invalid' }]],
      'no name': [{ ...minimal, name: undefined }, [{ place: 'name', problem: 'missing' }]],
      'a member nobody knows': [{ ...minimal, colour: 1 }, [{ place: 'colour', problem: 'unknown' }]],
      'a member nobody knows, inside': [
        { ...minimal, list: { route: '/keys', verb: 'GET' } },
        [{ place: 'list.verb', problem: 'unknown' }],
      ],
      'a route elsewhere': [
        { ...minimal, list: { route: 'https://elsewhere.example/keys' } },
        [{ place: 'list.route', problem: 'invalid' }],
      ],
      'a plain http address': [
        { ...minimal, baseUrl: 'http://shop.example' },
        [{ place: 'baseUrl', problem: 'invalid' }],
      ],
      'no way of paging that is known': [
        { ...minimal, list: { route: '/keys', paging: { style: 'magic' } } },
        [{ place: 'list.paging.style', problem: 'invalid' }],
      ],
    };
    for (const [title, [value, expected]] of Object.entries(flaws)) {
      it(`is told apart when it has ${title}`, () => {
        assert.deepEqual(readDescription(value, localize), { kind: 'unusable', flaws: expected });
      });
    }
  });

  describe('that is tried live', () => {
    const described: WrittenDescription = {
      ...minimal,
      account: { route: '/me', id: 'id', name: 'name' },
      token: {
        id: 'id',
        name: 'title',
        expiresAt: 'until',
        status: { at: 'state', means: { on: 'active' } },
      },
    };

    async function findings(value: WrittenDescription): Promise<readonly DescriptionFinding[]> {
      const { adapter, tryOut } = usable(value);
      const harness = new Harness(() => adapter);
      const draft = { settings: { baseUrl: server.origin }, secrets: { credential: new Secret('sk-shop') } };
      const found = await tryOut(draft, harness.sessions.formIo(adapter, draft), unhurried());
      harness.dispose();
      return found;
    }

    const told = (found: readonly DescriptionFinding[]) =>
      found.map((finding) => `${finding.kind}: ${'sentence' in finding ? finding.sentence : finding.route}`);

    it('is confirmed where it fits', async () => {
      respond = (_, path) =>
        path === '/me'
          ? json(200, { id: 1, name: 'me' })
          : json(200, [{ id: 'a', title: 'A', until: '2027-01-01', state: 'on' }]);
      assert.deepEqual(told(await findings(described)), [
        'fits: account: /me answers as described.',
        'fits: list: /keys answers as described.',
        'fits: Tokens on the first page, which is the last: 1.',
      ]);
    });

    it('is told what the rows have instead, by name and never by value', async () => {
      respond = (_, path) =>
        path === '/me'
          ? json(200, { user: 1 })
          : json(200, [{ id: 'a', label: 'sk-very-secret', until: 'soon', state: 'off' }]);
      const found = told(await findings(described));
      assert.deepEqual(found, [
        'doesNotFit: account: the answer of /me has nothing usable at “id”.',
        'fits: list: /keys answers as described.',
        'fits: Tokens on the first page, which is the last: 1.',
        'note: token.name: the first token has no “title”. It has: id, label, until, state',
        'doesNotFit: token.expiresAt: “until” is not a valid date.',
        'note: token.status.means: the value of the first token is not listed.',
      ]);
    });

    it('is told that a duration is no moment', async () => {
      respond = (_, path) =>
        path === '/me'
          ? json(200, { id: 1, name: 'me' })
          : json(200, [{ id: 'a', title: 'A', until: 3600, state: 'on' }]);
      assert.deepEqual(told(await findings(described)).slice(3), [
        'doesNotFit: token.expiresAt: “until” is not a valid date.',
      ]);
    });

    it('is told which call failed and why', async () => {
      respond = (_, path) => (path === '/me' ? json(403, { message: 'no' }) : json(200, {}));
      const found = await findings(described);
      assert.deepEqual(told(found), [
        'failed: /me',
        'doesNotFit: list: the answer of /keys has nothing usable at “the whole answer”.',
      ]);
      assert(found[0]?.kind === 'failed' && found[0].error.kind === 'forbidden');
    });

    it('changes nothing at the service', async () => {
      respond = () => json(200, [{ id: 'a' }]);
      await findings({ ...described, revoke: { route: '/keys/{id}' } });
      assert(traffic.requests.every(({ method }) => method === 'GET'));
    });
  });

  it('that does not list fails as unreadable, never as empty', async () => {
    respond = () => json(200, { keys: [] });
    const harness = new Harness(() => usable(minimal).adapter);
    assert.equal((await failure(harness.signIn(answers()))).kind, 'protocol');
    harness.dispose();
  });
});

describe('the schema in the manifest', () => {
  it('is the one descriptions are read by (npm run schema writes it)', async () => {
    const { serviceSchema } = await import('../schema/services.ts');
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    const setting: unknown = manifest.contributes.configuration.properties['oauthTokens.services'];
    assert(isRecord(setting));
    assert.deepEqual(setting.items, serviceSchema());
  });
});
