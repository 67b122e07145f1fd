import assert from 'node:assert/strict';
import type { WrittenDescription } from '../../src/adapters/declarative/description.ts';
import { readDescription } from '../../src/adapters/declarative/parse.ts';
import {
  json,
  type Listener,
  listen,
  type RecordedRequest,
  type Reply,
  Traffic,
} from '../servers/loopback.ts';
import { localize } from '../unit/fakes.ts';
import { assertNoSecretIn, type Connected, failure, Harness, readAll, unhurried } from './harness.ts';

const shop: WrittenDescription = {
  id: 'shop',
  name: 'Shop',
  baseUrl: 'https://shop.example',
  credential: {
    title: 'Password',
    prefix: 'Bearer ',
    user: { title: 'User name' },
    signIn: { route: '/sign-in', body: { name: '{user}', password: '{credential}' }, value: 'token' },
  },
  list: { route: '/keys' },
  token: { id: 'id' },
  revoke: { route: '/keys/{id}' },
  unauthorized: { status: [403], when: { at: 'message', is: ['That has run out'] } },
};
const entered = { user: 'ada', credential: 'open sesame' };

describe('a described service that exchanges what is entered', () => {
  let server: Listener;
  let traffic: Traffic;
  let harness: Harness;
  let made: string[];
  /** The token that it accepts; every sign-in brings another. */
  let accepted: string;
  let signsIn: (request: RecordedRequest) => Reply;
  let rows: { id: string }[];
  let refusal: number;

  beforeEach(async () => {
    traffic = new Traffic();
    made = [];
    accepted = '';
    refusal = 401;
    rows = [{ id: 'a' }, { id: 'b' }];
    signsIn = ({ body }) => {
      const isKnown = body === JSON.stringify({ name: 'ada', password: 'open sesame' });
      accepted = `short-lived-token-${made.length}`;
      made.push(accepted);
      return isKnown ? json(200, { token: accepted }) : json(401, { message: 'Who are you?' });
    };
    server = await listen((request) => answer(request), traffic, {});
    const read = readDescription(shop, localize);
    assert(read.kind === 'usable', JSON.stringify(read));
    harness = new Harness(() => read.adapter);
  });
  afterEach(async () => {
    harness.dispose();
    await server.stop();
  });

  function answer(request: RecordedRequest): Reply {
    if (request.path === '/sign-in') {
      return signsIn(request);
    }
    if (request.headers.authorization !== `Bearer ${accepted}`) {
      return json(refusal, { message: 'That has run out' });
    }
    if (request.method === 'DELETE') {
      rows = rows.filter(({ id }) => !request.path.endsWith(id));
      return { status: 204 };
    }
    return json(200, rows);
  }

  async function connected(): Promise<Connected> {
    const found = await harness.connect({ baseUrl: server.origin, ...entered });
    traffic.requests.length = 0;
    return found;
  }

  async function firstNode({ root, session }: Pick<Connected, 'root' | 'session'>) {
    const [first] = (await readAll(session, undefined)).items;
    assert(first);
    return harness.nodeAt(root, [first]);
  }

  const signIns = () => traffic.requests.filter(({ path }) => path === '/sign-in').length;

  it('signs in once for many requests, and keeps what it was given in memory only', async () => {
    const { session, connection } = await connected();
    await Promise.all([readAll(session, undefined), readAll(session, undefined)]);
    await readAll(session, undefined);
    assert.equal(signIns(), 1);
    const stored = harness.credentialStore.values.get(connection.id) ?? {};
    assert.deepEqual(Object.keys(stored), ['credential']);
    assertNoSecretIn([connection, harness.logger.lines], [...made, entered.credential]);
  });

  it('signs in again when the token has run out, and sends the request once more', async () => {
    const { root, session } = await connected();
    const node = await firstNode({ root, session });
    accepted = 'of another time';
    traffic.requests.length = 0;
    assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
    assert.equal(signIns(), 1);
    assert.equal(traffic.requests.filter(({ method }) => method === 'DELETE').length, 2);
  });

  it('signs in again, too, where the service says in another way that the token has run out', async () => {
    refusal = 403;
    const { session } = await connected();
    await readAll(session, undefined);
    accepted = 'of another time';
    traffic.requests.length = 0;
    assert.equal((await readAll(session, undefined)).items.length, 2);
    assert.equal(signIns(), 1);
  });

  it('says that the credentials are not accepted when a new token is refused, too', async () => {
    const { session } = await connected();
    signsIn = () => json(200, { token: 'never good' });
    const error = await failure(readAll(session, undefined));
    assert.deepEqual([error.kind, error.detail], ['unauthorized', 'That has run out']);
    assert.equal(signIns(), 2);
  });

  it('never takes a sign-in that is not there for a token that is gone', async () => {
    const { root, session } = await connected();
    const node = await firstNode({ root, session });
    accepted = 'of another time';
    signsIn = () => json(404, { message: 'No such realm' });
    const error = await failure(harness.revocations.revoke(node, unhurried()));
    assert.deepEqual([error.kind, error.detail], ['notFound', 'No such realm']);
    assert.equal(rows.length, 2);
  });

  it('serves the next one when the one who asked for the token has given up', async () => {
    const { session } = await connected();
    const first = new AbortController();
    const asked = Promise.withResolvers<void>();
    const restore = traffic.intercept(({ request }) => {
      asked.resolve();
      return request.path === '/sign-in';
    });
    const given = failure(session.list(undefined, undefined, { includeExpired: false }, first.signal));
    await asked.promise;
    restore();
    const waiting = readAll(session, undefined);
    first.abort();
    assert.equal((await given).kind, 'cancelled');
    assert.equal((await waiting).items.length, 2);
  });

  const flawed: Readonly<Record<string, [Partial<WrittenDescription['credential']>, string]>> = {
    'a credential in an address': [
      { signIn: { route: '/sign-in/{credential}', body: { u: '{user}' }, value: 'token' } },
      'credential.signIn.route',
    ],
    'a sign-in without the credential': [
      { signIn: { route: '/sign-in', form: { name: '{user}' }, value: 'token' } },
      'credential.signIn.form',
    ],
    'a sign-in without the user that is asked for': [
      { signIn: { route: '/sign-in', body: { password: '{credential}' }, value: 'token' } },
      'credential.signIn.body',
    ],
    'two ways at once': [{ kind: 'basic' }, 'credential.signIn'],
    'a user name that goes nowhere': [{ signIn: undefined }, 'credential.user'],
  };
  for (const [title, [change, place]] of Object.entries(flawed)) {
    it(`is refused with ${title} when it is read`, () => {
      const read = readDescription({ ...shop, credential: { ...shop.credential, ...change } }, localize);
      assert(read.kind === 'unusable');
      assert(
        read.flaws.some((flaw) => flaw.place === place),
        JSON.stringify(read.flaws),
      );
    });
  }
});
