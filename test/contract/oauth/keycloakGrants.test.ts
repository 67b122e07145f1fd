import assert from 'node:assert/strict';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import type { Item } from '../../../src/core/model/item.ts';
import { allRoles, type KeycloakServer, startKeycloak } from '../../servers/keycloak.ts';
import { hour, json, minute, sampleSecret, send } from '../../servers/loopback.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { type AdapterContract, contractOver } from '../adapterContract.ts';
import { faultTable } from '../faults/faultTable.ts';
import { type Answers, everyRow, failure, Harness, type Row, readAll, unhurried } from '../harness.ts';
import { LedBack } from '../signingIn.ts';

function answersFor({ url, credentials }: KeycloakServer): Answers {
  const { accessToken, clientId, clientSecret } = credentials;
  return {
    issuer: url,
    method: 'paste',
    client: 'own',
    clientId,
    clientAuth: 'client_secret_basic',
    clientSecret,
    accessToken,
    refreshToken: '',
  };
}

/** As behind a proxy of a fault case, whose address the server does not know. */
function endpointsByHand({ url }: KeycloakServer): Answers {
  const protocol = `${url}/protocol/openid-connect`;
  return {
    tokenEndpoint: `${protocol}/token`,
    authorizationEndpoint: `${protocol}/auth`,
    deviceEndpoint: `${protocol}/auth/device`,
    revocationEndpoint: `${protocol}/revoke`,
    introspectionEndpoint: `${protocol}/token/introspect`,
  };
}

const isIn =
  (section: string) =>
  ({ path }: Row): boolean =>
    path[0].id === section;

const contract: AdapterContract = {
  async start(options) {
    const server = await startKeycloak({ ...options, describesItself: false });
    const { state, credentials } = server;
    const answers = { ...answersFor(server), ...endpointsByHand(server) };
    return {
      factory: oauth,
      server,
      origins: [new URL(server.url).origin],
      answers,
      wrongAnswers: { ...answers, accessToken: 'of-another-server' },
      secrets: [credentials.accessToken, credentials.clientSecret, sampleSecret('keycloak signature')],
      empty: () => {
        state.applications = [];
      },
      isLive: ([section, row]) =>
        section.id === 'sessions'
          ? state.devices.some(({ sessions }) => sessions.some(({ id }) => id === row?.id))
          : section.id === 'applications'
            ? state.applications.some(
                ({ clientId, consent, offlineAccess }) =>
                  clientId === row?.id && (consent !== undefined || offlineAccess),
              )
            : state.isTokenLive,
    };
  },
  credentialHeaders: ['authorization'],
  mayCarryCredential: ({ method }) => method === 'POST',
  branch: ({ path }) => path.length === 1 && path[0].id === 'applications',
  errorReply: (status, words) => json(status, { errorMessage: words }),
  renews: true,
  ownRow: ({ item }) => item.id === 'token-manager',
  revocations: [
    {
      title: 'the consent to an application',
      row: (row) => isIn('applications')(row) && row.item.id === 'shop-desk',
      isMutation: ({ method }) => method === 'DELETE',
    },
    {
      title: 'the offline access of an application that asks for no consent',
      row: (row) => isIn('applications')(row) && row.item.id === 'backup',
      isMutation: ({ method }) => method === 'DELETE',
    },
    {
      title: 'a session',
      row: (row) => isIn('sessions')(row) && row.item.id === 's-desk',
      isMutation: ({ method }) => method === 'DELETE',
    },
  ],
};

contractOver('undici', 'Keycloak’s account API', contract);
faultTable('undici', 'Keycloak’s account API', contract);

describe('What Keycloak tells of authorized applications', () => {
  let server: KeycloakServer;
  let harness: Harness;

  async function begin(roles: readonly string[] = allRoles): Promise<void> {
    server = await startKeycloak({ roles });
    harness = new Harness(oauth, new SkippingClock(Date.now()));
  }

  async function anew(roles: readonly string[]): Promise<void> {
    await end();
    await begin(roles);
  }

  async function end(): Promise<void> {
    harness.dispose();
    await server.stop();
  }

  beforeEach(() => begin());
  afterEach(end);

  const connect = (more: Answers = {}) => harness.connect({ ...answersFor(server), ...more });

  async function outermost(more: Answers = {}): Promise<readonly Item[]> {
    const { session } = await connect(more);
    return (await readAll(session, undefined)).items;
  }

  async function section(id: string): Promise<readonly Item[]> {
    const rows = await everyRow((await connect()).session);
    return rows.filter(({ path }) => path.length === 2 && path[0].id === id).map(({ item }) => item);
  }

  it('stands beside the tokens, by what the server says of itself to anyone', async () => {
    assert.deepEqual(
      (await outermost()).map(({ id }) => id),
      ['access_token', 'applications', 'sessions'],
    );
    const [asked, ...more] = server.requests.filter(({ path }) => path === '/realms/shop');
    assert.equal(asked?.headers.authorization, undefined);
    assert.deepEqual(more, []);
  });

  it('is not there where the server only has such an address', async () => {
    server.state.isKeycloak = false;
    assert.deepEqual(
      (await outermost()).map(({ id }) => id),
      ['access_token'],
    );
  });

  it('is asked for once a session, and again when the server could not be asked', async () => {
    const restore = server.intercept(({ request, response }) => {
      if (request.path !== '/realms/shop') {
        return false;
      }
      response.socket?.resetAndDestroy();
      return true;
    });
    const { session } = await connect();
    assert.deepEqual((await readAll(session, undefined)).items.length, 1);
    restore();
    assert.deepEqual((await readAll(session, undefined)).items.length, 3);
    server.requests.length = 0;
    await readAll(session, undefined);
    assert.equal(server.requests.filter(({ path }) => path === '/realms/shop').length, 0);
  });

  it('leaves out applications that the user has only been signed in to', async () => {
    assert.deepEqual(
      (await section('applications')).map(({ id, isOwnCredential, remark }) => [id, isOwnCredential, remark]),
      [
        ['token-manager', true, 'this connection’s own client · offline access'],
        ['shop-desk', undefined, 'offline access · in use'],
        ['backup', undefined, 'offline access'],
      ],
    );
  });

  it('names what an application may by the server’s words, else by the scope', async () => {
    const [own] = await section('applications');
    assert(own?.children.kind === 'inline');
    assert.deepEqual(
      own.children.items.map(({ name }) => name),
      ['User profile', 'orders:read'],
    );
  });

  it('names a session by its browser and system, else by its address', async () => {
    const rows = await section('sessions');
    assert.deepEqual(
      rows.map(({ name, remark }) => [name, remark]),
      [
        ['Firefox 140.0 on Linux', 'shop-desk, account-console'],
        ['192.0.2.7', 'shop-desk'],
      ],
    );
  });

  it('marks the session that the connection is, and says that its tokens end with it', async () => {
    const [current] = server.state.devices[0]?.sessions ?? [];
    assert(current);
    current.current = true;
    const { session } = await connect();
    const own = (await everyRow(session)).filter(({ item }) => item.id === current.id);
    assert.deepEqual(
      own.map(({ item }) => item.isOwnCredential),
      [true],
    );
    const [row] = own;
    assert(row);
    assert.match(session.revocation?.reach(row.path).warnings.join() ?? '', /its own tokens end/);
  });

  it('says that the access token is not for the account API, and which setting is missing', async () => {
    await anew([]);
    const { session } = await connect();
    const { items } = await readAll(session, undefined);
    for (const row of items.slice(1)) {
      const error = await failure(session.list([row], undefined, { includeExpired: false }, unhurried()));
      assert.equal(error.kind, 'forbidden');
      assert.match(error.detail, /scope “roles”.*HTTP 401 Unauthorized/);
    }
    assert.equal(items[0]?.status, 'active');
  });

  it('names the role that is missing for each list and each act, and shows the others', async () => {
    await anew(['view-profile']);
    const connected = await connect();
    const { items } = await readAll(connected.session, undefined);
    const [, applications, sessions] = items;
    assert(applications && sessions);
    const options = { includeExpired: false };
    const error = await failure(connected.session.list([applications], undefined, options, unhurried()));
    assert.deepEqual([error.kind, /“view-applications”/.test(error.detail)], ['forbidden', true]);
    const [row] = (await connected.session.list([sessions], undefined, options, unhurried())).items;
    assert(row);
    const refused = await failure(
      connected.session.revocation?.revoke([sessions, row], unhurried()) ?? Promise.resolve(),
    );
    assert.deepEqual([refused.kind, /“manage-account”/.test(refused.detail)], ['forbidden', true]);
  });

  it('leaves no moment of a token to the next look where its clock is another', async () => {
    await end();
    const ahead = 3 * hour;
    const clock = new SkippingClock(Date.now());
    server = await startKeycloak({ now: () => clock.now() + ahead });
    // Nothing but what the server says of itself tells its time.
    server.intercept(({ request, response, answer }) => {
      const isMetadata = request.path.endsWith('/openid-configuration');
      if (isMetadata) {
        const { introspection_endpoint: _, ...others } = JSON.parse(String(answer().body));
        send(response, json(200, others));
      }
      return isMetadata;
    });
    harness = new Harness(oauth, clock);
    harness.user = new LedBack();
    const { root } = await connect({ method: 'browser', wayBack: 'loopback' });
    const until = clock.now() + ahead + 5 * minute;
    await harness.inventory.open(root.branch);
    const lifetime = root.branch.nodes[0]?.item.lifetime;
    assert(lifetime?.kind === 'expires' && Math.abs(lifetime.at - until) < minute, JSON.stringify(lifetime));
  });

  it('leads to a renewal when the access token has ended', async () => {
    const { session } = await connect();
    const [, applications] = (await readAll(session, undefined)).items;
    assert(applications);
    server.state.isTokenLive = false;
    const error = await failure(
      session.list([applications], undefined, { includeExpired: false }, unhurried()),
    );
    assert.deepEqual([error.kind, /Renew it/.test(error.detail)], ['unauthorized', true]);
  });

  for (const nonce of [undefined, 'fresh-nonce']) {
    it(`proves the key that its access token is bound to, ${nonce ? 'with the nonce that is wanted' : 'each call anew'}`, async () => {
      await end();
      server = await startKeycloak({ binds: true });
      server.state.nonce = nonce;
      harness = new Harness(oauth, new SkippingClock(Date.now()));
      harness.user = new LedBack();
      const connected = await connect({ method: 'browser', wayBack: 'loopback' });
      const row = (await everyRow(connected.session)).find(({ item }) => item.id === 'shop-desk');
      assert(row);
      const node = await harness.nodeAt(connected.root, row.path);
      assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
    });
  }

  it('does not take credit for a session that had ended before', async () => {
    const connected = await connect();
    const row = (await everyRow(connected.session)).find(({ item }) => item.id === 's-desk');
    assert(row);
    const node = await harness.nodeAt(connected.root, row.path);
    for (const device of server.state.devices) {
      device.sessions = [];
    }
    assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'alreadyGone' });
    assert.equal(server.requests.filter(({ method }) => method === 'DELETE').length, 0);
  });
});
