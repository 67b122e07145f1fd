import assert from 'node:assert/strict';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import { endLeftBehind } from '../../../src/core/act/endLeftBehind.ts';
import { json, minute, type RecordedRequest, type Reply } from '../../servers/loopback.ts';
import { type OidcServer, startOidc } from '../../servers/oidc.ts';
import { type OddServer, startOddServer } from '../../servers/oidcOdd.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import {
  type Answers,
  assertNoSecretIn,
  type Connected,
  failure,
  Harness,
  readAll,
  unhurried,
} from '../harness.ts';
import { LedBack, Person } from '../signingIn.ts';

const registering: Answers = { method: 'browser', wayBack: 'loopback', client: 'register' };

describe('A client that a connection registered for itself', () => {
  let harness: Harness;

  beforeEach(() => {
    harness = new Harness(oauth, new SkippingClock(Date.now()));
  });
  afterEach(() => harness.dispose());

  const stored = ({ connection }: Connected) => harness.credentialStore.values.get(connection.id);

  async function signedInAgain({ connection }: Connected, person: Person | LedBack) {
    const draft = {
      settings: connection.settings,
      secrets: harness.credentialStore.values.get(connection.id) ?? {},
    };
    const io = harness.sessions.signInIo(harness.adapter, draft, person);
    return harness.adapter.signIn(draft, io, unhurried());
  }

  describe('at a server that lets clients be managed', () => {
    let server: OidcServer;
    let person: Person;
    let connected: Connected;

    beforeEach(async () => {
      server = await startOidc();
      person = new Person();
      harness.user = person;
      connected = await harness.connect({
        ...registering,
        issuer: server.url,
        scopes: 'openid offline_access',
      });
    });
    afterEach(() => server.stop());

    it('is unregistered, and seen to be gone', async () => {
      const [registered] = server.registered();
      const { leftBehind } = connected.session;
      assert.match(leftBehind?.sentence ?? '', new RegExp(registered?.id ?? 'none'));
      assert(leftBehind);
      assert.equal(await endLeftBehind(harness.rowActs, connected.root, leftBehind, unhurried()), true);
      assert.deepEqual(server.registered(), []);
      const [act] = await harness.activity.acts();
      assert.deepEqual([act?.kind, act?.result.kind, act?.row], ['unregister', 'done', undefined]);
    });

    it('is named in the details, and what manages it is kept from every text', async () => {
      const { items } = await readAll(connected.session, undefined);
      const [registered] = server.registered();
      const fields = items.flatMap((item) => item.fields);
      assert(
        fields.some(
          (field) =>
            field.label === 'Client (registered by this connection)' &&
            'text' in field &&
            field.text === registered?.id,
        ),
      );
      const token = stored(connected)?.registrationToken?.reveal() ?? assert.fail('no token');
      assertNoSecretIn([items, connected.connection, harness.logger.lines], [token]);
    });

    it('is led back elsewhere without registering another one', async () => {
      person.redirectUri = 'http://127.0.0.1:8000/callback?vscode-reqid=7';
      await signedInAgain(connected, person);
      assert.equal(server.registered().length, 1);
    });
  });

  describe('at a server whose answers are odd', () => {
    let server: OddServer;
    let person: LedBack;
    let manage: (request: RecordedRequest) => Reply;
    let registration: object;

    beforeEach(async () => {
      server = await startOddServer(() => harness.clock.now());
      person = new LedBack();
      harness.user = person;
      registration = {
        registration_client_uri: `${server.url}/register/made?v=1`,
        registration_access_token: 'manage',
      };
      manage = ({ method }) => ({ status: method === 'GET' ? 401 : 204 });
      server.answers.set('/.well-known/oauth-authorization-server', {
        issuer: server.url,
        token_endpoint: `${server.url}/token`,
        authorization_endpoint: `${server.url}/authorize`,
        registration_endpoint: `${server.url}/register`,
        token_endpoint_auth_methods_supported: ['client_secret_post'],
      });
      server.answers.set('/token', {
        access_token: 'access',
        token_type: 'bearer',
        refresh_token: 'refresh',
      });
      server.answers.set('/register', () =>
        json(201, { client_id: 'made', client_secret: 'made-secret', ...registration }),
      );
      server.answers.set('/register/made', (request: RecordedRequest) => manage(request));
    });
    afterEach(() => server.stop());

    const connect = () => harness.connect({ ...registering, issuer: server.url });
    const managed = () => server.sent('/register/made').map(({ method }) => method);
    const expiring = (client_secret_expires_at: number) => {
      registration = { ...registration, client_secret_expires_at };
    };
    const inSeconds = (ms: number) => Math.round((harness.clock.now() + ms) / 1000);

    async function renewed({ root }: Connected) {
      await harness.inventory.open(root.branch);
      const node = root.branch.nodes.find(({ item }) => item.actions.includes('renew'));
      assert(node);
      return harness.renewals.renew(node, unhurried());
    }

    for (const [what, answers, outcome] of [
      ['is gone', { DELETE: { status: 204 }, GET: { status: 401 } }, true],
      ['is gone without a word', { DELETE: { status: 200 }, GET: { status: 404 } }, true],
      ['cannot be looked for', { DELETE: { status: 204 }, GET: { status: 500 } }, false],
      ['is not known any more', { DELETE: { status: 401 }, GET: { status: 401 } }, false],
      [
        'is still there',
        { DELETE: { status: 204 }, GET: json(200, { client_id: 'made' }) },
        'still-registered',
      ],
      [
        'may not be unregistered',
        { DELETE: json(405, { error: 'not_here' }), GET: { status: 200 } },
        'not_here',
      ],
    ] satisfies [string, Record<'DELETE' | 'GET', Reply>, boolean | string][]) {
      it(`that ${what} after it was unregistered: says ${outcome}`, async () => {
        const { session, root } = await connect();
        manage = ({ method }) => (method === 'DELETE' ? answers.DELETE : answers.GET);
        const { leftBehind } = session;
        assert(leftBehind);
        const ending = endLeftBehind(harness.rowActs, root, leftBehind, unhurried());
        if (typeof outcome === 'boolean') {
          assert.equal(await ending, outcome);
        } else {
          assert.equal((await failure(ending)).code, outcome);
        }
        assert(managed().filter((method) => method === 'DELETE').length === 1);
        const [act] = await harness.activity.acts();
        const said = outcome === true ? 'done' : outcome === false ? 'unverifiable' : 'failed';
        assert.deepEqual([act?.kind, act?.result.kind], ['unregister', said]);
      });
    }

    for (const address of [
      'http://127.0.0.1:9/register/made',
      'https://elsewhere.example/made',
      'no address',
    ]) {
      it(`is not managed at ${address}, which is not where it was registered`, async () => {
        registration = { ...registration, registration_client_uri: address };
        const connected = await connect();
        assert.equal(connected.session.leftBehind, undefined);
        assert.equal(stored(connected)?.registrationToken, undefined);
      });
    }

    it('is given another secret before a renewal when the one it has has expired', async () => {
      expiring(inSeconds(minute));
      const connected = await connect();
      manage = ({ method, headers }) =>
        json(200, {
          client_id: 'made',
          client_name: 'kept',
          client_secret: method === 'PUT' ? 'second-secret' : 'made-secret',
          client_secret_expires_at: inSeconds(method === 'PUT' ? 100 * minute : -minute),
          registration_access_token: headers.authorization === 'Bearer manage' ? 'manage-2' : 'manage-3',
        });
      await renewed(connected);
      assert.deepEqual(managed(), []);
      harness.clock.advance(2 * minute);
      await renewed(connected);
      assert.deepEqual(managed(), ['GET', 'PUT']);
      const [, put] = server.sent('/register/made');
      assert.deepEqual(JSON.parse(put?.body ?? ''), { client_id: 'made', client_name: 'kept' });
      assert.equal(put?.headers.authorization, 'Bearer manage-2');
      assert.match(server.sent('/token').at(-1)?.body ?? '', /client_secret=second-secret/);
      assert.deepEqual(
        [stored(connected)?.clientSecret?.reveal(), stored(connected)?.registrationToken?.reveal()],
        ['second-secret', 'manage-3'],
      );
      await renewed(connected);
      assert.equal(managed().length, 2);
    });

    it('that is given no other secret: sends no refresh token, and leaves nothing in doubt', async () => {
      expiring(inSeconds(minute));
      const connected = await connect();
      harness.clock.advance(2 * minute);
      const before = server.sent('/token').length;
      for (const [answer, code] of [
        [
          json(200, { client_id: 'made', client_secret_expires_at: inSeconds(-minute) }),
          'client-secret-expired',
        ],
        [json(403, { error: 'access_denied' }), 'access_denied'],
      ] as const) {
        manage = () => answer;
        const error = await failure(renewed(connected));
        assert.deepEqual([error.code, error.nothingSent], [code, true]);
      }
      assert.equal(server.sent('/token').length, before);
      const { items } = await readAll(connected.session, undefined);
      assert(items.every(({ remark }) => !/interrupted/.test(remark ?? '')));
    });

    it('is registered anew when signing in, and the one of no use is unregistered', async () => {
      expiring(inSeconds(minute));
      const connected = await connect();
      harness.clock.advance(2 * minute);
      manage = () => json(403, { error: 'access_denied' });
      expiring(0);
      await signedInAgain(connected, person);
      assert.equal(server.sent('/register').length, 2);
      assert(managed().includes('DELETE'));
    });

    it('is unregistered when the connection is not kept', async () => {
      const signedIn = await harness.signIn({ ...registering, issuer: server.url });
      await signedIn.discard?.(unhurried());
      assert.equal(managed()[0], 'DELETE');
    });

    it('is unregistered when the user leaves while its tokens are looked at', async () => {
      const leaving = new AbortController();
      server.answers.set('/introspect', () => {
        leaving.abort();
        return json(200, { active: true });
      });
      const signingIn = harness.signIn(
        { ...registering, issuer: server.url, introspectionEndpoint: `${server.url}/introspect` },
        leaving.signal,
      );
      assert.equal((await failure(signingIn)).kind, 'cancelled');
      assert.equal(managed()[0], 'DELETE');
    });
  });
});
