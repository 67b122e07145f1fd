import assert from 'node:assert/strict';
import { json, send } from '../../servers/loopback.ts';
import { type Answers, activeOnly, failure, unhurried } from '../harness.ts';
import { Bench, rows, said, shop } from './bench.ts';

describe('An OAuth 2.0 server', () => {
  const bench = new Bench();
  const { anew, browser, paste, sent } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('with client credentials', () => {
    const credentials = (more: Answers = {}): Answers => ({
      issuer: bench.server.url,
      method: 'clientCredentials',
      ...shop(bench.server),
      scopes: 'orders:read',
      ...more,
    });

    it('gives a token for the client, which can be got anew', async () => {
      const connected = await bench.harness.connect(credentials());
      const [access, ...others] = await rows(connected);
      assert.deepEqual([others, access?.actions], [[], ['revoke', 'renew']]);
      assert.equal(
        connected.connection.account.name,
        `${bench.server.clients.shop.id} at ${new URL(bench.server.url).host}`,
      );
      assert(access);
      const node = await bench.harness.nodeAt(connected.root, [access]);
      assert.equal((await bench.harness.renewals.renew(node, unhurried())).kind, 'renewed');
    });

    it('refuses a wrong secret', async () => {
      const error = await failure(bench.harness.signIn(credentials({ clientSecret: 'wrong' })));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_client']);
    });

    it('refuses a scope that it does not know', async () => {
      bench.server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token';
        if (isMeant) {
          send(response, json(400, { error: 'invalid_scope', error_description: 'no such scope' }));
        }
        return isMeant;
      });
      const error = await failure(bench.harness.signIn(credentials()));
      assert.deepEqual(
        [error.kind, error.code, error.detail],
        ['configuration', 'invalid_scope', 'no such scope'],
      );
    });
  });

  describe('when pasting', () => {
    it('tells what the server says about the tokens', async () => {
      const connected = await bench.harness.connect(paste());
      const [access, refresh] = await rows(connected);
      assert.deepEqual([access?.status, refresh?.status], ['active', 'active']);
      assert.equal(said(access, 'Scopes'), 'openid offline_access orders:read');
      assert.equal(said(access, 'Subject'), 'robin');
      assert.equal(said(access, 'Client'), bench.server.clients.shop.id);
      assert(access?.children.kind === 'inline');
      assert.deepEqual(
        access.children.items.map(({ name }) => name),
        ['openid', 'offline_access', 'orders:read'],
      );
    });

    it('refuses an expired and a revoked token', async () => {
      const expired = bench.server.grant();
      bench.server.expire(expired.accessToken);
      assert.equal((await failure(bench.harness.signIn(paste(expired)))).code, 'invalid_token');
      const forgotten = paste();
      bench.server.forget();
      assert.equal((await failure(bench.harness.signIn(forgotten))).code, 'invalid_token');
    });

    it('takes a refresh token alone without using it up', async () => {
      const { refreshToken } = bench.server.grant();
      const connected = await bench.harness.connect(paste({ accessToken: '', refreshToken }));
      assert.deepEqual(sent('/token'), []);
      const [refresh] = await rows(connected);
      assert.deepEqual([refresh?.id, refresh?.actions], ['refresh_token', ['revoke', 'renew']]);
    });

    it('takes tokens without a client, with which nothing can be done', async () => {
      const { accessToken } = bench.server.grant();
      const {
        clientId: _,
        clientAuth: __,
        clientSecret: ___,
        ...rest
      } = paste({ accessToken, refreshToken: '' });
      const { notice } = await bench.harness.signIn({ ...rest, clientId: '' });
      assert.match(notice ?? '', /unchecked/);
      const { session } = await bench.harness.connect({ ...rest, clientId: '' });
      const [access] = await rows({ session });
      assert.deepEqual([access?.actions, access?.status], [[], 'unknown']);
      assert.deepEqual([session.revocation, session.renew], [undefined, undefined]);
    });

    it('wants at least one token', () => {
      const step = bench.harness.adapter.form.find(({ id }) => id === 'refreshToken');
      assert(step?.kind === 'secret');
      assert.notEqual(step.validate?.('', { settings: {}, secrets: {} }), undefined);
    });
  });

  describe('that answers no questions about tokens', () => {
    it('has tokens known from the token response', async () => {
      await anew({ without: ['introspection'] });
      const connected = await bench.harness.connect(browser());
      const [access, refresh, id] = await rows(connected);
      assert.deepEqual([access?.status, refresh?.status], ['active', 'active']);
      assert.equal(said(access, 'Source'), 'the token response');
      assert.equal(said(id, 'Subject (unverified claim)'), 'robin');
      assert.deepEqual(id?.actions, []);
    });

    it('to this client: says so, and goes on without', async () => {
      bench.server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token/introspection';
        if (isMeant) {
          send(response, json(403, { error: 'access_denied' }));
        }
        return isMeant;
      });
      const { notice, settings } = await bench.harness.signIn(browser());
      assert.match(notice ?? '', /does not let this client ask/);
      assert.equal(settings['.introspects'], 'no');
    });
  });

  it('shows one token when the other cannot be asked about, with the problem beside it', async () => {
    const { session } = await bench.harness.connect(paste());
    bench.server.intercept(({ request, response }) => {
      const isMeant = request.body.includes('refresh_token');
      if (isMeant) {
        send(response, { status: 500 });
      }
      return isMeant;
    });
    const { items, problems } = await session.list(undefined, undefined, activeOnly, unhurried());
    assert.deepEqual(
      items.map(({ id }) => id),
      ['access_token'],
    );
    assert.equal(problems?.length, 1);
  });
});
