import assert from 'node:assert/strict';
import type { Item } from '../../../src/core/model/item.ts';
import { json, type Reply } from '../../servers/loopback.ts';
import type { OddServer } from '../../servers/oidcOdd.ts';
import { type Answers, type Connected, failure, type Harness, readAll, unhurried } from '../harness.ts';
import { deskByBrowser, LedBack } from '../signingIn.ts';
import { beginOdd, describeOdd, endOdd } from './oddBench.ts';

const good = { access_token: 'odd-access', token_type: 'Bearer', refresh_token: 'odd-refresh' };

/** Members of a token response beside a good access token, none of which may cost the token. */
const besideAGoodToken: Readonly<Record<string, object>> = {
  'a refresh token of null': { refresh_token: null },
  'an empty refresh token': { refresh_token: '' },
  'a refresh token that is a number': { refresh_token: 7 },
  'a scope of null': { scope: null },
  'a scope that is a list': { scope: ['read', 'write'] },
  'a scope that is a number': { scope: 3 },
  'an ID token of null': { id_token: null },
  'an ID token that cannot be read': { id_token: 'not.a' },
  'a lifetime of null': { expires_in: null },
  'an empty lifetime': { expires_in: '' },
  'a negative lifetime': { expires_in: -1 },
  'a lifetime in words': { expires_in: 'never' },
  'a lifetime that is a list': { expires_in: [] },
  'a lifetime beyond all dates': { expires_in: 1e308 },
  'no token type': { token_type: undefined },
  'a token type with a space': { token_type: 'bearer ' },
  'another word for bearer': { token_type: 'BearerToken' },
  'a token type of its own': { token_type: 'user' },
  'an error of null': { error: null },
  'an empty error': { error: '' },
};

describe('An OAuth 2.0 server with odd answers', () => {
  let server: OddServer;
  let harness: Harness;

  beforeEach(async () => {
    ({ server, harness } = await beginOdd(new LedBack()));
    describeServer({});
    server.answers.set('/token', good);
  });

  afterEach(() => endOdd(server, harness));

  function describeServer(more: object): void {
    describeOdd(server, {
      device_authorization_endpoint: `${server.url}/device`,
      revocation_endpoint: `${server.url}/revoke`,
      ...more,
    });
  }

  const answers = (more: Answers = {}): Answers => ({
    ...deskByBrowser(server.url),
    ...more,
  });

  async function rows({ session }: Pick<Connected, 'session'>): Promise<readonly Item[]> {
    return (await readAll(session, undefined)).items;
  }

  async function renewed({ root }: Connected) {
    await harness.inventory.open(root.branch);
    const node = root.branch.nodes.find(({ item }) => item.actions.includes('renew'));
    assert(node, 'no row to renew');
    return harness.renewals.renew(node, unhurried());
  }

  const stored = ({ connection }: Connected) => harness.credentialStore.values.get(connection.id);

  describe('keeps a token that was handed out', () => {
    for (const [what, odd] of Object.entries(besideAGoodToken)) {
      it(`beside ${what}, at a sign-in and at a renewal`, async () => {
        server.answers.set('/token', { ...good, ...odd });
        const connected = await harness.connect(answers({ scopes: 'openid' }));
        assert.equal(stored(connected)?.accessToken?.reveal(), 'odd-access');
        server.answers.set('/token', good);
        const next = await harness.connect(answers());
        server.answers.set('/token', { ...good, access_token: 'odd-next', ...odd });
        await renewed(next);
        assert.equal(stored(next)?.accessToken?.reveal(), 'odd-next');
        assert.equal(stored(next)?.refreshToken?.reveal(), 'odd-refresh');
      });
    }

    for (const [what, reply] of Object.entries<Reply>({
      'a status of 201': json(201, good),
      'a byte order mark in front': {
        status: 200,
        headers: { 'Content-Type': 'application/json' },
        body: `\uFEFF${JSON.stringify(good)}`,
      },
      'the content type of a text': {
        status: 200,
        headers: { 'Content-Type': 'text/plain' },
        body: JSON.stringify(good),
      },
      'the form that requests have': {
        status: 200,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'access_token=odd-access&scope=read%2Cwrite&token_type=bearer',
      },
    })) {
      it(`in an answer with ${what}`, async () => {
        server.answers.set('/token', reply);
        const connected = await harness.connect(answers());
        assert.equal(stored(connected)?.accessToken?.reveal(), 'odd-access');
      });
    }

    it('when introspection fails right after the sign-in', async () => {
      describeServer({ introspection_endpoint: `${server.url}/introspect` });
      for (const reply of [{ status: 500 }, { status: 401 }, { active: false }, ['what?']]) {
        server.answers.set('/introspect', reply);
        const connected = await harness.connect(answers());
        assert.equal(stored(connected)?.accessToken?.reveal(), 'odd-access');
      }
    });
  });

  it('tells scopes apart that are separated by commas', async () => {
    server.answers.set('/token', { ...good, scope: 'repo,user:email' });
    const [access] = await rows(await harness.connect(answers()));
    assert(access?.children.kind === 'inline');
    assert.deepEqual(
      access.children.items.map(({ name }) => name),
      ['repo', 'user:email'],
    );
  });

  for (const lifetime of [0, '', -1, [], 'never']) {
    it(`takes a lifetime of ${JSON.stringify(lifetime)} as not known`, async () => {
      server.answers.set('/token', { ...good, expires_in: lifetime });
      const [access] = await rows(await harness.connect(answers()));
      assert.deepEqual(access?.lifetime, { kind: 'unknown' });
    });
  }

  describe('that answers an error with a status of success', () => {
    for (const [body, kind, code] of [
      [{ error: 'bad_refresh_token' }, 'unauthorized', 'invalid_grant'],
      [{ ok: false, error: 'invalid_refresh_token' }, 'unauthorized', 'invalid_grant'],
      [{ error: 'INVALID_GRANT' }, 'unauthorized', 'invalid_grant'],
      [{ error: { code: 'invalid_grant', message: 'over' } }, 'unauthorized', 'invalid_grant'],
      [{ error: 'incorrect_client_credentials' }, 'unauthorized', 'invalid_client'],
      [{ error: 'something_new' }, 'rejected', 'something_new'],
      [{ error: { message: 'over' } }, 'rejected', undefined],
    ] as const) {
      it(`is refused by ${JSON.stringify(body)} at a renewal, which has ended`, async () => {
        const connected = await harness.connect(answers());
        server.answers.set('/token', body);
        const error = await failure(renewed(connected));
        assert.deepEqual([error.kind, error.code], [kind, code]);
        const row = (await rows(connected)).find(({ id }) => id === 'access_token');
        assert.doesNotMatch(row?.remark ?? '', /last renewal was interrupted/);
      });
    }

    it('has not accepted a revocation', async () => {
      const connected = await harness.connect(answers());
      server.answers.set('/revoke', { error: 'unsupported_token_type' });
      await harness.inventory.open(connected.root.branch);
      const [node] = connected.root.branch.nodes;
      assert(node);
      const error = await failure(harness.revocations.revoke(node, unhurried()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'unsupported_token_type']);
    });
  });

  describe('with a code for any device', () => {
    const started = {
      device_code: 'odd-device',
      user_code: 'ABCD',
      verification_uri: 'https://id.example/d',
    };
    const device = (more: Answers = {}) => answers({ method: 'device', ...more });
    let replies: unknown[];

    beforeEach(() => {
      replies = [good];
      server.answers.set('/token', () => replies.shift() ?? good);
      server.answers.set('/device', started);
    });

    it('waits while the server answers 200 with the codes for waiting, and slows down', async () => {
      replies = [{ error: 'authorization_pending' }, { error: 'slow_down' }, good];
      await harness.connect(device());
      assert.deepEqual(harness.clock.sleeps, [5000, 5000, 10_000]);
    });

    for (const [code, told] of [
      ['authorization_declined', 'access_denied'],
      ['code_expired', 'expired_token'],
      ['bad_verification_code', 'invalid_grant'],
    ] as const) {
      it(`ends at ${code}`, async () => {
        replies = [json(400, { error: code })];
        assert.equal((await failure(harness.signIn(device()))).code, told);
      });
    }

    for (const [interval, waits] of [
      [undefined, 5000],
      [0, 5000],
      [null, 5000],
      ['5', 5000],
      ['x', 5000],
      [0.001, 5000],
      [-3, 5000],
      [1e308, 600_000],
      [7, 7000],
    ] as const) {
      it(`looks every ${waits / 1000} seconds at a pace of ${JSON.stringify(interval)}`, async () => {
        server.answers.set('/device', { ...started, interval, expires_in: 900 });
        await harness.signIn(device());
        assert.deepEqual(harness.clock.sleeps, [waits]);
      });
    }

    for (const expires of [undefined, null, '900', 1e308, 0, 5]) {
      it(`looks at least once when the code lives for ${JSON.stringify(expires)} seconds`, async () => {
        server.answers.set('/device', { ...started, interval: 5, expires_in: expires });
        const person = new LedBack();
        harness.user = person;
        await harness.signIn(device());
        const [code] = person.codes;
        assert(code && code.expiresAt > 0 && !Number.isNaN(new Date(code.expiresAt).getTime()));
      });
    }

    for (const [odd, page, complete] of [
      [{ verification_uri_complete: null }, 'https://id.example/d', undefined],
      [{ verification_uri_complete: '' }, 'https://id.example/d', undefined],
      [{ verification_uri_complete: 'javascript:alert(1)' }, 'https://id.example/d', undefined],
      [{ verification_uri: 'id.example/d' }, 'https://id.example/d', undefined],
      [{ verification_uri: 'id.example:8443/d' }, 'https://id.example:8443/d', undefined],
      [
        { verification_uri: undefined, verification_url: 'https://id.example/g' },
        'https://id.example/g',
        undefined,
      ],
      [
        { verification_uri_complete: 'https://id.example/d?c=ABCD' },
        'https://id.example/d',
        'https://id.example/d?c=ABCD',
      ],
    ] as const) {
      it(`shows the page ${page} for ${JSON.stringify(odd)}`, async () => {
        server.answers.set('/device', { ...started, ...odd });
        const person = new LedBack();
        harness.user = person;
        await harness.signIn(device());
        assert.deepEqual([person.codes[0]?.page, person.codes[0]?.completePage], [page, complete]);
      });
    }

    for (const page of [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'command:workbench.action.quit',
      'vscode://evil.example/x',
      'http://id.example/d',
      'https://id.example@evil.example/d',
      'mailto:robin@id.example',
    ]) {
      it(`opens no browser at ${page}`, async () => {
        server.answers.set('/device', { ...started, verification_uri: page });
        assert.equal((await failure(harness.signIn(device()))).kind, 'protocol');
        assert.deepEqual(server.sent('/token'), []);
      });
    }

    it('shows a code that is a number', async () => {
      server.answers.set('/device', { ...started, user_code: 123_456 });
      const person = new LedBack();
      harness.user = person;
      await harness.signIn(device());
      assert.equal(person.codes[0]?.code, '123456');
    });
  });
});
