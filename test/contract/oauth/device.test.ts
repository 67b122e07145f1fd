import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { json, type Reply, send } from '../../servers/loopback.ts';
import { type Answers, assertNoSecretIn, failure } from '../harness.ts';
import { Bench, rows, scopes, shop } from './bench.ts';

describe('An OAuth 2.0 server', () => {
  const bench = new Bench();
  const { sent } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('when signing in with a code', () => {
    const device = (more: Answers = {}): Answers => ({
      issuer: bench.server.url,
      method: 'device',
      ...shop(bench.server),
      scopes,
      ...more,
    });

    /** Lets the person act when the server is asked for the token for that many times. */
    function onPoll(count: number, act: () => Promise<void>): void {
      let polls = 0;
      bench.server.intercept(async ({ request }) => {
        if (request.path === '/token' && ++polls === count) {
          await act();
        }
        return false;
      });
    }

    it('waits for the user at the server’s pace, five seconds where it names none', async () => {
      onPoll(3, () => bench.person.enterCode());
      const connected = await bench.harness.connect(device());
      assert.equal((await rows(connected))[0]?.status, 'active');
      const [code] = bench.person.codes;
      assert.match(code?.code ?? '', /^[A-Z]{4}-[A-Z]{4}$/);
      assert.equal(code?.page, `${bench.server.url}/device`);
      assert.deepEqual(
        bench.harness.clock.sleeps.filter((ms) => ms >= 5000),
        [5000, 5000, 5000],
      );
    });

    it('proves that it is the one that began, where the server lists proof keys', async () => {
      onPoll(1, () => bench.person.enterCode());
      await bench.harness.connect(device());
      const bodyOf = (path: string) =>
        new URLSearchParams(bench.server.requests.find((request) => request.path === path)?.body);
      const verifier = bodyOf('/token').get('code_verifier') ?? '';
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const began = bodyOf('/device/auth');
      assert.deepEqual(
        [began.get('code_challenge'), began.get('code_challenge_method')],
        [challenge, 'S256'],
      );
      assertNoSecretIn([bench.harness.logger.lines], [verifier]);
    });

    it('asks less often when it is told to, and after an outage', async () => {
      let polls = 0;
      bench.server.intercept(({ request, response }) => {
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
      onPoll(3, () => bench.person.enterCode());
      await bench.harness.signIn(device());
      assert.deepEqual(
        bench.harness.clock.sleeps.filter((ms) => ms >= 5000),
        [5000, 10_000, 20_000],
      );
    });

    it('tells when the code was not entered in time', async () => {
      const error = await failure(bench.harness.signIn(device()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'expired_token']);
    });

    it('tells when the user declines', async () => {
      bench.person.says = 'no';
      onPoll(1, () => bench.person.enterCode());
      const error = await failure(bench.harness.signIn(device()));
      assert.deepEqual([error.kind, error.code], ['rejected', 'access_denied']);
    });

    it('stops when it is cancelled', async () => {
      const controller = new AbortController();
      bench.person.showDeviceCode = () => controller.abort();
      const draft = await bench.harness.fill(device());
      const io = bench.harness.sessions.signInIo(bench.harness.adapter, draft, bench.person);
      const error = await failure(bench.harness.adapter.signIn(draft, io, controller.signal));
      assert.equal(error.kind, 'cancelled');
      assert.deepEqual(sent('/token'), []);
    });
  });
});
