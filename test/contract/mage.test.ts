import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mage } from '../../src/adapters/mage/index.ts';
import type { ItemPath } from '../../src/core/model/item.ts';
import { day, json, sampleSecret, send } from '../servers/loopback.ts';
import { type MageOptions, type MageServer, startMage } from '../servers/mage.ts';
import { adapterContract } from './adapterContract.ts';
import {
  activeOnly,
  assertNoSecretIn,
  type Connected,
  everyRow,
  failure,
  Harness,
  type Row,
  readAll,
  unhurried,
} from './harness.ts';

adapterContract('Mage AI', {
  async start(options) {
    const now = options.now ?? Date.now;
    const server = await startMage(options);
    return {
      factory: mage,
      server,
      origins: [new URL(server.url).origin],
      answers: tokenAnswers(server),
      wrongAnswers: { ...tokenAnswers(server), token: 'somebody-elses-token' },
      get secrets() {
        return secretsOf(server);
      },
      empty: () => {
        // The token that asks is always listed, so only the answer can be empty.
        server.intercept(({ response }) => {
          send(response, json(200, { oauth_access_tokens: [], metadata: { count: 0, next: false } }));
          return true;
        });
      },
      isLive: (path) => isLive(server, path, now()),
    };
  },
  credentialHeaders: ['oauth-token'],
  branch: ({ item }) => item.id === 'tokens',
  ownRow: ({ item }) => item.remark !== undefined,
  errorReply: (status, words) =>
    // The vendor's way: only a 401 is one (`api/middleware.py`).
    json(status === 401 ? 401 : 200, {
      error: { code: status, type: 'some_type', message: words },
      status: 200,
    }),
  kinds: { empty: 'server' },
  revocations: [
    {
      title: 'a session token',
      row: ({ item }) => item.id === rowIdOf(sampleSecret('mage notebook')),
      isMutation: ({ method, path }) => method === 'PUT' && path.startsWith('/api/sessions/'),
    },
    {
      title: "the connection's own token",
      row: ({ item }) => item.remark !== undefined,
      endsConnection: true,
      isMutation: ({ method, path }) => method === 'PUT' && path.startsWith('/api/sessions/'),
    },
    {
      title: 'a provider',
      row: ({ item }) => item.id === 'gitlab',
      isMutation: ({ method, path }) => method === 'PUT' && path.startsWith('/api/oauths/'),
      // A reset with nothing to reset is answered like any other.
      again: 'revoked',
    },
  ],
});

describe('Mage AI', () => {
  let server: MageServer;
  let harness: Harness;

  async function begin(options: MageOptions = {}): Promise<void> {
    harness = new Harness(mage);
    server = await startMage({ now: () => harness.clock.now(), ...options });
  }

  async function end(): Promise<void> {
    harness.dispose();
    await server.stop();
  }

  async function beginAgain(options: MageOptions): Promise<void> {
    await end();
    await begin(options);
  }

  beforeEach(() => begin());
  afterEach(end);

  const connect = () => harness.connect(tokenAnswers(server));

  /** The row of one of the sample tokens. */
  async function tokenRow({ session }: Connected, label: string, includeExpired = false): Promise<Row> {
    return rowOf(session, rowIdOf(sampleSecret(`mage ${label}`)), includeExpired);
  }

  function pathsSent(): string[] {
    return server.requests.map(({ method, path }) => `${method} ${path}`);
  }

  describe('when connecting', () => {
    it('takes a raw session token and names its user', async () => {
      const { account, settings, secrets, notice } = await harness.signIn(tokenAnswers(server));
      const { host } = new URL(server.url);
      assert.deepEqual(account, { id: `2@${host}`, name: `shopfront-dev at ${host}` });
      assert.deepEqual(settings, { baseUrl: server.url, access: 'token' });
      assert.equal(secrets.token?.reveal(), server.credentials.token);
      assert.equal(notice, undefined);
    });

    it('takes the token out of a JSON Web Token', async () => {
      const { jwt, token } = server.credentials;
      const { secrets } = await harness.signIn({ ...tokenAnswers(server), token: jwt });
      assert.equal(secrets.token?.reveal(), token);
    });

    for (const notMages of [
      'a.b.c',
      `x.${Buffer.from('{"sub":"7"}').toString('base64url')}.z`,
      'one.two',
      '..',
    ]) {
      it(`sends "${notMages}" as it is, not being one of Mage's`, async () => {
        const error = await failure(harness.signIn({ ...tokenAnswers(server), token: notMages }));
        assert.equal(error.kind, 'unauthorized');
        assert.equal(server.requests.at(-1)?.headers['oauth-token'], notMages);
      });
    }

    for (const who of ['dev@shopfront.example', 'shopfront-dev']) {
      it(`signs ${who} in once and keeps no password`, async () => {
        const { password } = server.credentials;
        const answers = { baseUrl: server.url, access: 'password', user: who, password };
        const { account, settings, secrets } = await harness.signIn(answers);
        assert.match(account.id, /^2@/);
        assert.deepEqual(settings, { baseUrl: server.url, access: 'token' });
        assert.deepEqual(Object.keys(secrets), ['apiKey', 'token']);
        const newest = server.state.tokens.at(-1);
        assert.equal(secrets.token?.reveal(), newest?.token);
        assert.equal(pathsSent().filter((sent) => sent === 'POST /api/sessions').length, 1);
        assertNoSecretIn([account, settings, secrets, harness.logger.lines], secretsOf(server));
      });
    }

    it('gives a password and a token of one user the same account', async () => {
      const { email, password } = server.credentials;
      const byPassword = { baseUrl: server.url, access: 'password', user: email, password };
      const { account } = await harness.signIn(byPassword);
      assert.deepEqual((await harness.signIn(tokenAnswers(server))).account, account);
    });

    it('does not take a wrong password', async () => {
      const { email } = server.credentials;
      const answers = { baseUrl: server.url, access: 'password', user: email, password: 'wrong-password' };
      const error = await failure(harness.signIn(answers));
      assert.equal(error.kind, 'unauthorized');
      assert.equal(error.detail, 'The server does not know this user with this password.');
      assertNoSecretIn([error, harness.logger.lines], ['wrong-password']);
    });

    it('says so when it is the API key that is not accepted', async () => {
      const error = await failure(harness.signIn({ ...tokenAnswers(server), apiKey: 'another' }));
      assert.equal(error.kind, 'unauthorized');
      assert.equal(error.detail, 'The server does not accept the API key.');
    });

    it('says so when there is no Mage AI server', async () => {
      await beginAgain({ basePath: '/team' });
      const error = await failure(
        harness.signIn({ ...tokenAnswers(server), baseUrl: `${new URL(server.url).origin}/elsewhere` }),
      );
      assert.equal(error.kind, 'notFound');
      assert.equal(error.detail, 'There is no Mage AI server at this address.');
    });

    it('probes the server before any credential is sent', async () => {
      await harness.signIn(tokenAnswers(server));
      const [first] = server.requests;
      assert.equal(first?.path, '/api/status');
      assert.equal(first.headers['x-api-key'], undefined);
      assert.equal(first.headers['oauth-token'], undefined);
    });

    it('names the user by number when the server does not let us look', async () => {
      server.intercept(({ request, response }) => {
        if (!request.path.startsWith('/api/users/')) {
          return false;
        }
        const error = { code: 403, type: 'unauthorized_access', message: 'left over from another request' };
        send(response, json(200, { error, status: 200 }));
        return true;
      });
      const { account } = await harness.signIn(tokenAnswers(server));
      assert.match(account.name, /^user 2 at /);
    });

    it('goes by the place alone when no token names its user', async () => {
      for (const token of server.state.tokens) {
        token.expires = token.token === server.credentials.token ? token.expires : 0;
      }
      server.intercept(({ request, response }) => {
        if (request.path !== '/api/oauth_access_tokens') {
          return false;
        }
        send(response, json(200, { oauth_access_tokens: [], metadata: { count: 0, next: false } }));
        return true;
      });
      const { account } = await harness.signIn(tokenAnswers(server));
      assert.deepEqual(account, { id: new URL(server.url).host, name: new URL(server.url).host });
    });

    for (const page of [
      '/pipelines',
      '/pipelines/daily/edit?tab=1',
      '/api',
      '/api/',
      '//',
      '/no/such/page',
    ]) {
      it(`finds the server when the address is that of ${page}`, async () => {
        await beginAgain({ basePath: '/team/mage' });
        const [path = ''] = page.split('?');
        const { settings, account } = await harness.signIn({
          ...tokenAnswers(server),
          baseUrl: server.url + path,
        });
        assert.equal(String(settings.baseUrl).replace(/\/+$/, ''), server.url);
        assert.match(account.name, /\/team\/mage$/);
        const probes = server.requests.filter(({ path: sent }) => !sent.startsWith('/team/mage/api/'));
        assert(probes.every(({ headers }) => !headers['x-api-key'] && !headers['oauth-token']));
      });
    }

    it('signs in to a server that looks users up in a directory, by user name', async () => {
      await beginAgain({ ldap: true });
      const { password } = server.credentials;
      const answers = { baseUrl: server.url, access: 'password', user: 'shopfront-dev', password };
      assert.match((await harness.signIn(answers)).account.id, /^2@/);
      const bodies = server.requests
        .filter(({ method }) => method === 'POST')
        .map(({ body }) => JSON.parse(body));
      assert.deepEqual(
        bodies.map(({ session }) => Object.keys(session)),
        [
          ['username', 'password'],
          ['email', 'password'],
        ],
      );
    });

    for (const sqlAlchemy14 of [false, true]) {
      it(`looks the user of a pasted token up without being handed a token, ${sqlAlchemy14 ? 'also on older releases' : 'on 0.9.80'}`, async () => {
        await beginAgain({ sqlAlchemy14 });
        const answers: string[] = [];
        server.intercept(({ request, answer, response }) => {
          if (!request.path.startsWith('/api/users/')) {
            return false;
          }
          const reply = answer();
          answers.push(String(reply.body));
          send(response, reply);
          return true;
        });
        const { account } = await harness.signIn(tokenAnswers(server));
        assert.match(account.name, /^shopfront-dev at /);
        assert.equal(answers.length, 1);
        assert(!answers.some((body) => body.includes('"token"')));
      });
    }

    describe('by password', () => {
      const answers = () => ({
        baseUrl: server.url,
        access: 'password',
        user: server.credentials.email,
        password: server.credentials.password,
      });
      const minted = () => server.state.tokens.at(-1);

      it('ends the session that was just made when the sign-in fails after all', async () => {
        server.intercept(({ request, response }) => {
          if (request.path !== '/api/oauth_access_tokens') {
            return false;
          }
          const error = { code: 403, type: 'unauthorized_access', message: 'no' };
          send(response, json(200, { error, status: 200 }));
          return true;
        });
        const error = await failure(harness.signIn(answers()));
        assert.deepEqual(
          [error.kind, error.detail],
          ['forbidden', 'The server does not let this user do that.'],
        );
        assert((minted()?.expires ?? Number.POSITIVE_INFINITY) <= harness.clock.now());
      });

      it('says that the session stays when it cannot be ended either', async () => {
        await beginAgain({ requireUserPermissions: true });
        const error = await failure(harness.signIn(answers()));
        assert.equal(error.kind, 'forbidden');
        assert.match(error.detail, /stays at the server until it expires/);
        assert((minted()?.expires ?? 0) > harness.clock.now());
      });

      it('can be taken back once it has succeeded', async () => {
        const { discard } = await harness.signIn(answers());
        await discard?.(unhurried());
        assert((minted()?.expires ?? Number.POSITIVE_INFINITY) <= harness.clock.now());
      });

      it('leaves a pasted token alone', async () => {
        assert.equal((await harness.signIn(tokenAnswers(server))).discard, undefined);
      });
    });

    it('keeps the base path of the server', async () => {
      await beginAgain({ basePath: '/team/mage' });
      const { session, connection } = await connect();
      assert.match(connection.account.name, /\/team\/mage$/);
      assert.equal(session.webPage, server.url);
      await everyRow(session);
      assert(server.requests.every(({ path }) => path.startsWith('/team/mage/api/')));
    });
  });

  describe('on a server that requires no sign-in', () => {
    beforeEach(() => beginAgain({ requireUserAuthentication: false }));

    it('offers only to go on, and says so', async () => {
      const { account, settings, secrets, notice } = await harness.signIn({ baseUrl: server.url });
      const { host } = new URL(server.url);
      assert.deepEqual(account, { id: host, name: host });
      assert.deepEqual(settings, { baseUrl: server.url, access: 'none' });
      assert.deepEqual(Object.keys(secrets), ['apiKey']);
      assert.equal(notice, `${host} does not require sign-in. Anyone who can reach it has full access.`);
    });

    it('keeps no token that was entered for it', async () => {
      const draft = await harness.fill({ baseUrl: server.url });
      const entered = { settings: { ...draft.settings, access: 'token' }, secrets: draft.secrets };
      const io = harness.sessions.formIo(harness.adapter, draft);
      const { settings, secrets } = await harness.adapter.signIn(entered, io, unhurried());
      assert.equal(settings.access, 'none');
      assert.equal(secrets.token, undefined);
    });

    it('shows a note and the providers, and never asks for tokens', async () => {
      const { session } = await harness.connect({ baseUrl: server.url });
      const rows = await everyRow(session);
      assert.deepEqual(
        rows.filter(({ path }) => path.length === 1).map(({ item }) => item.kind),
        ['note', 'section'],
      );
      assert(rows.some(({ item }) => item.kind === 'provider'));
      assert(!pathsSent().some((path) => path.includes('oauth_access_tokens')));
      assert(server.requests.every(({ headers }) => headers['oauth-token'] === undefined));
    });

    it('asks for a sign-in once the server does', async () => {
      const draft = await harness.fill({ baseUrl: server.url });
      server.state.requireUserAuthentication = true;
      const io = harness.sessions.formIo(harness.adapter, draft);
      const error = await failure(harness.adapter.signIn(draft, io, unhurried()));
      assert.deepEqual([error.kind, error.detail], ['unauthorized', 'The server now requires a sign-in.']);
    });
  });

  describe('when listing tokens', () => {
    it('opens the tokens by itself and the providers only on request, with a caution', async () => {
      const { session } = await connect();
      server.requests.length = 0;
      const { items } = await readAll(session, undefined);
      const [tokens, providers] = items.map(({ children }) => children);
      assert.deepEqual(tokens, { kind: 'list', open: true });
      assert(providers?.kind === 'onRequest');
      assert.match(providers.caution ?? '', /changes something/);
      assert.equal(server.requests.length, 0);
    });

    it('reads page after page, and asks for expired ones only when told to', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      const [sample] = server.state.tokens;
      assert(sample);
      for (let more = 0; more < 5000; more++) {
        server.state.tokens.push({ ...sample, token: `more-of-them-${more}` });
      }
      server.requests.length = 0;
      const active = await readAll(session, [section]);
      const all = await readAll(session, [section], { includeExpired: true });
      assert(all.items.length > active.items.length);
      assert.equal(active.total, active.items.length);
      const queries = server.requests.map(({ query }) => `${query}`);
      assert.deepEqual(queries, [
        '_limit=5000&_offset=0&_http_error_codes=1',
        '_limit=5000&_offset=5000&_http_error_codes=1',
        '_limit=5000&_offset=0&show_all=1&_http_error_codes=1',
        '_limit=5000&_offset=5000&show_all=1&_http_error_codes=1',
      ]);
    });

    it('does not go on for ever when the server always promises more', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      server.intercept(({ response }) => {
        send(response, json(200, { oauth_access_tokens: [], metadata: { count: 7, next: true } }));
        return true;
      });
      const { pages, problems } = await readAll(session, [section]);
      assert.equal(pages, 1);
      assert.deepEqual(
        problems.map(({ message }) => message),
        ['protocol: The server says that there are more tokens, but sends none.'],
      );
    });

    it('has the token that ends soonest on the first page, however many there are', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      const [sample] = server.state.tokens;
      assert(section && sample);
      for (let more = 0; more < 3000; more++) {
        server.state.tokens.push({ ...sample, token: `more-of-them-${more}` });
      }
      const { items, next } = await session.list([section], undefined, activeOnly, unhurried());
      assert.equal(next, undefined);
      assert(items.some(({ id }) => id === rowIdOf(sampleSecret('mage laptop'))));
    });

    const odd: Readonly<Record<string, unknown>> = {
      'an expiry of 0': 0,
      'an expiry of -1': -1,
      'an empty expiry': '',
      'an expiry in the year 1': '0001-01-01 00:00:00+00:00',
      'an expiry in words': 'never',
      'no expiry': null,
    };
    for (const [title, expires] of Object.entries(odd)) {
      it(`calls it unknown when a token with ${title} ends, and keeps what can be done with it`, async () => {
        const { session } = await connect();
        const [section] = (await readAll(session, undefined)).items;
        assert(section);
        const rows = [{ token: 'of-an-odd-row-0123456789', user_id: 2, expires }];
        server.intercept(({ response }) => {
          send(response, json(200, { oauth_access_tokens: rows, metadata: { count: 1, next: false } }));
          return true;
        });
        const { items, problems } = await readAll(session, [section]);
        assert.deepEqual(
          [items.map(({ lifetime, actions }) => [lifetime.kind, actions]), problems],
          [[['unknown', ['revoke']]], []],
        );
      });
    }

    it('shows the other tokens when one cannot be read, and says so', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      const good = { token: 'of-a-good-row-0123456789', user_id: 2, expires: '2999-01-01 00:00:00' };
      const rows = [good, { ...good, token: '' }, null];
      server.intercept(({ response }) => {
        send(response, json(200, { oauth_access_tokens: rows, metadata: { count: 3, next: false } }));
        return true;
      });
      const { items, problems } = await readAll(session, [section]);
      assert.equal(items.length, 1);
      assert.deepEqual(
        problems.map(({ message }) => message),
        ['protocol: Entries of the list that could not be read: 2 (token)'],
      );
    });

    it('tells what made the server crash without its traceback', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      server.intercept(({ response }) => {
        const message = 'Traceback (most recent call last):\n  File "/srv/mage_ai/x.py", line 7\nKeyError: 3';
        const error = { code: 500, errors: [message], exception: 'KeyError: 3', message };
        send(response, json(200, { error, url_parameters: {} }));
        return true;
      });
      const { kind, detail, status } = await failure(readAll(session, [section]));
      assert.deepEqual([kind, detail, status], ['server', 'KeyError: 3', 500]);
    });

    it('shows of a traceback under another name its last line only', async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      server.intercept(({ response }) => {
        const message =
          'Traceback (most recent call last):\n  File "/srv/mage_ai/x.py", line 7\nKeyError: 3\n';
        send(response, json(200, { error: { code: 500, type: 'other', message } }));
        return true;
      });
      assert.equal((await failure(readAll(session, [section]))).detail, 'KeyError: 3');
    });

    it('names a token by its end and by a hash', async () => {
      const { item } = await tokenRow(await connect(), 'laptop');
      const value = sampleSecret('mage laptop');
      assert.equal(item.name, `…${value.slice(-4)}`);
      assert.equal(item.id, createHash('sha256').update(value).digest('hex').slice(0, 32));
      assert.deepEqual(item.lifetime, { kind: 'expires', at: harness.clock.now() + 40 * 60_000 });
      assert.deepEqual(item.fields, [
        { label: 'Token', text: item.name },
        { label: 'Expires', at: harness.clock.now() + 40 * 60_000 },
        { label: 'User ID', text: '2' },
      ]);
    });

    it('shows nothing at all of a value too short to show a part of', async () => {
      const [sample] = server.state.tokens;
      assert(sample);
      server.state.tokens.push({ ...sample, token: 'hunter2' });
      const { item } = await rowOf((await connect()).session, rowIdOf('hunter2'));
      assert.equal(item.name, '…');
    });

    it('recognizes its own token, and no other', async () => {
      const { session } = await connect();
      const remarked = (await everyRow(session)).filter(({ item }) => item.remark !== undefined);
      assert.deepEqual(
        remarked.map(({ item }) => [item.id, item.remark]),
        [[rowIdOf(server.credentials.token), 'this connection’s own token']],
      );
      assert(remarked.every(({ item }) => item.isOwnCredential));
    });

    it('shows expired tokens with nothing to revoke', async () => {
      const { item } = await tokenRow(await connect(), 'yesterday', true);
      assert.deepEqual(item.lifetime, { kind: 'expires', at: harness.clock.now() - day });
      assert.deepEqual(item.actions, []);
    });

    it('reads dates without an offset as UTC, as a server on SQLite writes them', async () => {
      const expected = namesAndDates(await everyRow((await connect()).session));
      await beginAgain({ sqlite: true });
      const rows = await everyRow((await connect()).session);
      assert.deepEqual(namesAndDates(rows), expected);
    });

    it("reads the documentation's own sample", async () => {
      const rows = await everyRow((await connect()).session, { includeExpired: true });
      const sample = rows.find(({ item }) => item.name === '…mJWA');
      assert.deepEqual(sample?.item.lifetime, {
        kind: 'expires',
        at: Date.UTC(2023, 7, 18, 23, 41, 52, 480),
      });
    });

    it("calls the server's own 401 words what they mean", async () => {
      const { session } = await connect();
      const [section] = (await readAll(session, undefined)).items;
      assert(section);
      const own = server.state.tokens.find(({ token }) => token === server.credentials.token);
      assert(own);
      own.expires = harness.clock.now();
      const expired = await failure(session.list([section], undefined, activeOnly, unhurried()));
      assert.deepEqual([expired.kind, expired.code], ['unauthorized', 'expired_oauth_token']);
      server.state.tokens = [];
      const unknown = await failure(session.list([section], undefined, activeOnly, unhurried()));
      assert.deepEqual([unknown.kind, unknown.code], ['unauthorized', 'invalid_oauth_token']);
    });

    for (const error of [
      'Boom',
      { message: 'Boom' },
      { code: 7, message: 'Boom' },
      { code: null, message: 'Boom' },
    ]) {
      it(`calls a 200 with ${JSON.stringify({ error })} rejected`, async () => {
        const { session } = await connect();
        const [section] = (await readAll(session, undefined)).items;
        assert(section);
        server.intercept(({ response }) => {
          send(response, json(200, { error, oauth_access_tokens: [], metadata: {} }));
          return true;
        });
        const { kind, detail } = await failure(readAll(session, [section]));
        assert.deepEqual([kind, detail], ['rejected', 'Boom']);
      });
    }
  });

  describe('when revoking a token', () => {
    it('ends the session by authenticating as it, with the API key', async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'ci');
      server.requests.length = 0;
      assert.deepEqual(await connected.session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      const [sent, ...more] = server.requests;
      assert.deepEqual(more, []);
      assert.equal(`${sent?.method} ${sent?.path}?${sent?.query}`, 'PUT /api/sessions/0?_http_error_codes=1');
      assert.equal(sent?.headers['oauth-token'], sampleSecret('mage ci'));
      assert.equal(sent?.headers['x-api-key'], server.credentials.apiKey);
      assert.deepEqual(JSON.parse(sent?.body ?? ''), { session: {} });
    });

    it('finds a token again that was listed by an earlier session, on a later page', async () => {
      const { session, connection } = await connect();
      const { path } = await rowOf(session, rowIdOf(sampleSecret('mage notebook')));
      harness.sessions.close(connection.id);
      const reopened = await harness.sessions.get(connection.id);
      assert.deepEqual(await reopened.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      assert(!isLive(server, path, harness.clock.now()));
    });

    it('is already gone when the list no longer has it', async () => {
      const { session, connection } = await connect();
      const { path } = await rowOf(session, rowIdOf(sampleSecret('mage notebook')));
      server.state.tokens = server.state.tokens.filter(
        ({ token }) => token !== sampleSecret('mage notebook'),
      );
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'alreadyGone' });
      harness.sessions.close(connection.id);
      const reopened = await harness.sessions.get(connection.id);
      assert.deepEqual(await reopened.revocation?.revoke(path, unhurried()), { kind: 'alreadyGone' });
    });

    it('warns before revoking its own token, and of no other', async () => {
      const connected = await connect();
      const own = await tokenRow(connected, 'sample connection');
      const other = await tokenRow(connected, 'laptop');
      assert.match(
        connected.session.revocation?.reach(own.path).warnings.join() ?? '',
        /need new credentials/,
      );
      const warnings = connected.session.revocation?.reach(other.path).warnings.join() ?? '';
      assert.match(warnings, /keeps for Git and SSO providers/);
      assert.doesNotMatch(warnings, /need new credentials/);
    });

    it('tells that its own token is revoked, and that it needs new credentials from then on', async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'sample connection');
      const node = await harness.nodeAt(connected.root, path);
      assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      assert.equal(node.parent.error?.kind, 'unauthorized');
    });

    it('does not take a dead connection for a revoked token', async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'laptop');
      server.state.tokens = [];
      const error = await failure(connected.session.read?.(path, unhurried()) ?? Promise.resolve());
      assert.equal(error.kind, 'unauthorized');
    });

    it("says where a provider's token can be revoked, which this way cannot be", async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'github token');
      const node = await harness.nodeAt(connected.root, path);
      const error = await failure(harness.revocations.revoke(node, unhurried()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'invalid_oauth_token']);
      assert.match(error.detail, /Git and SSO providers/);
      assert(isLive(server, path, harness.clock.now()));
      assertNoSecretIn([error, harness.logger.lines], secretsOf(server));
    });

    it('calls a server that breaks off a server error, and reads what is true', async () => {
      const connected = await connect();
      const { path } = await tokenRow(connected, 'ci');
      const node = await harness.nodeAt(connected.root, path);
      server.intercept(({ request, response }) => {
        if (request.method !== 'PUT') {
          return false;
        }
        send(response, { status: 200 });
        return true;
      });
      const error = await failure(harness.revocations.revoke(node, unhurried()));
      assert.deepEqual([error.kind, error.code], ['server', 'empty-answer']);
    });

    it('ends exactly the session whose token is hostile', async () => {
      await beginAgain({ hostile: true });
      const hostile = server.state.tokens.find(({ token }) => token.startsWith('a/../b'));
      assert(hostile);
      const { session } = await connect();
      const { path } = await rowOf(session, rowIdOf(hostile.token));
      await session.revocation?.revoke(path, unhurried());
      assert.equal(hostile.expires, harness.clock.now());
    });
  });

  describe('with Git and SSO providers', () => {
    it('shows who is signed in and until when, without the links to sign in', async () => {
      const { session } = await connect();
      const providers = (await everyRow(session)).filter(({ item }) => item.kind === 'provider');
      const shown = providers.map(({ item: { id, status, lifetime, actions } }) => [
        id,
        status,
        lifetime.kind,
        ...actions,
      ]);
      assert.deepEqual(shown, [
        ['azure_devops', 'inactive', 'none'],
        ['bitbucket', 'active', 'expires', 'revoke'],
        ['github', 'active', 'expires', 'revoke'],
        ['gitlab', 'active', 'expires', 'revoke'],
        ['google', 'inactive', 'none'],
        ['okta', 'inactive', 'none'],
      ]);
      assert(!JSON.stringify(providers).includes('oauth.example'));
    });

    it('asks for the list only when told to, with the address of the server, and never twice', async () => {
      const { session } = await connect();
      const [tokens, providers] = (await readAll(session, undefined)).items;
      assert(tokens && providers);
      await readAll(session, [tokens]);
      assert(!pathsSent().includes('GET /api/oauths'));
      const restore = server.intercept(({ response }) => {
        send(response, { status: 503 });
        return true;
      });
      await failure(readAll(session, [providers]));
      restore();
      const sent = server.requests.filter(({ path }) => path === '/api/oauths');
      assert.deepEqual(
        sent.map(({ query }) => query.get('redirect_uri')),
        [`${server.url}/`],
      );
    });

    it('reads a single provider without changing anything', async () => {
      const { session } = await connect();
      const path = await providerPath(session, 'bitbucket');
      const expired = server.state.tokens.find(({ application }) => application === 'bitbucket');
      assert(expired);
      expired.expires = harness.clock.now() - day;
      const before = structuredClone(server.state.tokens);
      assert.deepEqual((await session.read?.(path, unhurried()))?.status, 'inactive');
      assert.deepEqual(server.state.tokens, before);
    });

    it('resets a provider, and says what that does not reach', async () => {
      const { session } = await connect();
      const path = await providerPath(session, 'gitlab');
      const reach = session.revocation?.reach(path);
      assert.match(reach?.sentence ?? '', /all unexpired tokens .* “gitlab”/);
      assert.equal(reach?.warnings.length, 2);
      server.requests.length = 0;
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      const [sent] = server.requests;
      assert.equal(
        `${sent?.method} ${sent?.path}?${sent?.query}`,
        'PUT /api/oauths/gitlab?_http_error_codes=1',
      );
      assert.deepEqual(JSON.parse(sent?.body ?? ''), { oauth: { action_type: 'reset' } });
      assert.equal((await session.read?.(path, unhurried()))?.status, 'inactive');
    });

    describe('that the server has no client for', () => {
      /** Signed in to by a token that was stored by hand: the server knows no client of this provider. */
      async function unconfigured(): Promise<{ session: Connected['session']; path: ItemPath }> {
        const [sample] = server.state.tokens;
        assert(sample);
        const expires = harness.clock.now() + 5 * day + 17;
        server.state.tokens.push({ ...sample, token: 'of-the-enterprise', application: 'ghe', expires });
        const { session } = await connect();
        return { session, path: await providerPath(session, 'ghe') };
      }

      it('sees that a reset has worked, though the server crashes when asked', async () => {
        const { session, path } = await unconfigured();
        assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
        assert.equal((await session.read?.(path, unhurried()))?.status, 'inactive');
      });

      it('is already gone when it was reset elsewhere, which makes the server crash', async () => {
        const { session, path } = await unconfigured();
        await session.revocation?.revoke(path, unhurried());
        assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'alreadyGone' });
      });

      it('takes a crash for nothing else while its token is still listed', async () => {
        const { session, path } = await unconfigured();
        server.intercept(({ request, response }) => {
          if (!request.path.startsWith('/api/oauths/')) {
            return false;
          }
          send(response, json(200, { error: { code: 500, exception: 'disk full', message: 'disk full' } }));
          return true;
        });
        assert.equal((await failure(session.read?.(path, unhurried()) ?? Promise.resolve())).kind, 'server');
        const revoking = session.revocation?.revoke(path, unhurried()) ?? Promise.resolve();
        assert.equal((await failure(revoking)).kind, 'server');
      });
    });

    it('cannot reset a provider that nobody is signed in to', async () => {
      const { session } = await connect();
      const path = await providerPath(session, 'google');
      const error = await failure(session.revocation?.revoke(path, unhurried()) ?? Promise.resolve());
      assert.equal(error.kind, 'unsupported');
    });
  });
});

function tokenAnswers({ url, credentials }: MageServer) {
  return { baseUrl: url, access: 'token', token: credentials.token };
}

function secretsOf({ state, credentials }: MageServer): string[] {
  const { token, jwt, password } = credentials;
  const stored = state.tokens.flatMap((row) => [row.token, row.refresh_token ?? []].flat());
  return [...new Set([token, jwt, password, ...stored])];
}

/** Whether the server takes a session token, or keeps a token for a provider. */
function isLive({ state }: MageServer, path: ItemPath, now: number): boolean {
  const id = path.at(-1)?.id;
  return state.tokens.some(
    ({ token, application, expires }) => expires > now && (application === id || rowIdOf(token) === id),
  );
}

function rowIdOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 32);
}

async function rowOf(session: Connected['session'], id: string, includeExpired = false): Promise<Row> {
  const found = (await everyRow(session, { includeExpired })).find(({ item }) => item.id === id);
  assert(found, `no row ${id}`);
  return found;
}

async function providerPath(session: Connected['session'], id: string): Promise<ItemPath> {
  return (await rowOf(session, id)).path;
}

function namesAndDates(rows: readonly Row[]) {
  return rows.map(({ item }) => [item.name, item.lifetime]);
}
