import assert from 'node:assert/strict';
import { json, send } from '../../servers/loopback.ts';
import { assertNoSecretIn, everyRow, failure, unhurried } from '../harness.ts';
import { Bench, secretsOf, tokenAnswers } from './bench.ts';

describe('Mage AI', () => {
  const bench = new Bench();
  const { connect, beginAgain, pathsSent } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when connecting', () => {
    it('takes a raw session token and names its user', async () => {
      const { account, settings, secrets, notice } = await bench.harness.signIn(tokenAnswers(bench.server));
      const { host } = new URL(bench.server.url);
      assert.deepEqual(account, { id: `2@${host}`, name: `shopfront-dev at ${host}` });
      assert.deepEqual(settings, { baseUrl: bench.server.url, access: 'token' });
      assert.equal(secrets.token?.reveal(), bench.server.credentials.token);
      assert.equal(notice, undefined);
    });

    it('takes the token out of a JSON Web Token', async () => {
      const { jwt, token } = bench.server.credentials;
      const { secrets } = await bench.harness.signIn({ ...tokenAnswers(bench.server), token: jwt });
      assert.equal(secrets.token?.reveal(), token);
    });

    for (const notMages of [
      'a.b.c',
      `x.${Buffer.from('{"sub":"7"}').toString('base64url')}.z`,
      'one.two',
      '..',
    ]) {
      it(`sends "${notMages}" as it is, not being one of Mage's`, async () => {
        const error = await failure(bench.harness.signIn({ ...tokenAnswers(bench.server), token: notMages }));
        assert.equal(error.kind, 'unauthorized');
        assert.equal(bench.server.requests.at(-1)?.headers['oauth-token'], notMages);
      });
    }

    for (const who of ['dev@shopfront.example', 'shopfront-dev']) {
      it(`signs ${who} in once and keeps no password`, async () => {
        const { password } = bench.server.credentials;
        const answers = { baseUrl: bench.server.url, access: 'password', user: who, password };
        const { account, settings, secrets } = await bench.harness.signIn(answers);
        assert.match(account.id, /^2@/);
        assert.deepEqual(settings, { baseUrl: bench.server.url, access: 'token' });
        assert.deepEqual(Object.keys(secrets), ['apiKey', 'token']);
        const newest = bench.server.state.tokens.at(-1);
        assert.equal(secrets.token?.reveal(), newest?.token);
        assert.equal(pathsSent().filter((sent) => sent === 'POST /api/sessions').length, 1);
        assertNoSecretIn([account, settings, secrets, bench.harness.logger.lines], secretsOf(bench.server));
      });
    }

    it('gives a password and a token of one user the same account', async () => {
      const { email, password } = bench.server.credentials;
      const byPassword = { baseUrl: bench.server.url, access: 'password', user: email, password };
      const { account } = await bench.harness.signIn(byPassword);
      assert.deepEqual((await bench.harness.signIn(tokenAnswers(bench.server))).account, account);
    });

    it('does not take a wrong password', async () => {
      const { email } = bench.server.credentials;
      const answers = {
        baseUrl: bench.server.url,
        access: 'password',
        user: email,
        password: 'wrong-password',
      };
      const error = await failure(bench.harness.signIn(answers));
      assert.equal(error.kind, 'unauthorized');
      assert.equal(error.detail, 'The server does not know this user with this password.');
      assertNoSecretIn([error, bench.harness.logger.lines], ['wrong-password']);
    });

    it('says so when it is the API key that is not accepted', async () => {
      const error = await failure(bench.harness.signIn({ ...tokenAnswers(bench.server), apiKey: 'another' }));
      assert.equal(error.kind, 'unauthorized');
      assert.equal(error.detail, 'The server does not accept the API key.');
    });

    it('says so when there is no Mage AI server', async () => {
      await beginAgain({ basePath: '/team' });
      const error = await failure(
        bench.harness.signIn({
          ...tokenAnswers(bench.server),
          baseUrl: `${new URL(bench.server.url).origin}/elsewhere`,
        }),
      );
      assert.equal(error.kind, 'notFound');
      assert.equal(error.detail, 'There is no Mage AI server at this address.');
    });

    it('probes the server before any credential is sent', async () => {
      await bench.harness.signIn(tokenAnswers(bench.server));
      const [first] = bench.server.requests;
      assert.equal(first?.path, '/api/status');
      assert.equal(first.headers['x-api-key'], undefined);
      assert.equal(first.headers['oauth-token'], undefined);
    });

    it('names the user by number when the server does not let us look', async () => {
      bench.server.intercept(({ request, response }) => {
        if (!request.path.startsWith('/api/users/')) {
          return false;
        }
        const error = { code: 403, type: 'unauthorized_access', message: 'left over from another request' };
        send(response, json(200, { error, status: 200 }));
        return true;
      });
      const { account } = await bench.harness.signIn(tokenAnswers(bench.server));
      assert.match(account.name, /^user 2 at /);
    });

    it('goes by the place alone when no token names its user', async () => {
      for (const token of bench.server.state.tokens) {
        token.expires = token.token === bench.server.credentials.token ? token.expires : 0;
      }
      bench.server.intercept(({ request, response }) => {
        if (request.path !== '/api/oauth_access_tokens') {
          return false;
        }
        send(response, json(200, { oauth_access_tokens: [], metadata: { count: 0, next: false } }));
        return true;
      });
      const { account } = await bench.harness.signIn(tokenAnswers(bench.server));
      assert.deepEqual(account, { id: new URL(bench.server.url).host, name: new URL(bench.server.url).host });
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
        const { settings, account } = await bench.harness.signIn({
          ...tokenAnswers(bench.server),
          baseUrl: bench.server.url + path,
        });
        assert.equal(String(settings.baseUrl).replace(/\/+$/, ''), bench.server.url);
        assert.match(account.name, /\/team\/mage$/);
        const probes = bench.server.requests.filter(({ path: sent }) => !sent.startsWith('/team/mage/api/'));
        assert(probes.every(({ headers }) => !headers['x-api-key'] && !headers['oauth-token']));
      });
    }

    it('signs in to a server that looks users up in a directory, by user name', async () => {
      await beginAgain({ ldap: true });
      const { password } = bench.server.credentials;
      const answers = { baseUrl: bench.server.url, access: 'password', user: 'shopfront-dev', password };
      assert.match((await bench.harness.signIn(answers)).account.id, /^2@/);
      const bodies = bench.server.requests
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
        bench.server.intercept(({ request, answer, response }) => {
          if (!request.path.startsWith('/api/users/')) {
            return false;
          }
          const reply = answer();
          answers.push(String(reply.body));
          send(response, reply);
          return true;
        });
        const { account } = await bench.harness.signIn(tokenAnswers(bench.server));
        assert.match(account.name, /^shopfront-dev at /);
        assert.equal(answers.length, 1);
        assert(!answers.some((body) => body.includes('"token"')));
      });
    }

    describe('by password', () => {
      const answers = () => ({
        baseUrl: bench.server.url,
        access: 'password',
        user: bench.server.credentials.email,
        password: bench.server.credentials.password,
      });
      const minted = () => bench.server.state.tokens.at(-1);

      it('ends the session that was just made when the sign-in fails after all', async () => {
        bench.server.intercept(({ request, response }) => {
          if (request.path !== '/api/oauth_access_tokens') {
            return false;
          }
          const error = { code: 403, type: 'unauthorized_access', message: 'no' };
          send(response, json(200, { error, status: 200 }));
          return true;
        });
        const error = await failure(bench.harness.signIn(answers()));
        assert.deepEqual(
          [error.kind, error.detail],
          ['forbidden', 'The server does not let this user do that.'],
        );
        assert((minted()?.expires ?? Number.POSITIVE_INFINITY) <= bench.harness.clock.now());
      });

      it('says that the session stays when it cannot be ended either', async () => {
        await beginAgain({ requireUserPermissions: true });
        const error = await failure(bench.harness.signIn(answers()));
        assert.equal(error.kind, 'forbidden');
        assert.match(error.detail, /stays at the server until it expires/);
        assert((minted()?.expires ?? 0) > bench.harness.clock.now());
      });

      it('can be taken back once it has succeeded', async () => {
        const { discard } = await bench.harness.signIn(answers());
        await discard?.(unhurried());
        assert((minted()?.expires ?? Number.POSITIVE_INFINITY) <= bench.harness.clock.now());
      });

      it('leaves a pasted token alone', async () => {
        assert.equal((await bench.harness.signIn(tokenAnswers(bench.server))).discard, undefined);
      });
    });

    it('keeps the base path of the server', async () => {
      await beginAgain({ basePath: '/team/mage' });
      const { session, connection } = await connect();
      assert.match(connection.account.name, /\/team\/mage$/);
      assert.equal(session.webPage, bench.server.url);
      await everyRow(session);
      assert(bench.server.requests.every(({ path }) => path.startsWith('/team/mage/api/')));
    });
  });

  describe('on a server that requires no sign-in', () => {
    beforeEach(() => beginAgain({ requireUserAuthentication: false }));

    it('offers only to go on, and says so', async () => {
      const { account, settings, secrets, notice } = await bench.harness.signIn({
        baseUrl: bench.server.url,
      });
      const { host } = new URL(bench.server.url);
      assert.deepEqual(account, { id: host, name: host });
      assert.deepEqual(settings, { baseUrl: bench.server.url, access: 'none' });
      assert.deepEqual(Object.keys(secrets), ['apiKey']);
      assert.equal(notice, `${host} does not require sign-in. Anyone who can reach it has full access.`);
    });

    it('keeps no token that was entered for it', async () => {
      const draft = await bench.harness.fill({ baseUrl: bench.server.url });
      const entered = { settings: { ...draft.settings, access: 'token' }, secrets: draft.secrets };
      const io = bench.harness.sessions.formIo(bench.harness.adapter, draft);
      const { settings, secrets } = await bench.harness.adapter.signIn(entered, io, unhurried());
      assert.equal(settings.access, 'none');
      assert.equal(secrets.token, undefined);
    });

    it('shows a note and the providers, and never asks for tokens', async () => {
      const { session } = await bench.harness.connect({ baseUrl: bench.server.url });
      const rows = await everyRow(session);
      assert.deepEqual(
        rows.filter(({ path }) => path.length === 1).map(({ item }) => item.kind),
        ['note', 'section'],
      );
      assert(rows.some(({ item }) => item.kind === 'provider'));
      assert(!pathsSent().some((path) => path.includes('oauth_access_tokens')));
      assert(bench.server.requests.every(({ headers }) => headers['oauth-token'] === undefined));
    });

    it('asks for a sign-in once the server does', async () => {
      const draft = await bench.harness.fill({ baseUrl: bench.server.url });
      bench.server.state.requireUserAuthentication = true;
      const io = bench.harness.sessions.formIo(bench.harness.adapter, draft);
      const error = await failure(bench.harness.adapter.signIn(draft, io, unhurried()));
      assert.deepEqual([error.kind, error.detail], ['unauthorized', 'The server now requires a sign-in.']);
    });
  });
});
