import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WrittenDescription } from '../../src/adapters/declarative/description.ts';
import { readDescription } from '../../src/adapters/declarative/parse.ts';
import { parsedJson } from '../../src/adapters/support/parsedJson.ts';
import type { ErrorKind } from '../../src/core/model/errors.ts';
import type { Item } from '../../src/core/model/item.ts';
import { projectRoot } from '../host/places.ts';
import {
  isRecord,
  json,
  type Listener,
  listen,
  type RecordedRequest,
  type Reply,
  Traffic,
} from '../servers/loopback.ts';
import { localize } from '../unit/fakes.ts';
import { type Answers, failure, Harness, readAll, unhurried } from './harness.ts';

type Written = Partial<WrittenDescription>;

/** What the service's clock says. */
const noon = Date.UTC(2026, 10, 20, 12);

const pausable: Written = {
  token: { id: 'id', status: { at: 'on', means: { true: 'active', false: 'inactive' } }, expiresAt: 'end' },
  pause: { route: '/keys/{id}/off' },
  resume: { route: '/keys/{id}/on' },
};

const minimal: WrittenDescription = {
  id: 'shop',
  name: 'Shop',
  baseUrl: 'https://shop.example',
  credential: { title: 'Key', prefix: 'Bearer ' },
  list: { route: '/keys' },
  token: { id: 'id' },
  revoke: { route: '/keys/{id}' },
};

/** What one member makes of one row. */
const rows: Readonly<
  Record<string, [token: WrittenDescription['token'], row: unknown, expected: Partial<Item>]>
> = {
  'a value that means never': [
    { id: 'id', expiresAt: { at: 'end', never: [0, -1] }, lastUsedAt: { at: 'used', never: [''] } },
    { id: 'a', end: -1, used: '' },
    { lifetime: { kind: 'never' }, lastUsedAt: null },
  ],
  'an absent member that means never': [
    { id: 'id', expiresAt: { at: 'end', absent: 'never' } },
    { id: 'a' },
    { lifetime: { kind: 'never' } },
  ],
  'an absent member that means nothing': [
    { id: 'id', expiresAt: 'end', noExpiry: 'never' },
    { id: 'a' },
    { lifetime: { kind: 'unknown' } },
  ],
  'seconds from another moment': [
    { id: 'id', expiresAt: { at: 'life', secondsFrom: 'made' } },
    { id: 'a', made: '2026-01-01T00:00:00Z', life: 3600 },
    { lifetime: { kind: 'expires', at: Date.UTC(2026, 0, 1, 1) } },
  ],
  'a mail date': [
    { id: 'id', createdAt: 'made' },
    { id: 'a', made: 'Wed, 02 Sep 2026 13:00:00 -0000' },
    { createdAt: Date.UTC(2026, 8, 2, 13) },
  ],
  'a moment that names UTC': [
    { id: 'id', createdAt: 'made' },
    { id: 'a', made: '2026-09-02 13:00:00 UTC' },
    { createdAt: Date.UTC(2026, 8, 2, 13) },
  ],
  'a compact moment': [
    { id: 'id', createdAt: 'made' },
    { id: 'a', made: '20260902T130000+0000' },
    { createdAt: Date.UTC(2026, 8, 2, 13) },
  ],
  'Unix seconds as a text': [
    { id: 'id', createdAt: 'made' },
    { id: 'a', made: '1788354000' },
    { createdAt: 1_788_354_000_000 },
  ],
  'a state by presence': [
    { id: 'id', status: { at: 'revoked_at', means: { null: 'active', '*': 'revoked' } } },
    { id: 'a', revoked_at: '2026-01-01T00:00:00Z' },
    { status: 'revoked', actions: [] },
  ],
  'a state by absence': [
    { id: 'id', status: { at: 'revoked_at', means: { null: 'active', '*': 'revoked' } } },
    { id: 'a' },
    { status: 'active' },
  ],
  'a state at the second place': [
    {
      id: 'id',
      status: [
        { at: 'dead', means: { true: 'revoked' } },
        { at: 'off', means: { true: 'inactive', false: 'active' } },
      ],
    },
    { id: 'a', dead: false, off: true },
    { status: 'inactive' },
  ],
  'its own mark': [{ id: 'id' }, { id: 'a', current: true }, { isOwnCredential: true }],
};

const scopes: Readonly<Record<string, [scopes: unknown, row: unknown, expected: readonly string[]]>> = {
  'inside lists': [
    'policies[].groups[].name',
    { policies: [{ groups: [{ name: 'a' }, { name: 'b' }] }] },
    ['a', 'b'],
  ],
  'as names of an object': ['roles{}', { roles: { reader: {}, writer: {} } }, ['reader', 'writer']],
  'with commas between them': [{ at: 'scopes', separator: ',' }, { scopes: 'a, b' }, ['a', 'b']],
  'with spaces between them': ['scopes', { scopes: 'a  b' }, ['a', 'b']],
  'in a list': ['scopes', { scopes: ['a', 'a', ''] }, ['a']],
};

/** How far the accesses of one row reach, and the row that has none. */
const breadths: Readonly<
  Record<
    string,
    [
      breadth: NonNullable<WrittenDescription['token']>['breadth'],
      row: unknown,
      expected: Readonly<Record<string, unknown>>,
    ]
  >
> = {
  'by the exact name sooner than by its beginning, and by nothing else': [
    { means: { 'admin:*': 'broad', 'admin:ping': 'narrow' } },
    { id: 'a', scopes: ['admin:ping', 'admin:users', 'administer'] },
    { 'admin:ping': 'narrow', 'admin:users': 'broad', administer: undefined },
  ],
  'of another token as the documents say, also of what this connection would need': [
    { means: { write: 'broad' }, needed: ['write'] },
    { id: 'a', scopes: ['write'] },
    { write: 'broad' },
  ],
  'of the token in use by what it needs': [
    { means: { write: 'broad' }, needed: ['write', 'read:*'] },
    { id: 'a', current: true, scopes: ['write', 'read:keys', 'email'] },
    { write: 'narrow', 'read:keys': 'narrow', email: 'broad' },
  ],
  'of a token without any where that means all': [
    { means: {}, absent: 'broad' },
    { id: 'a', scopes: [] },
    { a: 'broad' },
  ],
};

interface ListCase {
  readonly list: WrittenDescription['list'];
  answer(query: URLSearchParams): Reply;
  readonly requests: number;
}

const pageOf = (query: URLSearchParams, first = 1) => {
  const from = (Number(query.get('page') ?? first) - first) * 2;
  return [0, 1, 2, 3, 4].slice(from, from + 2).map((id) => ({ id }));
};

/** Five rows, two a page, without one request too many. */
const lists: Readonly<Record<string, ListCase>> = {
  'a total in the body': {
    list: { route: '/keys', items: 'data', paging: { style: 'page', total: 'results' } },
    answer: (query) => json(200, { data: pageOf(query), results: 5 }),
    requests: 3,
  },
  'a total in a header': {
    list: { route: '/keys', paging: { style: 'page', totalHeader: 'X-Total' } },
    answer: (query) => json(200, pageOf(query), { 'X-Total': '5' }),
    requests: 3,
  },
  'a word of more to come': {
    list: { route: '/keys', items: 'data', paging: { style: 'page', more: 'more' } },
    answer: (query) => json(200, { data: pageOf(query), more: query.get('page') !== '3' }),
    requests: 3,
  },
  'the last row as the cursor': {
    list: {
      route: '/keys',
      items: 'data',
      paging: { style: 'cursor', parameter: 'after', last: 'id', more: 'has_more' },
    },
    answer: (query) => {
      const from = Number(query.get('after') ?? -1) + 1;
      const data = [0, 1, 2, 3, 4].slice(from, from + 2).map((id) => ({ id }));
      return json(200, { data, has_more: from + 2 < 5 });
    },
    requests: 3,
  },
  'an address in the body': {
    list: { route: '/keys', items: 'results', paging: { style: 'link', at: 'next' } },
    answer: (query) => {
      const page = Number(query.get('page') ?? 1);
      const next = page < 3 ? `https://elsewhere.example/other?page=${page + 1}#x` : null;
      return json(200, { results: pageOf(query), next });
    },
    requests: 3,
  },
};

/** What cannot be right, and where it shows. */
const flawed: Readonly<Record<string, [Written, string]>> = {
  'a pause that nothing ends': [{ ...pausable, resume: undefined }, 'resume'],
  'an end of a pause that nothing begins': [{ ...pausable, pause: undefined }, 'pause'],
  'a pause that no state tells of': [{ ...pausable, token: { id: 'id' } }, 'token.status'],
  'how far accesses reach where none are told': [
    { token: { id: 'id', breadth: { means: {} } } },
    'token.scopes',
  ],
  'what the token in use needs where it is not known': [
    { token: { id: 'id', scopes: 'scopes', breadth: { means: {}, needed: ['read'] } } },
    'own',
  ],
  'a pause of no token': [{ ...pausable, pause: { route: '/off' } }, 'pause.route'],
  'a name in a route that nothing defines': [{ list: { route: '/orgs/{org}/keys' } }, 'list.route'],
  'a stray brace in a route': [{ list: { route: '/keys/{' } }, 'list.route'],
  'the row’s identifier where there is none yet': [{ list: { route: '/keys/{id}' } }, 'list.route'],
  'the account without a call for it': [{ list: { route: '/users/{account}/keys' } }, 'list.route'],
  'the account in its own call': [
    { account: { route: '/{account}', id: 'id', name: 'id' } },
    'account.route',
  ],
  'a name in a query that nothing defines': [
    { list: { route: '/keys', query: { a: '{org}' } } },
    'list.query',
  ],
  'a name in a body that nothing defines': [
    { revoke: { method: 'POST', route: '/revoke', body: { ids: ['{id}', '{org}'] } } },
    'revoke.body',
  ],
  'a revocation that names no row': [{ revoke: { method: 'POST', route: '/revoke' } }, 'revoke.route'],
  'an extension that names no row': [
    { extend: { route: '/extend', sendExpiry: { member: 'validTo', as: 'iso' } } },
    'extend.route',
  ],
  'two kinds of body': [{ revoke: { route: '/keys/{id}', body: {}, form: {} } }, 'revoke.form'],
  'a body where none is sent': [{ list: { route: '/keys', body: {} } }, 'list.body'],
  'a cursor from nowhere': [
    { list: { route: '/keys', paging: { style: 'cursor', parameter: 'after' } } },
    'list.paging.next',
  ],
  'a header that is ours': [{ headers: { Host: 'elsewhere.example' } }, 'headers.Host'],
  'a header of proxies': [{ headers: { 'Proxy-Authorization': 'x' } }, 'headers.Proxy-Authorization'],
  'the credential’s header': [
    { credential: { title: 'Key', header: 'X-Key' }, headers: { 'x-key': 'x' } },
    'headers.x-key',
  ],
  'two secrets in one header': [
    { credential: { title: 'Key', also: [{ title: 'Other', header: 'authorization' }] } },
    'credential.also.0.header',
  ],
  'a user name beside a bare header': [
    { credential: { title: 'Key', user: { title: 'User' } } },
    'credential.user',
  ],
  'a question that is ours': [{ ask: [{ id: 'credential', title: 'Key' }] }, 'ask.0.id'],
  'a question twice': [
    {
      ask: [
        { id: 'org', title: 'A' },
        { id: 'org', title: 'B' },
      ],
    },
    'ask.1.id',
  ],
  'a list beside lists': [
    { lists: [{ id: 'a', name: 'A', list: { route: '/a' }, token: { id: 'id' } }], revoke: undefined },
    'list',
  ],
};

describe('the language of descriptions', () => {
  let server: Listener;
  let traffic: Traffic;
  let respond: (request: RecordedRequest) => Reply;
  let harness: Harness | undefined;

  beforeEach(async () => {
    traffic = new Traffic();
    server = await listen((request) => respond(request), traffic, { now: () => noon });
  });
  afterEach(async () => {
    harness?.dispose();
    await server.stop();
  });

  async function connect(change: Written, answers: Answers = {}) {
    const read = readDescription({ ...minimal, ...change }, localize);
    assert(read.kind === 'usable', JSON.stringify(read));
    const made = new Harness(() => read.adapter);
    harness = made;
    return made.connect({ baseUrl: server.origin, credential: 'sk-shop', ...answers });
  }

  async function onlyRow(change: Written, row: unknown): Promise<Item> {
    respond = () => json(200, [row]);
    const { session } = await connect(change);
    const [item] = (await readAll(session, undefined)).items;
    assert(item);
    return item;
  }

  for (const [title, [token, row, expected]] of Object.entries(rows)) {
    it(`reads ${title}`, async () => {
      const item = await onlyRow({ token, own: { at: 'current' } }, row);
      const found = Object.fromEntries(Object.keys(expected).map((key) => [key, Reflect.get(item, key)]));
      assert.deepEqual(found, expected);
    });
  }

  for (const [title, [place, row, expected]] of Object.entries(scopes)) {
    it(`reads scopes ${title}`, async () => {
      const token = { id: 'id', scopes: place };
      const read = readDescription({ ...minimal, token }, localize);
      assert(read.kind === 'usable', JSON.stringify(read));
      respond = () => json(200, [{ id: 'a', ...Object(row) }]);
      const made = new Harness(() => read.adapter);
      harness = made;
      const { session } = await made.connect({ baseUrl: server.origin, credential: 'sk-shop' });
      const [item] = (await readAll(session, undefined)).items;
      assert(item?.children.kind === 'inline');
      assert.deepEqual(
        item.children.items.map(({ name }) => name),
        expected,
      );
    });
  }

  for (const [title, [breadth, row, expected]] of Object.entries(breadths)) {
    it(`says how far accesses reach ${title}`, async () => {
      respond = () => json(200, [row]);
      const { session } = await connect({
        token: { id: 'id', scopes: 'scopes', breadth },
        own: { at: 'current' },
      });
      const [item] = (await readAll(session, undefined)).items;
      assert(item);
      const told = item.children.kind === 'inline' ? item.children.items : [item];
      assert.deepEqual(Object.fromEntries(told.map(({ name, breadth: reach }) => [name, reach])), expected);
    });
  }

  for (const [title, { list, answer, requests }] of Object.entries(lists)) {
    it(`ends a list by ${title}, without a request too many`, async () => {
      respond = ({ query }) => answer(query);
      const { session } = await connect({ list });
      traffic.requests.length = 0;
      const { items, problems } = await readAll(session, undefined);
      assert.deepEqual([items.map(({ id }) => id).join(), problems], ['0,1,2,3,4', []]);
      assert.equal(traffic.requests.length, requests);
    });
  }

  it('takes an answer without members for an empty list only where told, and no other answer', async () => {
    respond = () => json(200, {});
    const list = { route: '/keys', items: 'data' };
    const { session } = await connect({ list: { ...list, absent: 'empty' } });
    assert.deepEqual((await readAll(session, undefined)).items, []);
    respond = () => json(200, { unexpected: 'shape' });
    assert.equal((await failure(readAll(session, undefined))).kind, 'protocol');
    respond = () => json(200, {});
    assert.equal((await failure(connect({ list }))).kind, 'protocol');
  });

  it('fills routes, queries and bodies with what was asked and what the account is called', async () => {
    respond = ({ path }) => (path === '/me' ? json(200, { id: 42, name: 'me' }) : json(200, [{ id: 'a/b' }]));
    const { session, connection } = await connect(
      {
        ask: [{ id: 'org', title: 'Organization' }],
        account: { route: '/me', id: 'id', name: 'name' },
        list: { route: '/orgs/{org}/users/{account}/keys', query: { scope: '{org}', literal: 'x{org}' } },
        revoke: {
          method: 'POST',
          route: '/orgs/{org}/revoke',
          query: { key: '{id}' },
          body: { ids: ['{id}'], note: 'not {id}', all: false },
        },
      },
      { org: '"},{"evil":"../x' },
    );
    assert.equal(connection.settings['.account'], '42');
    const [item] = (await readAll(session, undefined)).items;
    assert(item);
    const read = traffic.requests.at(-1);
    assert.equal(read?.path, `/orgs/${encodeURIComponent('"},{"evil":"../x')}/users/42/keys`);
    assert.deepEqual([read.query.get('scope'), read.query.get('literal')], ['"},{"evil":"../x', 'x{org}']);
    await session.revocation?.revoke([item], unhurried());
    const sent = traffic.requests.at(-1);
    assert.deepEqual(JSON.parse(sent?.body ?? ''), { ids: ['a/b'], note: 'not {id}', all: false });
    assert.equal(sent?.query.get('key'), 'a/b');
  });

  it('sends forms', async () => {
    respond = () => json(200, [{ id: 'a&b=c' }]);
    const { session } = await connect({
      revoke: { method: 'POST', route: '/revoke', form: { name: '{id}' } },
    });
    const [item] = (await readAll(session, undefined)).items;
    assert(item);
    await session.revocation?.revoke([item], unhurried());
    assert.equal(traffic.requests.at(-1)?.body, 'name=a%26b%3Dc');
  });

  it('sends Basic credentials, further secrets and fixed headers, and keeps the secrets secret', async () => {
    respond = () => json(200, []);
    const { connection } = await connect(
      {
        credential: {
          kind: 'basic',
          title: 'Password',
          user: { title: 'User' },
          also: [{ title: 'Other', header: 'X-Other', prefix: 'Key ' }],
        },
        headers: { Accept: 'application/vnd.shop+json', 'User-Agent': 'tokens' },
      },
      { user: 'me', credential: 'a b c', credential2: 'other' },
    );
    const { headers } = traffic.requests.at(-1) ?? {};
    assert.deepEqual(
      [headers?.authorization, headers?.['x-other'], headers?.accept, headers?.['user-agent']],
      [
        `Basic ${Buffer.from('me:a b c').toString('base64')}`,
        'Key other',
        'application/vnd.shop+json',
        'tokens',
      ],
    );
    assert.deepEqual(connection.settings, { baseUrl: server.origin, user: 'me' });
  });

  it('sends a secret alone as the user of Basic, and nothing where the service wants nothing', async () => {
    respond = () => json(200, []);
    await connect({ credential: { kind: 'basic', title: 'Token' } });
    const { authorization } = traffic.requests.at(-1)?.headers ?? {};
    assert.equal(authorization, `Basic ${Buffer.from('sk-shop:').toString('base64')}`);
    harness?.dispose();
    await connect({ credential: { kind: 'none', title: 'None' } });
    assert.equal(traffic.requests.at(-1)?.headers.authorization, undefined);
  });

  it('shows several lists as sections, each with its own acts, and one that fails hides no other', async () => {
    respond = ({ path }) =>
      path === '/apps' ? json(500, { message: 'broken' }) : json(200, [{ id: 'a', name: 'A' }]);
    const { session } = await connect({
      list: undefined,
      token: undefined,
      revoke: undefined,
      lists: [
        { id: 'keys', name: 'Keys', list: { route: '/keys' }, token: { id: 'id' } },
        {
          id: 'apps',
          name: 'Apps',
          noun: 'grant',
          list: { route: '/apps' },
          token: { id: 'id' },
          revoke: { route: '/apps/{id}' },
        },
      ],
    });
    const { items } = await readAll(session, undefined);
    assert.deepEqual(
      items.map(({ name, kind }) => [name, kind]),
      [
        ['Keys', 'section'],
        ['Apps', 'section'],
      ],
    );
    const [keys, apps] = items;
    assert(keys && apps);
    assert.deepEqual((await readAll(session, [keys])).items[0]?.actions, []);
    assert.equal((await failure(readAll(session, [apps]))).kind, 'server');
    respond = () => json(200, [{ id: 'a' }]);
    const [app] = (await readAll(session, [apps])).items;
    assert(app);
    await session.revocation?.revoke([apps, app], unhurried());
    assert.equal(traffic.requests.at(-1)?.path, '/apps/a');
    assert.match(session.revocation?.reach([apps, app]).sentence ?? '', /application loses the access/);
  });

  it('lets a token live as long again, whichever it is', async () => {
    const token = { id: 'id', createdAt: 'made', expiresAt: 'end' };
    const { session } = await (async () => {
      respond = () => json(200, [{ id: 'a', made: '2026-01-01T10:00:00Z', end: '2026-01-31' }]);
      return connect({
        token,
        extend: {
          route: '/keys/{id}',
          body: { reason: 'renewed' },
          expiresAt: 'end',
          sendExpiry: { member: 'end', as: 'date' },
        },
      });
    })();
    const [item] = (await readAll(session, undefined)).items;
    assert(item);
    assert.deepEqual(item.actions, ['revoke', 'renew']);
    respond = ({ body }) => json(200, JSON.parse(body));
    const outcome = await session.renew?.([item], unhurried());
    const sent = JSON.parse(traffic.requests.at(-1)?.body ?? '');
    const expected = noon + 30 * 24 * 60 * 60_000;
    assert.deepEqual(sent, { reason: 'renewed', end: new Date(expected).toISOString().slice(0, 10) });
    assert.deepEqual(outcome, { expiresAt: Date.parse(sent.end) });
  });

  it('pauses what is active and resumes what is not, but nothing that has ended', async () => {
    const row = (id: string, on: unknown, end = '2027-01-01') => ({ id, on, end });
    respond = () =>
      json(200, [row('a', true), row('b', false), row('c', true, '2026-01-01'), row('d', 'odd')]);
    const { session } = await connect(pausable);
    const { items } = await readAll(session, undefined);
    assert.deepEqual(
      items.map(({ actions }) => actions),
      [['revoke', 'pause'], ['revoke', 'resume'], ['revoke'], ['revoke']],
    );
    const [first] = items;
    assert(first);
    await session.pause?.([first], unhurried());
    const { method, path } = traffic.requests.at(-1) ?? {};
    assert.deepEqual([method, path], ['POST', '/keys/a/off']);
  });

  for (const [title, body] of Object.entries({
    'an error': { error: 'locked', message: 'It is locked' },
    'no success': { success: false, errors: [{ message: 'It is locked' }] },
    'not ok': { ok: false, msg: 'It is locked' },
    'another value than success has': { failed: 1 },
  })) {
    it(`does not take 200 with ${title} in it for a revocation`, async () => {
      respond = ({ method }) => json(200, method === 'GET' ? [{ id: 'a' }] : body);
      const { session } = await connect({
        revoke: { route: '/keys/{id}', succeeds: { at: 'failed', is: ['0', 'undefined'] } },
      });
      const [item] = (await readAll(session, undefined)).items;
      assert(item && session.revocation);
      const error = await failure(session.revocation.revoke([item], unhurried()));
      assert.equal(error.kind, 'rejected');
      assert.match(error.detail, 'failed' in body ? /failed/ : /It is locked/);
    });
  }

  for (const [title, body] of Object.entries({
    errorSummary: { errorCode: 'E0', errorSummary: 'Not for you' },
    'errors[].message': { errors: [{ code: 1, message: 'Not for you' }] },
    'errors[].reason': { errors: [{ reason: 'Not for you' }] },
    msg: { msg: 'Not for you' },
    'a place of its own': { trouble: { text: 'Not for you' } },
  })) {
    it(`tells the service’s words at ${title}`, async () => {
      respond = () => json(403, body);
      const error = await failure(connect({ errorWords: ['trouble.text'] }));
      assert.deepEqual([error.kind, error.detail], ['forbidden', 'Not for you']);
    });
  }

  const anyWords = { status: [403] };
  const itsWords = { status: [403], when: { at: 'message', is: ['Who are you?'] } };
  const refusals: [string, WrittenDescription['unauthorized'], unknown, ErrorKind][] = [
    ['another status than 401', anyWords, { message: 'No.' }, 'unauthorized'],
    ['certain words of that status', itsWords, { message: 'Who are you?' }, 'unauthorized'],
    ['a missing scope', itsWords, { message: 'Not with these scopes' }, 'forbidden'],
    ['no words', itsWords, null, 'forbidden'],
    ['a status that it does not name', { status: [400] }, { message: 'Who are you?' }, 'forbidden'],
  ];
  for (const [title, unauthorized, body, kind] of refusals) {
    it(`tells a credential that is not accepted from what it may not: ${title}`, async () => {
      respond = () => json(403, body);
      assert.equal((await failure(connect({ unauthorized }))).kind, kind);
    });
  }

  it('tells the service’s words where a 200 has no list but says why', async () => {
    respond = () => json(200, { ok: false, error: 'invalid_auth' });
    const error = await failure(connect({ list: { route: '/keys', items: 'keys' } }));
    assert.deepEqual([error.kind, error.detail], ['rejected', 'invalid_auth']);
  });

  for (const [title, [change, place]] of Object.entries(flawed)) {
    it(`refuses ${title} when it is read`, () => {
      const read = readDescription({ ...minimal, ...change }, localize);
      assert(read.kind === 'unusable');
      assert(
        read.flaws.some((flaw) => flaw.place === place),
        JSON.stringify(read.flaws),
      );
    });
  }
});

describe('the examples of docs/describing-a-service.md', () => {
  const text = readFileSync(join(projectRoot, 'docs', 'describing-a-service.md'), 'utf8');
  const blocks = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, block = '']) => block);

  /** Members one after another; several of one name are several examples. */
  function examples(block: string): Record<string, unknown>[] {
    const found: Record<string, unknown>[] = [];
    let pending = '';
    for (const line of block.split('\n')) {
      pending += `${line}\n`;
      const whole: unknown = parsedJson(`{${pending.trim().replace(/,$/, '')}}`);
      if (isRecord(whole) && Object.keys(whole).length > 0) {
        found.push(whole);
        pending = '';
      }
    }
    assert.equal(pending.trim(), '', 'not JSON');
    return found;
  }

  function usableWith(members: Record<string, unknown>): boolean {
    const inToken = ['scopes', 'breadth', 'fields', 'grants', 'expiresAt', 'status'];
    const { lists } = members;
    const { list, token, revoke, ...base } = minimal;
    const description: Record<string, unknown> = {
      ...base,
      account: { route: '/me', id: 'id', name: 'name' },
      ...(!lists && { list, token, revoke }),
    };
    for (const [name, value] of Object.entries(members)) {
      if (inToken.includes(name)) {
        description.token = { ...token, ...Object(description.token), [name]: value };
      } else if (name === 'paging') {
        description.list = { ...list, paging: value };
      } else if (name !== 'oauthTokens.services') {
        description[name] = value;
      }
    }
    const given = members['oauthTokens.services'];
    const [whole = description] = Array.isArray(given) ? given : [];
    const read = readDescription(whole, localize);
    assert.equal(read.kind, 'usable', JSON.stringify([members, read]));
    return true;
  }

  for (const [index, block] of blocks.entries()) {
    it(`are descriptions that can be used: block ${index + 1}`, () => {
      const found = examples(block);
      assert.notEqual(found.length, 0);
      // Values that one line asks for are named by the next; others need each other to be understood.
      const isOne = found.some((members) => ['ask', 'pause', 'breadth'].some((name) => name in members));
      assert((isOne ? [Object.assign({}, ...found)] : found).every(usableWith));
    });
  }
});
