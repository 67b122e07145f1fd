import assert from 'node:assert/strict';
import { json } from '../../servers/loopback.ts';
import { everyRow, failure, unhurried } from '../harness.ts';
import { Bench, login, refusal, rowAt } from './bench.ts';

describe('Turnkey', () => {
  const bench = new Bench();
  const { connect, answer } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when unlinking', () => {
    it('submits the activity exactly as documented', async () => {
      const { session } = await connect();
      const { path, item } = await login(session, 'Google');
      bench.server.requests.length = 0;
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      assert.equal(bench.server.requests.length, 1);
      assert.deepEqual(JSON.parse(bench.server.requests[0]?.body ?? ''), {
        type: 'ACTIVITY_TYPE_DELETE_OAUTH_PROVIDERS',
        timestampMs: String(bench.harness.clock.now()),
        organizationId: bench.server.credentials.organizationId,
        parameters: { userId: bench.server.credentials.userId, providerIds: [item.id] },
      });
    });

    it('sends the very same bytes and stamp again when the answer gets lost', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Google');
      let lost = 2;
      bench.server.requests.length = 0;
      bench.server.intercept((exchange) => {
        if (lost-- <= 0) {
          return false;
        }
        exchange.answer();
        exchange.response.socket?.resetAndDestroy();
        return true;
      });
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      assert.equal(bench.server.requests.length, 3);
      assert.equal(new Set(bench.server.requests.map(({ body }) => body)).size, 1);
      assert.equal(new Set(bench.server.requests.map(({ headers }) => headers['x-stamp'])).size, 1);
      assert.equal(bench.server.state.activities.length, 1);
    });

    it('asks every half second how a pending activity gets on', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Apple');
      bench.server.requests.length = 0;
      assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
      assert.deepEqual(
        bench.server.requests.map((request) => request.path.split('/').at(-1)),
        ['delete_oauth_providers', 'get_activity', 'get_activity', 'get_activity'],
      );
      assert.deepEqual(bench.harness.clock.sleeps, [500, 500, 500]);
    });

    it('stops asking after half a minute, and names the activity', async () => {
      const { session } = await connect();
      const { path, item } = await login(session, 'Apple');
      bench.server.state.outcomes.set(item.id, { status: 'CREATED', polls: 1000 });
      const outcome = await session.revocation?.revoke(path, unhurried());
      assert.deepEqual(outcome, {
        kind: 'stillRunning',
        reference: bench.server.state.activities[0]?.resource.id,
      });
      assert.deepEqual([bench.harness.clock.sleeps.length, bench.harness.clock.sleeps[0]], [60, 500]);
    });

    it('stops asking after half a minute also by a service whose clock runs backwards', async () => {
      const { session } = await connect();
      const { path, item } = await login(session, 'Apple');
      bench.server.state.outcomes.set(item.id, { status: 'CREATED', polls: 1000 });
      let now = Date.now();
      bench.server.intercept(({ response }) => {
        now -= 60 * 60_000;
        response.setHeader('Date', new Date(now).toUTCString());
        return false;
      });
      const outcome = await session.revocation?.revoke(path, unhurried());
      assert.equal(outcome?.kind, 'stillRunning');
      assert.equal(bench.harness.clock.sleeps.length, 60);
    });

    it('does not call an accepted activity failed because it cannot be asked about', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Apple');
      answer('get_activity', { status: 503 });
      const outcome = await session.revocation?.revoke(path, unhurried());
      assert.deepEqual(outcome, {
        kind: 'stillRunning',
        reference: bench.server.state.activities[0]?.resource.id,
      });
    });

    it('stops asking when it is cancelled', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Apple');
      const controller = new AbortController();
      bench.server.intercept(({ request }) => {
        if (request.path.endsWith('get_activity')) {
          controller.abort();
        }
        return false;
      });
      const revoking = session.revocation?.revoke(path, controller.signal) ?? Promise.resolve();
      assert.equal((await failure(revoking)).kind, 'cancelled');
    });

    for (const status of ['CONSENSUS_NEEDED', 'AUTHENTICATORS_NEEDED'] as const) {
      it(`waits for approval when the service says ${status}, without asking on`, async () => {
        const { session } = await connect();
        const { path, item } = await login(session, 'Okta Workforce');
        bench.server.state.outcomes.set(item.id, { status });
        bench.server.requests.length = 0;
        const outcome = await session.revocation?.revoke(path, unhurried());
        assert.deepEqual(outcome, {
          kind: 'waitingForApproval',
          reference: bench.server.state.activities[0]?.resource.id,
        });
        assert.equal(bench.server.requests.length, 1);
      });
    }

    describe('asked later about an activity that waited', () => {
      /** The reference of a revocation that waits, and a way to ask about it. */
      async function waitingActivity() {
        const { session } = await connect();
        const { path } = await login(session, 'Okta Workforce');
        const outcome = await session.revocation?.revoke(path, unhurried());
        assert(outcome && 'reference' in outcome);
        const [activity] = bench.server.state.activities;
        assert(activity);
        const ask = async () => session.revocation?.outcome?.(path, outcome.reference, unhurried());
        return { outcome, activity, ask };
      }

      it('takes a rejected question for no rejected activity', async () => {
        const { ask } = await waitingActivity();
        answer('get_activity', refusal(429, 'SIGNING_QUOTA_EXCEEDED', 'no signatures left'));
        assert.equal((await failure(ask())).kind, 'protocol');
      });

      it('says that it still waits, and asks once', async () => {
        const { outcome, ask } = await waitingActivity();
        bench.server.requests.length = 0;
        assert.deepEqual(await ask(), outcome);
        assert.deepEqual(
          bench.server.requests.map(({ path }) => path),
          ['/public/v1/query/get_activity'],
        );
      });

      it('says that it was carried out', async () => {
        const { activity, ask } = await waitingActivity();
        activity.resource = { ...activity.resource, status: 'ACTIVITY_STATUS_COMPLETED' };
        assert.deepEqual(await ask(), { kind: 'accepted' });
      });

      it('says that it was rejected', async () => {
        const { activity, ask } = await waitingActivity();
        activity.resource = { ...activity.resource, status: 'ACTIVITY_STATUS_REJECTED' };
        assert.equal((await failure(ask())).kind, 'rejected');
      });
    });

    it('says when the activity was rejected', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'GitLab CI');
      const error = await failure(session.revocation?.revoke(path, unhurried()) ?? Promise.resolve());
      assert.deepEqual([error.kind, error.code], ['rejected', 'ACTIVITY_STATUS_REJECTED']);
      assert.match(error.detail, /was rejected/);
    });

    it('gives the reason when the activity failed', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Auth0 staging');
      const error = await failure(session.revocation?.revoke(path, unhurried()) ?? Promise.resolve());
      assert.deepEqual([error.kind, error.code], ['rejected', 'ACTIVITY_STATUS_FAILED']);
      assert.match(error.detail, /failed: policy engine is not available for this resource$/);
    });

    it('calls a status that it does not know an unexpected answer', async () => {
      const { session } = await connect();
      const { path } = await login(session, 'Google');
      answer(
        'delete_oauth_providers',
        json(200, { activity: { id: 'a', status: 'ACTIVITY_STATUS_WHATEVER' } }),
      );
      const error = await failure(session.revocation?.revoke(path, unhurried()) ?? Promise.resolve());
      assert.equal(error.kind, 'protocol');
    });

    it('warns before the last login of a user is unlinked, also when the others went just before', async () => {
      const { root, session } = await connect();
      const support = (name: string) => rowAt(session, ['support-desk', name]);
      assert.deepEqual(session.revocation?.reach(await support('Google')), {
        sentence:
          'The sign-in “Google” is unlinked from the user “support-desk”, who can then no longer use it.',
        warnings: [],
      });
      const apple = await support('Apple');
      const both = [await support('Google'), apple].flatMap((path) => path.at(-1) ?? []);
      assert.deepEqual(session.revocation?.reach(apple, both).warnings, [
        'No sign-in stays linked to “support-desk”. Without another way to sign in, the user is locked out.',
      ]);
      const node = await bench.harness.nodeAt(root, await support('Google'));
      await bench.harness.revocations.revoke(node, unhurried());
      assert.deepEqual(session.revocation?.reach(apple).warnings, [
        'It is the last sign-in linked to “support-desk”. Without another way to sign in, the user is locked out.',
      ]);
    });

    for (const refusedAs of ['forbidden', 'mismatch'] as const) {
      it(`says that a parent's key may not change a sub-organization (${refusedAs})`, async () => {
        bench.server.state.subOrganizationDelete = refusedAs;
        const { session } = await connect();
        const row = (await everyRow(session)).find(({ path }) => path.length === 4);
        assert(row);
        assert.equal(session.revocation?.reach(row.path).warnings.length, 2);
        const error = await failure(session.revocation?.revoke(row.path, unhurried()) ?? Promise.resolve());
        assert.equal(error.kind, 'forbidden');
        assert.match(error.detail, /API key of its parent organization usually may not change/);
        assert.equal(
          error.code,
          refusedAs === 'forbidden' ? 'REQUEST_NOT_AUTHORIZED' : 'ORGANIZATION_MISMATCH',
        );
      });
    }

    it('hits exactly the user and the login whose identifiers are hostile', async () => {
      await bench.end();
      await bench.begin({ hostile: true });
      const { session } = await connect();
      const rows = (await everyRow(session)).filter(
        ({ path, item }) => item.kind === 'identity' && path[0].id === item.id,
      );
      assert(rows.length > 3);
      for (const { path, item } of rows) {
        assert.deepEqual(await session.revocation?.revoke(path, unhurried()), { kind: 'accepted' });
        const sent = JSON.parse(bench.server.requests.at(-1)?.body ?? '');
        assert.deepEqual(sent.parameters, { userId: item.id, providerIds: [item.id] });
      }
    });
  });
});
