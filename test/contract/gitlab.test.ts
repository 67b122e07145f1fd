import assert from 'node:assert/strict';
import { gitlab } from '../../src/adapters/gitlab/description.ts';
import type { AdapterIo } from '../../src/core/adapter/contract.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import type { Secrets } from '../../src/core/ports.ts';
import { type GitLabServer, startGitLab } from '../servers/gitlab.ts';
import { json, send } from '../servers/loopback.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { everyRow, failure, Harness, readAll, unhurried } from './harness.ts';

describe('GitLab, by its description', () => {
  let server: GitLabServer;
  let harness: Harness;

  beforeEach(async () => {
    server = await startGitLab();
    harness = new Harness(gitlab);
  });
  afterEach(async () => {
    harness.dispose();
    await server.stop();
  });

  it('names the user when connecting', async () => {
    const { account } = await harness.signIn(answersFor(server));
    assert.deepEqual(account, { id: '77', name: 'shopfront-dev' });
  });

  it('shows the active tokens at first, and the others when asked', async () => {
    const { session } = await harness.connect(answersFor(server));
    const names = async (includeExpired: boolean) =>
      (await readAll(session, undefined, { includeExpired })).items.map(({ name }) => name);
    const active = await names(false);
    assert.equal(active.length, 123);
    assert.equal((await names(true)).length, 125);
    assert(!active.includes('Old laptop') && !active.includes('Conference demo'));
  });

  it('reads state, expiry, last use and accesses from a row', async () => {
    const { session } = await harness.connect(answersFor(server));
    const rows = (await everyRow(session, { includeExpired: true })).map(({ item }) => item);
    const row = (name: string) => rows.find((item) => item.name === name);
    assert.deepEqual([row('Old laptop')?.status, row('Old laptop')?.actions], ['revoked', []]);
    assert.deepEqual(row('Backup')?.lifetime, { kind: 'never' });
    assert.equal(row('Backup')?.lastUsedAt, null);
    const pipeline = row('Release pipeline');
    assert(pipeline?.lifetime.kind === 'expires');
    assert.equal(new Date(pipeline.lifetime.at).toISOString().slice(10), 'T00:00:00.000Z');
    assert(pipeline.children.kind === 'inline');
    assert.deepEqual(
      pipeline.children.items.map(({ name }) => name),
      ['api', 'write_repository'],
    );
  });

  const project = { project_id: 12, group_id: null, access: 'selected_memberships' };
  const user = { project_id: null, group_id: null, access: 'user' };
  for (const [title, granular, expected] of [
    [
      'what a fine-grained token may do, and where',
      [
        { ...project, permissions: ['read_issue', 'create_issue'] },
        { ...user, permissions: ['read_user'] },
      ],
      [
        ['read_issue, create_issue', 'Access selected_memberships · Project 12'],
        ['read_user', 'Access user'],
      ],
    ],
    ['that a token is fine-grained where nothing says what it may do', undefined, [['granular', undefined]]],
  ] as const) {
    it(`shows ${title}`, async () => {
      const { session } = await harness.connect(answersFor(server));
      const token = { id: 5, name: 'Fine', revoked: false, scopes: ['granular'], granular_scopes: granular };
      server.intercept(({ request, response }) => {
        const isList = request.path.endsWith('/personal_access_tokens');
        if (isList) {
          send(response, json(200, [token], { 'X-Total': '1' }));
        }
        return isList;
      });
      const [row] = (await readAll(session, undefined)).items;
      assert(row?.children.kind === 'inline');
      assert.deepEqual(
        row.children.items.map(({ name, owner }) => [name, owner]),
        expected,
      );
    });
  }

  it('marks the token in use, and offers to rotate that one only', async () => {
    const { session } = await harness.connect(answersFor(server));
    const { items } = await readAll(session, undefined);
    assert.deepEqual(
      items.filter(({ actions }) => actions.includes('renew')).map(({ name, remark }) => [name, remark]),
      [['Editor', 'this connection’s own token']],
    );
  });

  it('stores a rotated token before it says so, and goes on with it', async () => {
    const { root, connection, session } = await harness.connect(answersFor(server));
    const [own] = (await readAll(session, undefined)).items;
    assert(own);
    const node = await harness.nodeAt(root, [own]);
    const { kind } = await harness.renewals.renew(node, unhurried());
    assert.equal(kind, 'replaced');
    const stored = harness.credentialStore.values.get(connection.id)?.credential;
    assert.equal(stored?.reveal(), server.state.tokens.at(-1)?.value);
    const rotations = server.requests.filter(({ path }) => path.endsWith('/rotate'));
    assert.deepEqual(
      rotations.map(({ path, status }) => [path, status]),
      [['/api/v4/personal_access_tokens/1/rotate', 200]],
    );
    assert.equal((await readAll(session, undefined)).items.length, 123);
  });

  it('does not rotate twice when the answer is lost, which would kill the successor', async () => {
    const { root, session } = await harness.connect(answersFor(server));
    const [own] = (await readAll(session, undefined)).items;
    assert(own);
    const node = await harness.nodeAt(root, [own]);
    server.intercept(({ request, response, answer }) => {
      if (!request.path.endsWith('/rotate')) {
        return false;
      }
      answer();
      response.socket?.resetAndDestroy();
      return true;
    });
    assert.equal((await failure(harness.renewals.renew(node, unhurried()))).kind, 'network');
    assert.equal(server.requests.filter(({ path }) => path.endsWith('/rotate')).length, 1);
  });
});

describe('Rotating a token of GitLab', () => {
  let server: GitLabServer;
  let harness: Harness;
  let stored: Secrets;
  let isStoreBroken: boolean;

  beforeEach(async () => {
    const clock = new SkippingClock();
    server = await startGitLab({ now: () => clock.now() });
    harness = new Harness(gitlab, clock);
    stored = {};
    isStoreBroken = false;
  });
  afterEach(async () => {
    harness.dispose();
    await server.stop();
  });

  /** One window's session; all windows have one store. */
  async function openWindow() {
    const { settings, secrets } = await harness.signIn(answersFor(server));
    stored = { ...secrets, ...stored };
    const io: AdapterIo = {
      ...harness.sessions.formIo(harness.adapter, { settings, secrets }),
      readSecrets: async () => stored,
      saveSecrets: async (changes) => {
        if (isStoreBroken && changes.credential) {
          throw new TokenManagerError('storage');
        }
        const kept = Object.entries({ ...stored, ...changes }).flatMap(([id, secret]) =>
          secret ? [[id, secret] as const] : [],
        );
        stored = Object.fromEntries(kept);
      },
    };
    const session = harness.adapter.open({ settings, secrets }, io);
    const own = (await readAll(session, undefined)).items.find(({ isOwnCredential }) => isOwnCredential);
    assert(own);
    return { renew: async () => session.renew?.([own], unhurried()), session };
  }

  const rotations = () => server.requests.filter(({ path }) => path.endsWith('/rotate'));

  it('keeps the length of its life, and tells when the new one ends', async () => {
    const { renew } = await openWindow();
    const [own] = server.state.tokens;
    assert(own?.expires_at);
    const days = (from: string, to: string) =>
      Math.ceil((Date.parse(to) - Date.parse(from)) / (24 * 60 * 60_000));
    const before = days(own.created_at, own.expires_at);
    const outcome = await renew();
    const successor = server.state.tokens.at(-1);
    assert(successor?.expires_at);
    assert.equal(days(successor.created_at, successor.expires_at), before);
    assert.deepEqual(outcome, { expiresAt: Date.parse(successor.expires_at) });
  });

  it('adopts what another window has stored meanwhile, and sends nothing', async () => {
    const [first, second] = [await openWindow(), await openWindow()];
    await first.renew();
    await second.renew();
    assert.equal(rotations().length, 1);
    assert.equal((await readAll(second.session, undefined)).items.length, 123);
  });

  it('is no success before the new token is stored', async () => {
    const { renew, session } = await openWindow();
    isStoreBroken = true;
    assert.equal((await failure(renew())).kind, 'storage');
    // The session has the only copy left, and goes on with it.
    assert.equal((await readAll(session, undefined)).items.length, 123);
  });

  for (const [title, acts, sent] of [
    ['sends no value again that may be used up', true, 1],
    ['tries again where the value is still good', false, 2],
  ] as const) {
    it(`${title} after an answer was lost`, async () => {
      const { renew } = await openWindow();
      const restore = server.intercept(({ request, response, answer }) => {
        if (!request.path.endsWith('/rotate')) {
          return false;
        }
        if (acts) {
          answer();
        }
        response.socket?.resetAndDestroy();
        return true;
      });
      await failure(renew());
      restore();
      if (acts) {
        const error = await failure(renew());
        assert.deepEqual([error.kind, error.code], ['unauthorized', 'renewal-in-doubt']);
        assert.equal(server.state.tokens.at(-1)?.revoked, false, 'the successor was taken back');
      } else {
        await renew();
      }
      assert.equal(rotations().length, sent);
    });
  }

  it('goes on with a value that came with a line break, which no header carries', async () => {
    const { renew, session } = await openWindow();
    server.intercept(({ request, response, answer }) => {
      if (!request.path.endsWith('/rotate')) {
        return false;
      }
      const body = String(answer().body);
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(body.replace(/("token":"[^"]+)"/, '$1\\n"'));
      return true;
    });
    await renew();
    assert.equal(stored.credential?.reveal(), server.state.tokens.at(-1)?.value);
    assert.equal((await readAll(session, undefined)).items.length, 123);
  });

  it('may be tried again at once after a refusal', async () => {
    const { renew } = await openWindow();
    const restore = server.intercept(({ request, response }) => {
      if (!request.path.endsWith('/rotate')) {
        return false;
      }
      response.writeHead(403, { 'Content-Type': 'application/json' }).end('{"message":"not now"}');
      return true;
    });
    assert.equal((await failure(renew())).kind, 'forbidden');
    restore();
    server.requests.length = 0;
    await renew();
    assert.deepEqual(
      server.requests.map(({ path }) => path.replace(/^.*personal_access_tokens/, '')),
      ['/1/rotate'],
    );
  });
});

function answersFor({ url, credentials }: GitLabServer) {
  return { baseUrl: url, credential: credentials.token };
}
