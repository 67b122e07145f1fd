import assert from 'node:assert/strict';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import { endLeftBehind } from '../../../src/core/act/endLeftBehind.ts';
import { day, json, minute, type RecordedRequest, type Reply } from '../../servers/loopback.ts';
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

    /** As a server that gives another secret, with this end, to a client that is registered once more. */
    function givesAnother(end: () => number) {
      let [secret, expiresAt] = ['made-secret', inSeconds(-minute)];
      let uses = 1;
      manage = ({ method, body }) => {
        if (method === 'PUT') {
          [secret, expiresAt] = ['second-secret', end()];
          assert(!/secret|registration/.test(body));
        }
        uses++;
        return json(200, {
          client_id: 'made',
          client_name: 'kept',
          client_secret: secret,
          client_secret_expires_at: expiresAt,
          registration_access_token: `manage-${uses}`,
        });
      };
    }

    for (const [when, pastEnd] of [
      ['a week before it ends', -6 * day],
      ['when it has ended', minute],
    ] as const) {
      it(`is given another secret before a renewal ${when}, which is read again`, async () => {
        expiring(inSeconds(30 * day));
        const connected = await connect();
        givesAnother(() => inSeconds(60 * day));
        await renewed(connected);
        assert.deepEqual(managed(), []);
        harness.clock.advance(30 * day + pastEnd);
        await renewed(connected);
        assert.deepEqual(managed(), ['GET', 'PUT', 'GET']);
        const [, put, seen] = server.sent('/register/made');
        assert.deepEqual(JSON.parse(put?.body ?? ''), { client_id: 'made', client_name: 'kept' });
        assert.deepEqual(
          [put, seen].map((request) => request?.headers.authorization),
          ['Bearer manage-2', 'Bearer manage-3'],
        );
        assert.match(server.sent('/token').at(-1)?.body ?? '', /client_secret=second-secret/);
        assert.deepEqual(
          [stored(connected)?.clientSecret?.reveal(), stored(connected)?.registrationToken?.reveal()],
          ['second-secret', 'manage-4'],
        );
        await renewed(connected);
        assert.equal(managed().length, 3);
        assert.equal(await remark(connected), undefined);
      });
    }

    it('learns by reading again of a secret whose answer was lost', async () => {
      expiring(inSeconds(30 * day));
      const connected = await connect();
      givesAnother(() => inSeconds(60 * day));
      const answers = manage;
      manage = (request) => {
        const answer = answers(request);
        return request.method === 'PUT' ? { status: 502, body: 'Bad gateway' } : answer;
      };
      harness.clock.advance(29 * day);
      await renewed(connected);
      assert.match(server.sent('/token').at(-1)?.body ?? '', /client_secret=second-secret/);
    });

    let sameEnd = {};
    for (const [what, answer] of [
      ['shows it in stars', () => json(200, { client_id: 'made', client_secret: '***', ...sameEnd })],
      ['gives no other', () => json(200, { client_id: 'made' })],
      ['lets nothing be changed', () => json(403, { error: 'access_denied' })],
    ] satisfies [string, () => Reply][]) {
      it(`that ${what}: is asked once, and goes on with the secret it has`, async () => {
        expiring(inSeconds(30 * day));
        const connected = await connect();
        const end = inSeconds(30 * day);
        sameEnd = { client_secret_expires_at: end };
        manage = answer;
        harness.clock.advance(29 * day);
        assert.match((await remark(connected)) ?? '', /expires soon; Renew Token asks for another one/);
        await renewed(connected);
        const asked = managed().length;
        assert(asked > 0);
        assert.match(server.sent('/token').at(-1)?.body ?? '', /client_secret=made-secret/);
        await renewed(connected);
        assert.equal(managed().length, asked);
        assert.match((await remark(connected)) ?? '', /expires soon; Update Credentials registers another/);
        const { items } = await readAll(connected.session, undefined);
        const field = items[0]?.fields.find(({ label }) => label === 'Client secret expires');
        assert.deepEqual(field && 'at' in field && field.at, end * 1000);
        expiring(inSeconds(90 * day));
        await signedInAgain(connected, person);
        assert.equal(server.sent('/register').length, 2);
      });
    }

    it('that cannot be managed: says before its secret ends that signing in registers another', async () => {
      registration = {};
      expiring(inSeconds(30 * day));
      const connected = await connect();
      assert.equal(await remark(connected), undefined);
      harness.clock.advance(29 * day);
      assert.match((await remark(connected)) ?? '', /expires soon; Update Credentials registers another/);
      await signedInAgain(connected, person);
      assert.equal(server.sent('/register').length, 2);
      harness.clock.advance(2 * day);
      assert.match((await remark(connected)) ?? '', /has expired; Update Credentials registers another/);
    });

    async function remark({ session }: Connected): Promise<string | undefined> {
      const { items } = await readAll(session, undefined);
      return items.find(({ actions }) => actions.includes('renew'))?.remark;
    }

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
