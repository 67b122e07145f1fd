import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import { placesOf } from '../../../src/adapters/oauth/discovery/discovery.ts';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import type { Item } from '../../../src/core/model/item.ts';
import { json, type Reply, send } from '../../servers/loopback.ts';
import { type OidcOptions, type OidcServer, startOidc } from '../../servers/oidc.ts';
import { resourceOfJwts } from '../../servers/resources.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { adapterContract } from '../adapterContract.ts';
import {
  type Answers,
  activeOnly,
  assertNoSecretIn,
  type Connected,
  failure,
  Harness,
  readAll,
  unhurried,
} from '../harness.ts';
import { Person } from '../signingIn.ts';

/** An access token that was pasted, at a server whose endpoints were entered by hand. */
adapterContract('OAuth 2.0 server', {
  async start() {
    const server = await startOidc({ describesItself: false });
    const { accessToken, refreshToken } = server.grant();
    const answers = { ...byHand(server), ...shop(server), method: 'paste', accessToken };
    return {
      factory: oauth,
      server,
      origins: [server.url],
      answers,
      wrongAnswers: { ...answers, accessToken: 'of-another-server' },
      secrets: [accessToken, refreshToken, server.clients.shop.secret],
      empty: () => server.forget(),
      isLive: () => server.isActive(accessToken),
    };
  },
  credentialHeaders: ['authorization'],
  mayCarryCredential: ({ method }) => method === 'POST',
  errorReply: (status, words) => json(status, { error: 'not_today', error_description: words }),
  renews: true,
  holdsItsRows: true,
  revocations: [
    {
      title: 'the access token',
      row: ({ item }) => item.id === 'access_token',
      isMutation: ({ path }) => path === '/token/revocation',
    },
  ],
});

function byHand({ url }: OidcServer): Answers {
  return {
    issuer: url,
    tokenEndpoint: `${url}/token`,
    authorizationEndpoint: `${url}/auth`,
    deviceEndpoint: `${url}/device/auth`,
    revocationEndpoint: `${url}/token/revocation`,
    introspectionEndpoint: `${url}/token/introspection`,
  };
}

function shop({ clients }: OidcServer): Answers {
  return {
    client: 'own',
    clientId: clients.shop.id,
    clientAuth: 'client_secret_basic',
    clientSecret: clients.shop.secret,
  };
}

describe('An OAuth 2.0 server', () => {
  let server: OidcServer;
  let harness: Harness;
  let person: Person;

  async function begin(options: OidcOptions = {}): Promise<void> {
    server = await startOidc(options);
    harness = new Harness(oauth, new SkippingClock(Date.now()));
    person = new Person();
    harness.user = person;
  }

  async function end(): Promise<void> {
    harness.dispose();
    await server.stop();
  }

  async function anew(options: OidcOptions): Promise<void> {
    await end();
    await begin(options);
  }

  beforeEach(() => begin());
  afterEach(end);

  const scopes = 'openid offline_access orders:read';
  const browser = (more: Answers = {}): Answers => ({
    issuer: server.url,
    method: 'browser',
    wayBack: 'loopback',
    ...shop(server),
    scopes,
    ...more,
  });
  const paste = (more: Answers = {}): Answers => ({
    issuer: server.url,
    method: 'paste',
    ...shop(server),
    ...server.grant(),
    ...more,
  });

  async function rows({ session }: Pick<Connected, 'session'>): Promise<readonly Item[]> {
    return (await readAll(session, undefined)).items;
  }

  function said(item: Item | undefined, label: string): string | undefined {
    const field = item?.fields.find((candidate) => candidate.label === label);
    return field && 'text' in field ? field.text : undefined;
  }

  function sent(path: string) {
    return server.requests.filter((request) => request.path === path);
  }

  /** A description of the server, changed. */
  function describing(change: (metadata: Record<string, unknown>) => unknown): void {
    server.intercept(({ request, response, answer }) => {
      if (!request.path.includes('/.well-known/')) {
        return false;
      }
      const reply = answer();
      send(response, reply.status === 200 ? json(200, change(JSON.parse(String(reply.body)))) : reply);
      return true;
    });
  }

  describe('is found', () => {
    it('where RFC 8414 and OpenID Connect put a description, with a path in the middle or in front', () => {
      assert.deepEqual(placesOf('https://id.example'), [
        'https://id.example/.well-known/oauth-authorization-server',
        'https://id.example/.well-known/openid-configuration',
      ]);
      assert.deepEqual(placesOf('https://id.example/tenant/'), [
        'https://id.example/.well-known/oauth-authorization-server/tenant',
        'https://id.example/tenant/.well-known/openid-configuration',
        'https://id.example/.well-known/openid-configuration/tenant',
        'https://id.example/tenant/.well-known/oauth-authorization-server',
      ]);
    });

    it('by the address of its description', async () => {
      const { account } = await harness.signIn(
        paste({ issuer: `${server.url}/.well-known/openid-configuration` }),
      );
      assert.equal(account.name, `robin at ${new URL(server.url).host}`);
    });

    it('by endpoints entered by hand, when it answers every address with a page', async () => {
      server.intercept(({ request, response }) => {
        const isPage = request.path.startsWith('/.well-known/');
        if (isPage) {
          send(response, { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' });
        }
        return isPage;
      });
      const { settings } = await harness.signIn({ ...paste(), ...byHand(server) });
      assert.equal(settings['.server'], 'by-hand');
    });

    it('not when its description is that of another server', async () => {
      describing((metadata) => ({ ...metadata, issuer: 'https://elsewhere.example' }));
      const error = await failure(harness.signIn(paste()));
      assert.deepEqual([error.kind, error.code], ['configuration', 'issuer-mismatch']);
      assert.match(error.detail, /elsewhere\.example/);
    });

    it('not when the address of the description belongs to another issuer', async () => {
      const error = await failure(
        harness.signIn(paste({ issuer: `${server.url}/other/.well-known/openid-configuration` })),
      );
      assert.equal(error.kind, 'configuration');
    });

    it('not when it names an address that is neither https nor of this computer', async () => {
      describing((metadata) => ({ ...metadata, token_endpoint: 'http://id.example/token' }));
      assert.equal((await failure(harness.signIn(paste()))).code, 'plain-http');
    });

    it('offers only what it describes', async () => {
      await anew({ without: ['deviceFlow', 'registration'] });
      describing((metadata) => ({ ...metadata, grant_types_supported: ['authorization_code'] }));
      await harness.signIn(paste());
      const draft = await harness.fill(paste());
      const step = (id: string) => harness.adapter.form.find((candidate) => candidate.id === id);
      const method = step('method');
      assert(method?.kind === 'choice');
      const io = harness.sessions.formIo(harness.adapter, draft);
      const offered = await method.options(draft, io, unhurried());
      assert.deepEqual(
        offered.map(({ value }) => value),
        ['browser', 'paste'],
      );
      assert.equal(
        step('client')?.when?.({ ...draft, settings: { ...draft.settings, method: 'browser' } }),
        false,
      );
    });
  });

  describe('with endpoints at other addresses', () => {
    let elsewhere: OidcServer;

    beforeEach(async () => {
      elsewhere = await startOidc();
    });
    afterEach(() => elsewhere.stop());

    it('is talked to there once the user has agreed, and from then on', async () => {
      const tokens = elsewhere.grant();
      describing((metadata) => ({
        ...metadata,
        introspection_endpoint: `${elsewhere.url}/token/introspection`,
        revocation_endpoint: `${elsewhere.url}/token/revocation`,
      }));
      const connected = await harness.connect(paste(tokens));
      assert.deepEqual(person.trusted, [elsewhere.url]);
      assert.equal((await rows(connected))[0]?.status, 'active');
    });

    it('is not talked to there when the user does not agree', async () => {
      describing((metadata) => ({
        ...metadata,
        introspection_endpoint: `${elsewhere.url}/token/introspection`,
      }));
      person.trust = async () => {
        throw new TokenManagerError('cancelled');
      };
      assert.equal((await failure(harness.signIn(paste()))).kind, 'cancelled');
      assert.deepEqual(elsewhere.requests, []);
    });
  });

  describe('when signing in with the browser', () => {
    it('gives an access, a refresh and an ID token, with PKCE and nothing secret in the page’s address', async () => {
      const connected = await harness.connect(browser());
      const [access, refresh, id] = await rows(connected);
      assert.deepEqual([access?.id, refresh?.id, id?.id], ['access_token', 'refresh_token', 'id_token']);
      assert.equal(connected.connection.account.name, `robin at ${new URL(server.url).host}`);
      const [page] = person.pages;
      assert.equal(page?.searchParams.get('code_challenge_method'), 'S256');
      assertNoSecretIn([page?.href, harness.logger.lines], [...server.values(), server.clients.shop.secret]);
      assert.deepEqual(access?.actions, ['revoke', 'renew']);
      assert.equal(access?.lifetime.kind, 'expires');
    });

    for (const name of ['post', 'open'] as const) {
      it(`works for a client with ${name === 'post' ? 'its secret in the form' : 'no secret'}`, async () => {
        const client = server.clients[name];
        const connected = await harness.connect(
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
      const connected = await harness.connect({ ...browser(), ...byHand(server) });
      assert.equal((await rows(connected)).length, 3);
    });

    it('registers a client where that is offered, and uses it again when signing in anew', async () => {
      const first = await harness.signIn(browser({ client: 'register' }));
      const [registered] = server.registered();
      assert.equal(first.settings.clientId, registered?.id);
      assertNoSecretIn([first.settings, first.account, harness.logger.lines], [registered?.secret ?? 'none']);
      person.redirectUri = 'http://127.0.0.1:50505/callback';
      const draft = { settings: first.settings, secrets: first.secrets };
      const io = harness.sessions.signInIo(harness.adapter, draft, person);
      const again = await harness.adapter.signIn(draft, io, unhurried());
      assert.equal(again.settings.clientId, registered?.id);
      assert.equal(server.registered().length, 1);
    });

    it('registers another client when the browser leads back elsewhere and the one before cannot be changed', async () => {
      await anew({ without: ['registrationManagement'] });
      const first = await harness.signIn(browser({ client: 'register' }));
      person.redirectUri = 'http://127.0.0.1:8000/callback?vscode-reqid=7';
      const draft = { settings: first.settings, secrets: first.secrets };
      const io = harness.sessions.signInIo(harness.adapter, draft, person);
      await harness.adapter.signIn(draft, io, unhurried());
      assert.equal(server.registered().length, 2);
    });

    it('tells when the user declines', async () => {
      person.says = 'no';
      const error = await failure(harness.signIn(browser()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'access_denied']);
    });

    for (const [what, tamper] of Object.entries({
      'another state': (url: URL) => url.searchParams.set('state', 'somebody-elses'),
      'no state': (url: URL) => url.searchParams.delete('state'),
      'the issuer of another server': (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
      'no issuer, which the server promises': (url: URL) => url.searchParams.delete('iss'),
    })) {
      it(`uses no code that comes back with ${what}`, async () => {
        person.tampers = (callback) => {
          tamper(callback);
          return callback;
        };
        const error = await failure(harness.signIn(browser()));
        assert.deepEqual([error.kind, error.code], ['protocol', 'wrong-sign-in-answer']);
        assert.deepEqual(sent('/token'), []);
      });
    }

    it('takes no code twice', async () => {
      let code = '';
      person.tampers = (callback) => {
        code ||= callback.searchParams.get('code') ?? '';
        callback.searchParams.set('code', code);
        return callback;
      };
      await harness.signIn(browser());
      const error = await failure(harness.signIn(browser()));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_grant']);
      assertNoSecretIn([error, harness.logger.lines], [code]);
    });

    it('tells a wrong client secret from everything else', async () => {
      const error = await failure(harness.signIn(browser({ clientSecret: 'wrong' })));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_client']);
    });

    it('takes no ID token that is for somebody else', async () => {
      server.intercept(({ request, response, answer }) => {
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
      assert.equal((await failure(harness.signIn(browser()))).kind, 'protocol');
    });

    it('asks for a resource, whose JSON Web Token tells its claims as unverified', async () => {
      const connected = await harness.connect(
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

  describe('when signing in with a code', () => {
    const device = (more: Answers = {}): Answers => ({
      issuer: server.url,
      method: 'device',
      ...shop(server),
      scopes,
      ...more,
    });

    /** Lets the person act when the server is asked for the token for that many times. */
    function onPoll(count: number, act: () => Promise<void>): void {
      let polls = 0;
      server.intercept(async ({ request }) => {
        if (request.path === '/token' && ++polls === count) {
          await act();
        }
        return false;
      });
    }

    it('waits for the user at the server’s pace, five seconds where it names none', async () => {
      onPoll(3, () => person.enterCode());
      const connected = await harness.connect(device());
      assert.equal((await rows(connected))[0]?.status, 'active');
      const [code] = person.codes;
      assert.match(code?.code ?? '', /^[A-Z]{4}-[A-Z]{4}$/);
      assert.equal(code?.page, `${server.url}/device`);
      assert.deepEqual(
        harness.clock.sleeps.filter((ms) => ms >= 5000),
        [5000, 5000, 5000],
      );
    });

    it('proves that it is the one that began, where the server lists proof keys', async () => {
      onPoll(1, () => person.enterCode());
      await harness.connect(device());
      const bodyOf = (path: string) =>
        new URLSearchParams(server.requests.find((request) => request.path === path)?.body);
      const verifier = bodyOf('/token').get('code_verifier') ?? '';
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const began = bodyOf('/device/auth');
      assert.deepEqual(
        [began.get('code_challenge'), began.get('code_challenge_method')],
        [challenge, 'S256'],
      );
      assertNoSecretIn([harness.logger.lines], [verifier]);
    });

    it('asks less often when it is told to, and after an outage', async () => {
      let polls = 0;
      server.intercept(({ request, response }) => {
        if (request.path !== '/token') {
          return false;
        }
        polls++;
        const replies: (Reply | undefined)[] = [json(400, { error: 'slow_down' }), { status: 502 }];
        const reply = replies[polls - 1];
        if (reply) {
          send(response, reply);
        }
        return reply !== undefined;
      });
      onPoll(3, () => person.enterCode());
      await harness.signIn(device());
      assert.deepEqual(
        harness.clock.sleeps.filter((ms) => ms >= 5000),
        [5000, 10_000, 20_000],
      );
    });

    it('tells when the code was not entered in time', async () => {
      const error = await failure(harness.signIn(device()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'expired_token']);
    });

    it('tells when the user declines', async () => {
      person.says = 'no';
      onPoll(1, () => person.enterCode());
      const error = await failure(harness.signIn(device()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'access_denied']);
    });

    it('stops when it is cancelled', async () => {
      const controller = new AbortController();
      person.showDeviceCode = () => controller.abort();
      const draft = await harness.fill(device());
      const io = harness.sessions.signInIo(harness.adapter, draft, person);
      const error = await failure(harness.adapter.signIn(draft, io, controller.signal));
      assert.equal(error.kind, 'cancelled');
      assert.deepEqual(sent('/token'), []);
    });
  });

  describe('with client credentials', () => {
    const credentials = (more: Answers = {}): Answers => ({
      issuer: server.url,
      method: 'clientCredentials',
      ...shop(server),
      scopes: 'orders:read',
      ...more,
    });

    it('gives a token for the client, which can be got anew', async () => {
      const connected = await harness.connect(credentials());
      const [access, ...others] = await rows(connected);
      assert.deepEqual([others, access?.actions], [[], ['revoke', 'renew']]);
      assert.equal(
        connected.connection.account.name,
        `${server.clients.shop.id} at ${new URL(server.url).host}`,
      );
      assert(access);
      const node = await harness.nodeAt(connected.root, [access]);
      assert.equal((await harness.renewals.renew(node, unhurried())).kind, 'renewed');
    });

    it('refuses a wrong secret', async () => {
      const error = await failure(harness.signIn(credentials({ clientSecret: 'wrong' })));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_client']);
    });

    it('refuses a scope that it does not know', async () => {
      server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token';
        if (isMeant) {
          send(response, json(400, { error: 'invalid_scope', error_description: 'no such scope' }));
        }
        return isMeant;
      });
      const error = await failure(harness.signIn(credentials()));
      assert.deepEqual(
        [error.kind, error.code, error.detail],
        ['configuration', 'invalid_scope', 'no such scope'],
      );
    });
  });

  describe('when pasting', () => {
    it('tells what the server says about the tokens', async () => {
      const connected = await harness.connect(paste());
      const [access, refresh] = await rows(connected);
      assert.deepEqual([access?.status, refresh?.status], ['active', 'active']);
      assert.equal(said(access, 'Scopes'), 'openid offline_access orders:read');
      assert.equal(said(access, 'Subject'), 'robin');
      assert.equal(said(access, 'Client'), server.clients.shop.id);
      assert(access?.children.kind === 'inline');
      assert.deepEqual(
        access.children.items.map(({ name }) => name),
        ['openid', 'offline_access', 'orders:read'],
      );
    });

    it('refuses an expired and a revoked token', async () => {
      const expired = server.grant();
      server.expire(expired.accessToken);
      assert.equal((await failure(harness.signIn(paste(expired)))).code, 'invalid_token');
      const forgotten = paste();
      server.forget();
      assert.equal((await failure(harness.signIn(forgotten))).code, 'invalid_token');
    });

    it('takes a refresh token alone without using it up', async () => {
      const { refreshToken } = server.grant();
      const connected = await harness.connect(paste({ accessToken: '', refreshToken }));
      assert.deepEqual(sent('/token'), []);
      const [refresh] = await rows(connected);
      assert.deepEqual([refresh?.id, refresh?.actions], ['refresh_token', ['revoke', 'renew']]);
    });

    it('takes tokens without a client, with which nothing can be done', async () => {
      const { accessToken } = server.grant();
      const {
        clientId: _,
        clientAuth: __,
        clientSecret: ___,
        ...rest
      } = paste({ accessToken, refreshToken: '' });
      const { notice } = await harness.signIn({ ...rest, clientId: '' });
      assert.match(notice ?? '', /unchecked/);
      const { session } = await harness.connect({ ...rest, clientId: '' });
      const [access] = await rows({ session });
      assert.deepEqual([access?.actions, access?.status], [[], 'unknown']);
      assert.deepEqual([session.revocation, session.renew], [undefined, undefined]);
    });

    it('wants at least one token', () => {
      const step = harness.adapter.form.find(({ id }) => id === 'refreshToken');
      assert(step?.kind === 'secret');
      assert.notEqual(step.validate?.('', { settings: {}, secrets: {} }), undefined);
    });
  });

  describe('that answers no questions about tokens', () => {
    it('has tokens known from the token response', async () => {
      await anew({ without: ['introspection'] });
      const connected = await harness.connect(browser());
      const [access, refresh, id] = await rows(connected);
      assert.deepEqual([access?.status, refresh?.status], ['active', 'active']);
      assert.equal(said(access, 'Source'), 'the token response');
      assert.equal(said(id, 'Subject (unverified claim)'), 'robin');
      assert.deepEqual(id?.actions, []);
    });

    it('to this client: says so, and goes on without', async () => {
      server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token/introspection';
        if (isMeant) {
          send(response, json(403, { error: 'access_denied' }));
        }
        return isMeant;
      });
      const { notice, settings } = await harness.signIn(browser());
      assert.match(notice ?? '', /does not let this client ask/);
      assert.equal(settings['.introspects'], 'no');
    });
  });

  describe('when renewing', () => {
    const renewed = async ({ root }: Connected, id = 'access_token') => {
      await harness.inventory.open(root.branch);
      const node = root.branch.nodes.find(({ item }) => item.id === id);
      assert(node);
      return harness.renewals.renew(node, unhurried());
    };
    const stored = ({ connection }: Connected) => harness.credentialStore.values.get(connection.id);

    it('stores the rotated tokens before it says so', async () => {
      const connected = await harness.connect(browser());
      const before = stored(connected);
      const result = await renewed(connected);
      assert(result.kind === 'renewed' && result.item.status === 'active');
      const after = stored(connected);
      assert(before?.refreshToken && after?.refreshToken && !after.refreshToken.equals(before.refreshToken));
      assert(server.isActive(after.refreshToken.reveal()));
      assert(!server.isActive(before.refreshToken.reveal()));
      assert.equal((await renewed(connected)).kind, 'renewed');
    });

    it('keeps the refresh token where the server gives no other', async () => {
      const connected = await harness.connect(browser());
      const before = stored(connected);
      server.intercept(({ request, response, answer }) => {
        if (request.path !== '/token') {
          return false;
        }
        const { refresh_token: _, ...body } = JSON.parse(String(answer().body));
        send(response, json(200, { ...body, expires_in: 'soon' }));
        return true;
      });
      await renewed(connected);
      assert(before?.refreshToken && stored(connected)?.refreshToken?.equals(before.refreshToken));
    });

    it('asks to sign in when the refresh token was used elsewhere, and says so until then', async () => {
      const connected = await harness.connect(browser());
      const old = stored(connected);
      await renewed(connected);
      // A copy of the old one is used: the server ends the whole grant.
      await harness.connections.saveSecrets(connected.connection.id, { ...old });
      harness.sessions.close(connected.connection.id);
      const error = await failure(
        renewed({ ...connected, session: await harness.sessions.get(connected.connection.id) }),
      );
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_grant']);
      assert.equal(sent('/token').length, 3);
      await harness.inventory.refresh(connected.root.branch);
      assert.deepEqual(
        connected.root.branch.problems.map(({ kind, code }) => [kind, code]),
        [['unauthorized', 'invalid_grant']],
      );
      assert.equal(connected.root.branch.nodes[0]?.item.status, 'inactive');
    });

    it('is not signed out by an outage', async () => {
      const connected = await harness.connect(browser());
      const before = stored(connected);
      const restore = server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token';
        if (isMeant) {
          send(response, { status: 503 });
        }
        return isMeant;
      });
      assert.equal((await failure(renewed(connected))).kind, 'server');
      restore();
      const after = stored(connected);
      assert(before?.refreshToken && after?.refreshToken?.equals(before.refreshToken));
      assert.equal((await renewed(connected)).kind, 'renewed');
    });

    it('says that a renewal did not end when its answer got lost', async () => {
      const connected = await harness.connect(browser());
      const restore = server.intercept(({ request, response, answer }) => {
        if (request.path !== '/token') {
          return false;
        }
        answer();
        response.socket?.resetAndDestroy();
        return true;
      });
      assert.equal((await failure(renewed(connected))).kind, 'network');
      restore();
      const access = (await rows(connected)).find(({ id }) => id === 'access_token');
      assert.match(access?.remark ?? '', /last renewal was interrupted/);
      assert.equal(sent('/token').length, 2);
    });

    it('adopts what another window has renewed', async () => {
      const connected = await harness.connect(browser());
      const other = await harness.adapter.open(
        { settings: connected.connection.settings, secrets: stored(connected) ?? {} },
        {
          ...harness.sessions.formIo(harness.adapter, {
            settings: connected.connection.settings,
            secrets: {},
          }),
          readSecrets: async () => stored(connected) ?? {},
          saveSecrets: (changes) => harness.connections.saveSecrets(connected.connection.id, changes),
        },
      );
      const [access] = await rows(connected);
      assert(access);
      await other.renew?.([access], unhurried());
      await connected.session.renew?.([access], unhurried());
      assert.equal(sent('/token').length, 2);
    });

    it('goes on from what another window has renewed while the old token was being refused', async () => {
      const connected = await harness.connect(browser());
      const other = harness.adapter.open(
        { settings: connected.connection.settings, secrets: stored(connected) ?? {} },
        {
          ...harness.sessions.formIo(harness.adapter, {
            settings: connected.connection.settings,
            secrets: {},
          }),
          readSecrets: async () => stored(connected) ?? {},
          saveSecrets: (changes) => harness.connections.saveSecrets(connected.connection.id, changes),
        },
      );
      const [access] = await rows(connected);
      assert(access);
      let isFirst = true;
      server.intercept(async ({ request }) => {
        if (request.path === '/token' && isFirst) {
          isFirst = false;
          await other.renew?.([access], unhurried());
        }
        return false;
      });
      await connected.session.renew?.([access], unhurried());
      assert.deepEqual(
        sent('/token').map(({ status }) => status),
        [200, 400, 200],
      );
    });
  });

  describe('when revoking', () => {
    async function revoked(connected: Connected, id: string) {
      await harness.inventory.open(connected.root.branch);
      const node = connected.root.branch.nodes.find(({ item }) => item.id === id);
      assert(node);
      return { node, result: await harness.revocations.revoke(node, unhurried()) };
    }

    it('a refresh token: ends it first, then the access token, sees that both are dead, and forgets them', async () => {
      const connected = await harness.connect(browser());
      const { result } = await revoked(connected, 'refresh_token');
      assert.deepEqual(result, { kind: 'revoked' });
      const hints = sent('/token/revocation').map(({ body }) =>
        new URLSearchParams(body).get('token_type_hint'),
      );
      assert.deepEqual(hints, ['refresh_token', 'access_token']);
      assert.deepEqual(
        (await rows(connected)).map(({ id }) => id),
        ['nothing'],
      );
      const left = Object.keys(harness.credentialStore.values.get(connected.connection.id) ?? {});
      assert.deepEqual(left.sort(), ['clientSecret', 'facts']);
    });

    it('an access token: shows what became of its refresh token, which this server ends with it', async () => {
      const connected = await harness.connect(paste());
      const { result } = await revoked(connected, 'access_token');
      assert.deepEqual(result, { kind: 'revoked' });
      const shown = (await rows(connected)).map(({ id, status, actions }) => [id, status, ...actions]);
      assert.deepEqual(shown, [['refresh_token', 'inactive']]);
    });

    it('an access token of a server that leaves the refresh token alone: can be had anew', async () => {
      const tokens = server.grant();
      const connected = await harness.connect(paste(tokens));
      server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token/revocation';
        if (isMeant) {
          server.expire(tokens.accessToken);
          send(response, { status: 200 });
        }
        return isMeant;
      });
      await revoked(connected, 'access_token');
      const [refresh] = await rows(connected);
      assert(refresh);
      assert.deepEqual(
        [refresh.id, refresh.status, refresh.actions],
        ['refresh_token', 'active', ['revoke', 'renew']],
      );
      const node = await harness.nodeAt(connected.root, [refresh]);
      await harness.renewals.renew(node, unhurried());
      assert.deepEqual(
        (await rows(connected)).map(({ id }) => id),
        ['access_token', 'refresh_token', 'id_token'],
      );
    });

    it('that it cannot verify: says so, and the row does not claim to be dead', async () => {
      await anew({ without: ['introspection'] });
      const connected = await harness.connect(browser());
      await harness.inventory.open(connected.root.branch);
      const reach = connected.session.revocation?.reach([(await rows(connected))[1] ?? assert.fail()]);
      assert.match(reach?.warnings.join(' ') ?? '', /cannot confirm a revocation/);
      const { result } = await revoked(connected, 'refresh_token');
      assert.deepEqual(result, { kind: 'unverifiable' });
      const [access, refresh] = await rows(connected);
      assert.deepEqual([access?.status, refresh?.status], ['unknown', 'unknown']);
      assert.match(refresh?.remark ?? '', /cannot be verified/);
    });

    it('that the server accepts without doing it: says that it is still active', async () => {
      const connected = await harness.connect(paste());
      server.intercept(({ request, response }) => {
        const isMeant = request.path === '/token/revocation';
        if (isMeant) {
          send(response, { status: 200 });
        }
        return isMeant;
      });
      const { result, node } = await revoked(connected, 'access_token');
      assert.deepEqual(result, { kind: 'stillListed' });
      assert.equal(node.item.status, 'active');
    });

    it('is not offered where the server has no endpoint for it', async () => {
      await anew({ without: ['revocation'] });
      const { session } = await harness.connect(paste());
      assert.equal(session.revocation, undefined);
      assert((await rows({ session })).every(({ actions }) => !actions.includes('revoke')));
    });
  });

  it('shows one token when the other cannot be asked about, with the problem beside it', async () => {
    const { session } = await harness.connect(paste());
    server.intercept(({ request, response }) => {
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
