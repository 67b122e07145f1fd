import assert from 'node:assert/strict';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import type { Item } from '../../../src/core/model/item.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import { json, minute, type RecordedRequest, type Reply } from '../../servers/loopback.ts';
import { type OddServer, startOddServer } from '../../servers/oidcOdd.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { type Answers, type Connected, failure, Harness, readAll, unhurried } from '../harness.ts';
import { deskByBrowser, LedBack } from '../signingIn.ts';
import { stacks } from '../stacks.ts';
import { describeOdd, endOdd } from './oddBench.ts';

const hour = 60 * minute;
const granted = {
  access_token: 'proof-access',
  token_type: 'bearer',
  refresh_token: 'proof-refresh',
  expires_in: 3600,
};

/** An unsigned token that tells its claims. */
function jwt(claims: object): string {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
}

describe('What is known of the tokens of an OAuth 2.0 server', () => {
  let server: OddServer;
  let harness: Harness;
  let person: LedBack;
  /** How far the server's clock is ahead of this computer's. */
  let aheadMs: number;
  /** Whether connections are refused. */
  let isDown: boolean;

  beforeEach(async () => {
    aheadMs = 0;
    server = await startOddServer(() => harness.clock.now() + aheadMs);
    const transport = stacks.undici();
    isDown = false;
    harness = new Harness(oauth, new SkippingClock(Date.now()), {
      close: () => transport.close(),
      send: async (request) => {
        if (isDown) {
          throw new TokenManagerError('network', '', { code: 'ECONNREFUSED', nothingSent: true });
        }
        return transport.send(request);
      },
    });
    person = new LedBack();
    harness.user = person;
    server.answers.set('/token', granted);
    server.answers.set('/revoke', { status: 200, body: '' });
    describeServer({});
  });

  afterEach(() => endOdd(server, harness));

  function describeServer(more: object): void {
    describeOdd(server, { revocation_endpoint: `${server.url}/revoke`, ...more });
  }

  /** By the value of a token; what is not there is not active. */
  function introspecting(active: Readonly<Record<string, unknown>>): void {
    describeServer({ introspection_endpoint: `${server.url}/introspect` });
    server.answers.set('/introspect', ({ body }: RecordedRequest) => {
      const token = new URLSearchParams(body).get('token') ?? '';
      return active[token] ?? { active: false };
    });
  }

  const connect = (more: Answers = {}) =>
    harness.connect({
      ...deskByBrowser(server.url),
      ...more,
    });

  async function rows({ session }: Pick<Connected, 'session'>): Promise<readonly Item[]> {
    return (await readAll(session, undefined)).items;
  }

  async function row(connected: Connected, id: string): Promise<Item | undefined> {
    return (await rows(connected)).find((item) => item.id === id);
  }

  async function nodeOf({ root }: Connected, id: string) {
    await harness.inventory.open(root.branch);
    return root.branch.nodes.find(({ item }) => item.id === id) ?? assert.fail(`no ${id}`);
  }

  async function revoked(connected: Connected, id: string) {
    return harness.revocations.revoke(await nodeOf(connected, id), unhurried());
  }

  async function renewed(connected: Connected) {
    return harness.renewals.renew(await nodeOf(connected, 'access_token'), unhurried());
  }

  const nonce = () => person.pages.at(-1)?.searchParams.get('nonce');
  const stored = ({ connection }: Connected) => harness.credentialStore.values.get(connection.id);

  async function reopened({ connection, root }: Connected): Promise<Connected> {
    harness.sessions.close(connection.id);
    return { connection, root, session: await harness.sessions.get(connection.id) };
  }

  describe('by clocks that differ', () => {
    for (const hours of [-2, -1, 1, 2]) {
      it(`judges a lifetime alike before and after a restart, ${hours} hours apart`, async () => {
        aheadMs = hours * hour;
        const connected = await connect();
        const left = async (held: Connected) => {
          const access = await row(held, 'access_token');
          const now = harness.clock.now() + harness.sessions.clockOffset(held.connection.id);
          return access?.lifetime.kind === 'expires' ? Math.round((access.lifetime.at - now) / minute) : 0;
        };
        assert.equal(await left(connected), 60);
        // Nothing is asked of this server, so that its clock is not known.
        const again = await reopened(connected);
        assert.equal(await left(again), 60);
        await renewed(connected);
        assert.equal(await left(again), 60);
      });
    }

    it('takes an ID token whose times the computer’s clock does not agree with', async () => {
      aheadMs = -hour;
      server.answers.set('/token', () => ({
        ...granted,
        id_token: jwt({
          iss: server.url,
          aud: 'desk',
          sub: 'robin',
          nonce: nonce(),
          iat: Math.round((harness.clock.now() + aheadMs) / 1000),
          exp: Math.round((harness.clock.now() + aheadMs) / 1000) + 1800,
        }),
      }));
      const { connection } = await connect({ scopes: 'openid' });
      assert.match(connection.account.name, /^robin at /);
    });
  });

  describe('by a server that says “not active”', () => {
    const active = { active: true, sub: 'robin' };

    it('of every refresh token: leaves it unknown, and it can be renewed and revoked', async () => {
      introspecting({ 'proof-access': active });
      const connected = await connect();
      const refresh = await row(connected, 'refresh_token');
      assert.deepEqual([refresh?.status, refresh?.actions], ['unknown', ['revoke']]);
      assert.deepEqual(await revoked(connected, 'refresh_token'), { kind: 'unverifiable' });
    });

    it('of the access token that it has just issued: takes that for no answer', async () => {
      introspecting({});
      const connected = await connect();
      const access = await row(connected, 'access_token');
      assert.deepEqual([access?.status, access?.actions], ['active', ['revoke', 'renew']]);
      assert.deepEqual(await revoked(connected, 'access_token'), { kind: 'unverifiable' });
    });

    it('of a token that it called active before: believes it', async () => {
      const tokens: Record<string, unknown> = { 'proof-access': active, 'proof-refresh': active };
      introspecting(tokens);
      const connected = await connect();
      delete tokens['proof-refresh'];
      assert.equal((await row(connected, 'refresh_token'))?.status, 'inactive');
    });

    it('of a refresh token once its access token has expired: leaves it unknown', async () => {
      const tokens: Record<string, unknown> = { 'proof-access': active, 'proof-refresh': active };
      introspecting(tokens);
      const connected = await connect();
      harness.clock.advance(2 * hour);
      delete tokens['proof-access'];
      delete tokens['proof-refresh'];
      assert.deepEqual(
        (await rows(connected)).map(({ id, status }) => [id, status]),
        [
          ['access_token', 'inactive'],
          ['refresh_token', 'unknown'],
        ],
      );
    });

    it('of a pasted refresh token: stores it, and of a pasted access token: does not', async () => {
      introspecting({});
      const pasted = { method: 'paste', accessToken: '', refreshToken: 'proof-refresh' };
      assert.equal((await row(await connect(pasted), 'refresh_token'))?.status, 'unknown');
      const error = await failure(connect({ ...pasted, accessToken: 'proof-access' }));
      assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_token']);
    });

    it('with a moment of 0: takes the end for not known', async () => {
      introspecting({ 'proof-access': { ...active, exp: 0, iat: 0 } });
      server.answers.set('/token', { access_token: 'proof-access', token_type: 'bearer' });
      const access = await row(await connect(), 'access_token');
      assert.deepEqual([access?.status, access?.lifetime], ['active', { kind: 'unknown' }]);
    });
  });

  describe('after a revocation', () => {
    for (const reply of [
      json(400, { error: 'unsupported_token_type' }),
      json(200, { error: 'unsupported_token_type' }),
      json(400, { error: 'invalid_token' }),
      { status: 503 },
      { status: 404 },
    ] satisfies Reply[]) {
      it(`of the refresh token alone, the access token refused by ${reply.status}: says what lives on`, async () => {
        const tokens: Record<string, unknown> = {
          'proof-access': { active: true },
          'proof-refresh': { active: true },
        };
        introspecting(tokens);
        server.answers.set('/revoke', ({ body }: RecordedRequest): Reply => {
          const token = new URLSearchParams(body).get('token') ?? '';
          if (token === 'proof-access') {
            return reply;
          }
          delete tokens[token];
          return { status: 200, body: '' };
        });
        const connected = await connect();
        const result = await revoked(connected, 'refresh_token');
        assert(result.kind === 'revoked');
        assert.equal(result.survivor?.name, 'Access token');
        const left = await rows(connected);
        const [access] = left;
        const end = access?.lifetime.kind === 'expires' ? access.lifetime.at : undefined;
        assert.equal(result.survivor?.expiresAt, end);
        assert.deepEqual(
          left.map(({ id, status }) => [id, status]),
          [['access_token', 'active']],
        );
        assert.match(left[0]?.remark ?? '', /works until it expires/);
        assert.equal(stored(connected)?.refreshToken, undefined);
      });
    }

    it('whose answer was lost: forgets what looking again finds dead', async () => {
      const tokens: Record<string, unknown> = {
        'proof-access': { active: true },
        'proof-refresh': { active: true },
      };
      introspecting(tokens);
      server.answers.set('/revoke', () => {
        delete tokens['proof-access'];
        return { status: 502 };
      });
      const connected = await connect();
      assert.deepEqual(await revoked(connected, 'access_token'), { kind: 'revoked' });
      assert.equal(stored(connected)?.accessToken, undefined);
    });

    it('that cannot be verified: takes the refusal of the refresh token for the proof', async () => {
      const connected = await connect();
      assert.deepEqual(await revoked(connected, 'refresh_token'), { kind: 'unverifiable' });
      server.answers.set('/token', json(400, { error: 'invalid_grant' }));
      assert.equal((await failure(renewed(connected))).code, 'invalid_grant');
      assert.deepEqual(
        (await rows(connected)).map(({ id }) => id),
        ['access_token'],
      );
    });

    it('by a public client that the server refuses: does not blame the credentials', async () => {
      server.answers.set('/revoke', { status: 401, body: '' });
      const connected = await connect();
      const error = await failure(revoked(connected, 'refresh_token'));
      assert.equal(error.kind, 'rejected');
      assert.match(error.detail, /without a secret/);
    });

    it('warns that an API may go on accepting a JSON Web Token', async () => {
      server.answers.set('/token', { ...granted, access_token: jwt({ sub: 'robin' }) });
      const connected = await connect();
      const node = await nodeOf(connected, 'access_token');
      const reach = connected.session.revocation?.reach(node.path());
      assert.match(reach?.warnings.join(' ') ?? '', /signature alone/);
    });
  });

  describe('after a renewal', () => {
    it('that failed for good: asks to sign in, without being refreshed', async () => {
      const connected = await connect();
      server.answers.set('/token', json(400, { error: 'invalid_grant', error_description: 'gone stale' }));
      const error = await failure(renewed(connected));
      assert.match(error.detail, /The server says: gone stale$/);
      assert.deepEqual(
        connected.root.branch.problems.map(({ code }) => code),
        ['invalid_grant'],
      );
    });

    it('that could not be sent: leaves nothing in doubt', async () => {
      const connected = await connect();
      const node = await nodeOf(connected, 'access_token');
      isDown = true;
      const error = await failure(harness.renewals.renew(node, unhurried()));
      assert.deepEqual([error.kind, error.nothingSent], ['network', true]);
      assert.doesNotMatch(
        (await row(connected, 'refresh_token'))?.remark ?? '',
        /last renewal was interrupted/,
      );
    });

    it('is told only once the tokens are stored', async () => {
      const connected = await connect();
      server.answers.set('/token', { ...granted, access_token: 'proof-next', refresh_token: 'proof-second' });
      const writing = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const { write } = harness.credentialStore;
      harness.credentialStore.write = async (id, secrets) => {
        if (secrets.refreshToken?.equals(new Secret('proof-second'))) {
          begun.resolve();
          await writing.promise;
        }
        await Reflect.apply(write, harness.credentialStore, [id, secrets]);
      };
      let isTold = false;
      const renewal = renewed(connected).then(() => {
        isTold = true;
      });
      await begun.promise;
      await new Promise(setImmediate);
      assert.equal(isTold, false);
      writing.resolve();
      await renewal;
      assert.equal(stored(connected)?.refreshToken?.reveal(), 'proof-second');
    });

    it('with the ID token of another user: keeps the tokens, and not that one', async () => {
      const about = (sub: string) => jwt({ iss: server.url, aud: 'desk', sub, nonce: nonce() });
      server.answers.set('/token', () => ({ ...granted, id_token: about('robin') }));
      const connected = await connect({ scopes: 'openid' });
      server.answers.set('/token', { ...granted, access_token: 'proof-next', id_token: about('mallory') });
      await renewed(connected);
      assert.equal(stored(connected)?.accessToken?.reveal(), 'proof-next');
      assert.equal(stored(connected)?.idToken?.reveal(), about('robin'));
    });
  });

  describe('says where each fact comes from', () => {
    const claims = { scope: 'claimed', sub: 'robin', exp: 4_000_000_000 };
    const labels = (item: Item | undefined) => item?.fields.map(({ label }) => label) ?? [];
    const source = (item: Item | undefined) => {
      const field = item?.fields.find(({ label }) => label === 'Source');
      return field && 'text' in field ? field.text : undefined;
    };

    it('that the server tells of some, of others told when it issued the token, and the token claims the rest', async () => {
      const token = jwt(claims);
      server.answers.set('/token', { ...granted, access_token: token, scope: 'granted' });
      introspecting({ [token]: { active: true, scope: 'told' } });
      const access = await row(await connect(), 'access_token');
      assert.match(source(access) ?? '', /^the server’s answer about this token/);
      assert.deepEqual(labels(access), [
        'Source',
        'Scopes',
        'Received (this computer’s clock)',
        'Expires (computed from the token response)',
        'Subject (unverified claim)',
        'Expires (unverified claim)',
        'Client',
      ]);
    });

    it('that nobody was asked about', async () => {
      server.answers.set('/token', { ...granted, scope: 'granted' });
      const access = await row(await connect({ scopes: 'asked' }), 'access_token');
      assert.equal(source(access), 'the token response');
      assert(labels(access).includes('Scopes (token response)'));
      server.answers.set('/token', granted);
      const other = await row(await connect({ scopes: 'asked' }), 'access_token');
      assert(labels(other).includes('Scopes (as requested)'));
    });

    it('that the server calls not active, of which it tells nothing else', async () => {
      const tokens: Record<string, unknown> = { 'proof-access': { active: true, scope: 'told' } };
      introspecting(tokens);
      const connected = await connect();
      delete tokens['proof-access'];
      const access = await row(connected, 'access_token');
      assert.equal(access?.status, 'inactive');
      assert.match(source(access) ?? '', /^state: .*introspection.*everything else: the token response$/);
      const refresh = await row(connected, 'refresh_token');
      assert.match(source(refresh) ?? '', /proves nothing here; everything else: not available/);
    });
  });

  describe('renews with a refresh token', () => {
    const sentTokens = () =>
      server
        .sent('/token')
        .map(({ body }) => new URLSearchParams(body).get('refresh_token'))
        .filter((token) => token !== null);
    const due = async (connected: Connected) =>
      harness.renewals.renew(await nodeOf(connected, 'access_token'), unhurried(), { isUnattended: true });

    it('that the server has refused for good: not again, not even by hand', async () => {
      const connected = await connect();
      server.answers.set('/token', json(400, { error: 'invalid_grant' }));
      const node = await nodeOf(connected, 'access_token');
      const outdated = node.path();
      await failure(harness.renewals.renew(node, unhurried()));
      assert.deepEqual((await row(connected, 'access_token'))?.actions, ['revoke']);
      const { session } = connected;
      const again = await failure((async () => session.renew?.(outdated, unhurried()))());
      assert.deepEqual([again.kind, again.code, again.nothingSent], ['unauthorized', 'invalid_grant', true]);
      assert.deepEqual(sentTokens(), ['proof-refresh']);
    });

    for (const [what, lost] of Object.entries<Reply>({
      'was lost behind a proxy': { status: 502 },
      'took too long for a proxy': { status: 504 },
      'was an error of the server': { status: 500 },
      'cannot be understood': { status: 200, body: 'what?' },
    })) {
      it(`whose last answer ${what}: once more by hand, and not by a timer`, async () => {
        const connected = await connect();
        server.answers.set('/token', lost);
        await failure(due(connected));
        const error = await failure(due(connected));
        assert.deepEqual([error.kind, error.code], ['rejected', 'renewal-interrupted']);
        assert.deepEqual(sentTokens(), ['proof-refresh']);
        server.answers.set('/token', { ...granted, access_token: 'proof-next' });
        await renewed(connected);
        assert.equal(sentTokens().length, 2);
        await due(connected);
        assert.equal(sentTokens().length, 3);
      });
    }

    for (const reply of [
      { status: 503 },
      { status: 429 },
      json(400, { error: 'invalid_scope' }),
    ] satisfies Reply[]) {
      it(`that a server answers with ${reply.status}, having done nothing: again when it is due`, async () => {
        const connected = await connect();
        server.answers.set('/token', reply);
        await failure(due(connected));
        server.answers.set('/token', { ...granted, access_token: 'proof-next' });
        await due(connected);
        assert.equal(sentTokens().length, 2);
      });
    }
  });

  it('leaves no ID token behind when everything else was revoked', async () => {
    const tokens: Record<string, unknown> = {
      'proof-access': { active: true },
      'proof-refresh': { active: true },
    };
    introspecting(tokens);
    server.answers.set('/token', () => ({
      ...granted,
      id_token: jwt({ iss: server.url, aud: 'desk', sub: 'robin', nonce: nonce() }),
    }));
    server.answers.set('/revoke', ({ body }: RecordedRequest): Reply => {
      delete tokens[new URLSearchParams(body).get('token') ?? ''];
      return { status: 200, body: '' };
    });
    const connected = await connect({ scopes: 'openid' });
    assert.equal((await rows(connected)).length, 3);
    await revoked(connected, 'access_token');
    await revoked(connected, 'refresh_token');
    assert.deepEqual(
      (await rows(connected)).map(({ kind }) => kind),
      ['note'],
    );
    assert.deepEqual(Object.keys(stored(connected) ?? {}), ['facts']);
  });

  it('offers no act on a row that does not offer it', async () => {
    const connected = await connect();
    const [access, refresh] = await rows(connected);
    assert(access && refresh);
    const inert = (item: Item): Item => ({ ...item, actions: [] });
    const { session } = connected;
    for (const act of [
      () => session.renew?.([refresh], unhurried()),
      () => session.renew?.([inert(access)], unhurried()),
      () => session.revocation?.revoke([inert(access)], unhurried()),
      () => session.revocation?.revoke([access, access], unhurried()),
    ]) {
      server.requests.length = 0;
      const error = await failure((async () => act())());
      assert.equal(error.kind, 'unsupported');
      assert.deepEqual(server.requests, []);
    }
  });
});
