import assert from 'node:assert/strict';
import { json, send } from '../../servers/loopback.ts';
import { resourceOfJwts } from '../../servers/resources.ts';
import { assertNoSecretIn, failure, unhurried } from '../harness.ts';
import { Bench, byHand, rows, said } from './bench.ts';

describe('An OAuth 2.0 server', () => {
  const bench = new Bench();
  const { anew, browser, sent } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when signing in with the browser', () => {
    it('gives an access, a refresh and an ID token, with PKCE and nothing secret in the page’s address', async () => {
      const connected = await bench.harness.connect(browser());
      const [access, refresh, id] = await rows(connected);
      assert.deepEqual([access?.id, refresh?.id, id?.id], ['access_token', 'refresh_token', 'id_token']);
      assert.equal(connected.connection.account.name, `robin at ${new URL(bench.server.url).host}`);
      const [page] = bench.person.pages;
      assert.equal(page?.searchParams.get('code_challenge_method'), 'S256');
      assertNoSecretIn(
        [page?.href, bench.harness.logger.lines],
        [...bench.server.values(), bench.server.clients.shop.secret],
      );
      assert.deepEqual(access?.actions, ['revoke', 'renew']);
      assert.equal(access?.lifetime.kind, 'expires');
    });

    for (const name of ['post', 'open'] as const) {
      it(`works for a client with ${name === 'post' ? 'its secret in the form' : 'no secret'}`, async () => {
        const client = bench.server.clients[name];
        const connected = await bench.harness.connect(
          browser({
            clientId: client.id,
            clientAuth: name === 'post' ? 'client_secret_post' : 'none',
            ...(client.secret !== '' && { clientSecret: client.secret }),
          }),
        );
        assert.equal((await rows(connected))[0]?.status, 'active');
        assert(sent('/token').every(({ headers }) => headers.authorization === undefined));
      });
    }

    it('works at a server that does not describe itself', async () => {
      await anew({ describesItself: false });
      const connected = await bench.harness.connect({ ...browser(), ...byHand(bench.server) });
      assert.equal((await rows(connected)).length, 3);
    });

    it('registers a client where that is offered, and uses it again when signing in anew', async () => {
      const first = await bench.harness.signIn(browser({ client: 'register' }));
      const [registered] = bench.server.registered();
      assert.equal(first.settings.clientId, registered?.id);
      assertNoSecretIn(
        [first.settings, first.account, bench.harness.logger.lines],
        [registered?.secret ?? 'none'],
      );
      bench.person.redirectUri = 'http://127.0.0.1:50505/callback';
      const draft = { settings: first.settings, secrets: first.secrets };
      const io = bench.harness.sessions.signInIo(bench.harness.adapter, draft, bench.person);
      const again = await bench.harness.adapter.signIn(draft, io, unhurried());
      assert.equal(again.settings.clientId, registered?.id);
      assert.equal(bench.server.registered().length, 1);
    });

    it('registers another client when the browser leads back elsewhere and the one before cannot be changed', async () => {
      await anew({ without: ['registrationManagement'] });
      const first = await bench.harness.signIn(browser({ client: 'register' }));
      bench.person.redirectUri = 'http://127.0.0.1:8000/callback?vscode-reqid=7';
      const draft = { settings: first.settings, secrets: first.secrets };
      const io = bench.harness.sessions.signInIo(bench.harness.adapter, draft, bench.person);
      await bench.harness.adapter.signIn(draft, io, unhurried());
      assert.equal(bench.server.registered().length, 2);
    });

    it('tells when the user declines', async () => {
      bench.person.says = 'no';
      const error = await failure(bench.harness.signIn(browser()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'access_denied']);
    });

    for (const [what, tamper] of Object.entries({
      'another state': (url: URL) => url.searchParams.set('state', 'somebody-elses'),
      'no state': (url: URL) => url.searchParams.delete('state'),
      'the issuer of another server': (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
      'no issuer, which the server promises': (url: URL) => url.searchParams.delete('iss'),
    })) {
      it(`uses no code that comes back with ${what}`, async () => {
        bench.person.tampers = (callback) => {
          tamper(callback);
          return callback;
        };
        const error = await failure(bench.harness.signIn(browser()));
        assert.deepEqual([error.kind, error.code], ['protocol', 'wrong-sign-in-answer']);
        assert.deepEqual(sent('/token'), []);
      });
    }

    it('takes no code twice', async () => {
      let code = '';
      bench.person.tampers = (callback) => {
        code ||= callback.searchParams.get('code') ?? '';
        callback.searchParams.set('code', code);
        return callback;
      };
      await bench.harness.signIn(browser());
      const error = await failure(bench.harness.signIn(browser()));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_grant']);
      assertNoSecretIn([error, bench.harness.logger.lines], [code]);
    });

    it('tells a wrong client secret from everything else', async () => {
      const error = await failure(bench.harness.signIn(browser({ clientSecret: 'wrong' })));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_client']);
    });

    it('takes no ID token that is for somebody else', async () => {
      bench.server.intercept(({ request, response, answer }) => {
        if (request.path !== '/token') {
          return false;
        }
        const body: Record<string, unknown> = JSON.parse(String(answer().body));
        const [head, claims, signature] = String(body.id_token).split('.');
        const changed = {
          ...JSON.parse(Buffer.from(String(claims), 'base64url').toString()),
          aud: 'another',
        };
        const payload = Buffer.from(JSON.stringify(changed)).toString('base64url');
        send(response, json(200, { ...body, id_token: [head, payload, signature].join('.') }));
        return true;
      });
      assert.equal((await failure(bench.harness.signIn(browser()))).kind, 'protocol');
    });

    it('asks for a resource, whose JSON Web Token tells its claims as unverified', async () => {
      const connected = await bench.harness.connect(
        browser({
          scopes: 'orders:read offline_access',
          resource: resourceOfJwts,
          resourceParameter: 'resource',
        }),
      );
      const access = (await rows(connected)).find(({ id }) => id === 'access_token');
      assert.equal(said(access, 'Audience') ?? said(access, 'Audience (unverified claim)'), resourceOfJwts);
    });
  });
});
