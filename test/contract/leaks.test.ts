import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { valueRevocations } from '../../src/adapters/leaks/revocations.ts';
import { tokenShapes } from '../../src/adapters/leaks/shapes.ts';
import { ConnectionHttp } from '../../src/core/http/client.ts';
import { revokeByValue, type ValueRevocation } from '../../src/core/leaks/revokeByValue.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { MemoryLogger, SkippingClock } from '../unit/fakes.ts';
import { stackNames, stacks } from './stacks.ts';

const value = 'a-value-with /odd+characters=&"';

/** What the service's documents say it answers, by method and path; a body tells more than the status for some. */
interface Documented {
  readonly shape: string;
  readonly revoke: string;
  readonly accepted: readonly [status: number, body?: string];
  /** Absent where the service has no way to see whether it takes the value. */
  readonly seen?: {
    readonly probe: string;
    readonly alive: readonly [status: number, body?: string];
    readonly dead: readonly [status: number, body?: string];
  };
  /** Where the value stands in the request that revokes. */
  readonly carried: (request: Seen) => string | undefined;
}

type Answer = readonly [status: number, body?: string, headers?: Readonly<Record<string, string>>];

interface Seen {
  readonly line: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

const asBearer = ({ headers }: Seen) => String(headers.authorization).replace(/^Bearer /, '');
const inList = ({ headers, body }: Seen) => {
  assert.equal(headers.authorization, undefined);
  return JSON.parse(body).credentials[0];
};
const privateToken = ({ headers }: Seen) => String(headers['private-token']);

const documented: readonly Documented[] = [
  {
    shape: 'github-classic',
    revoke: 'POST /credentials/revoke',
    accepted: [202],
    seen: { probe: 'GET /user', alive: [200, '{}'], dead: [401, '{"message":"Bad credentials"}'] },
    carried: inList,
  },
  {
    shape: 'github-app-refresh',
    revoke: 'POST /credentials/revoke',
    accepted: [202],
    carried: inList,
  },
  {
    shape: 'github-app-installation',
    revoke: 'DELETE /installation/token',
    accepted: [204],
    seen: { probe: 'GET /installation/repositories', alive: [200, '{}'], dead: [401] },
    carried: asBearer,
  },
  {
    shape: 'hugging-face',
    revoke: 'POST /api/credentials/revoke',
    accepted: [202],
    seen: { probe: 'GET /api/whoami-v2', alive: [200, '{}'], dead: [401] },
    carried: inList,
  },
  {
    shape: 'gitlab-personal',
    revoke: 'DELETE /personal_access_tokens/self',
    accepted: [204],
    seen: { probe: 'GET /personal_access_tokens/self', alive: [200, '{"id":1}'], dead: [401] },
    carried: privateToken,
  },
  {
    shape: 'slack-bot',
    revoke: 'POST /auth.revoke',
    accepted: [200, '{"ok":true,"revoked":true}'],
    seen: {
      probe: 'POST /auth.test',
      alive: [200, '{"ok":true}'],
      dead: [200, '{"ok":false,"error":"token_revoked"}'],
    },
    carried: asBearer,
  },
  {
    shape: 'doppler',
    revoke: 'POST /v3/auth/revoke',
    accepted: [200, '{"success":true}'],
    seen: { probe: 'GET /v3/me', alive: [200, '{}'], dead: [401] },
    carried: ({ body }) => JSON.parse(body).token,
  },
  {
    shape: 'digitalocean-oauth',
    revoke: 'POST /v1/oauth/revoke',
    accepted: [200, '{}'],
    seen: { probe: 'GET /v1/oauth/token/info', alive: [200, '{}'], dead: [401] },
    carried: ({ body }) => new URLSearchParams(body).get('token') ?? undefined,
  },
  {
    shape: 'buildkite',
    revoke: 'DELETE /v2/access-token',
    accepted: [204],
    seen: { probe: 'GET /v2/access-token', alive: [200, '{}'], dead: [401] },
    carried: asBearer,
  },
  {
    shape: 'npm',
    revoke: `DELETE /-/user/token/${encodeURIComponent(value)}`,
    accepted: [200, '{"ok":true}'],
    seen: { probe: 'GET /-/whoami', alive: [200, '{"username":"octocat"}'], dead: [401] },
    carried: ({ line }) => decodeURIComponent(line.split('/').at(-1) ?? ''),
  },
  {
    shape: 'vercel',
    revoke: 'DELETE /v3/user/tokens/current',
    accepted: [200, '{"tokenId":"5d9f"}'],
    seen: {
      probe: 'GET /v5/user/tokens/current',
      alive: [200, '{"token":{"id":"5d9f"}}'],
      dead: [403, '{"error":{"code":"forbidden","message":"Not authorized","invalidToken":true}}'],
    },
    carried: asBearer,
  },
  {
    shape: 'heroku',
    revoke: 'DELETE /oauth/tokens/01234567-89ab',
    accepted: [200, '{}'],
    seen: {
      probe: 'GET /oauth/authorizations',
      alive: [
        200,
        JSON.stringify([
          { access_token: { id: 'another', token: `${value}2` } },
          { access_token: null },
          { access_token: { id: '01234567-89ab', token: value } },
        ]),
      ],
      dead: [401, '{"id":"unauthorized","message":"Invalid credentials provided."}'],
    },
    carried: asBearer,
  },
  {
    shape: 'crates-io',
    revoke: 'DELETE /api/v1/tokens/current',
    accepted: [204],
    carried: ({ headers }) => headers.authorization?.toString(),
  },
  {
    shape: 'google-refresh',
    revoke: 'POST /revoke',
    accepted: [200, '{}'],
    carried: ({ headers, body }) => {
      assert.equal(headers.authorization, undefined);
      return new URLSearchParams(body).get('token') ?? undefined;
    },
  },
];

describe('the services that revoke by value', () => {
  it('are each for shapes that exist, at an address of their own over https', () => {
    const known = new Set(tokenShapes.map(({ id }) => id));
    const shapes = valueRevocations.flatMap((how) => how.shapes);
    assert.equal(new Set(shapes).size, shapes.length);
    for (const how of valueRevocations) {
      assert.equal(new URL(how.baseUrl).protocol, 'https:');
      for (const shape of how.shapes) assert(known.has(shape), shape);
    }
  });

  it('are all documented here', () => {
    const tried = new Set(documented.map(({ shape }) => revocationOf(shape)));
    assert.deepEqual([...tried], valueRevocations);
  });

  it('revoke nothing where the value is not in the list that names it', async () => {
    const { identify } = revocationOf('heroku');
    const body = JSON.stringify([{ access_token: { id: '1', token: `${value}2` } }, null]);
    const answer = { status: 200, headers: {}, body, retryAt: undefined, redact: (text: string) => text };
    assert.equal(identify?.idIn(answer, new Secret(value)), undefined);
    assert.equal(identify?.idIn({ ...answer, status: 403 }, new Secret(value)), undefined);
  });

  for (const stack of stackNames) {
    for (const entry of documented) {
      describe(`${entry.shape}, over ${stack}`, () => storiesOf(entry, stack));
    }
  }
});

function revocationOf(shape: string): ValueRevocation {
  const how = valueRevocations.find(({ shapes }) => shapes.includes(shape));
  assert(how, shape);
  return how;
}

function storiesOf(entry: Documented, stack: (typeof stackNames)[number]): void {
  const how = revocationOf(entry.shape);
  let seen: Seen[];
  let isAlive: boolean;
  /** How often the value is still taken after the service has accepted the revocation. */
  let lag: number;
  let onRevoke: Answer | 'lost';
  let server: ReturnType<typeof createServer>;

  beforeEach(async () => {
    seen = [];
    isAlive = true;
    lag = 0;
    onRevoke = entry.accepted;
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const line = `${request.method} ${request.url}`;
      seen.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString() });
      if (line === entry.revoke) {
        if (onRevoke === entry.accepted || onRevoke === 'lost') isAlive = lag-- > 0;
        if (onRevoke === 'lost') return response.socket?.resetAndDestroy();
        response.writeHead(onRevoke[0], onRevoke[2]).end(onRevoke[1] ?? '');
      } else {
        assert.equal(line, entry.seen?.probe);
        const [status, body] = (isAlive ? entry.seen?.alive : entry.seen?.dead) ?? [500];
        if (seen.length > 1) isAlive &&= onRevoke !== entry.accepted || lag-- > 0;
        response.writeHead(status).end(body ?? '');
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => server.close());

  async function revoke() {
    const { port } = server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    const transport = stacks[stack]();
    const logger = new MemoryLogger();
    const clock = new SkippingClock();
    const http = new ConnectionHttp([base], {
      adapterId: 'leaks',
      transport: async () => transport,
      limits: () => ({ connectMs: 5000, headersMs: 5000, bodyMs: 5000, maxBytes: 1_000_000 }),
      clock,
      logger,
      random: () => 0,
    });
    try {
      return await revokeByValue(
        new Secret(value),
        how,
        http.client(base),
        clock,
        AbortSignal.timeout(10_000),
      );
    } finally {
      await transport.close();
      assert(!JSON.stringify(logger).includes(value.slice(0, 12)));
    }
  }

  const sent = () => seen.filter(({ line }) => line === entry.revoke);

  it('sends the value once, in the documented place, and says no more than was seen', async () => {
    assert.deepEqual(await revoke(), { kind: entry.seen ? 'dead' : 'accepted' });
    assert.equal(sent().length, 1);
    const [request] = sent();
    assert(request);
    assert.equal(entry.carried(request), value);
  });

  it('says that it was refused in the service’s words, without the value, and does not ask twice', async () => {
    onRevoke = [403, JSON.stringify({ message: `rate limit of ${value}` })];
    assert.deepEqual(await revoke(), { kind: 'refused', status: 403, words: 'rate limit of ••••••••' });
    assert.equal(sent().length, 1);
  });

  it('does not wait for an hour, nor send the value again, where the service has had enough requests', async () => {
    const message = 'API rate limit exceeded';
    const headers = { 'retry-after': '3600', 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0' };
    for (const status of [403, 429]) {
      onRevoke = [status, JSON.stringify({ message }), headers];
      seen = [];
      const outcome = await revoke().catch((thrown: unknown) => thrown);
      if (!(outcome instanceof TokenManagerError)) {
        assert.deepEqual(outcome, { kind: 'refused', status, words: message });
      }
      assert.equal(sent().length, 1);
    }
  });

  it('says that it does not know when the answer is lost and the value still taken', async () => {
    onRevoke = 'lost';
    lag = 100;
    const outcome = await revoke();
    assert.equal(outcome.kind, 'unknown');
    assert(outcome.kind === 'unknown' && outcome.error instanceof TokenManagerError);
  });

  if (!entry.seen) {
    return;
  }

  it('says that it is accepted while the service still takes the value', async () => {
    lag = 100;
    assert.deepEqual(await revoke(), { kind: 'accepted' });
    assert.equal(sent().length, 1);
  });

  it('looks again until the value is dead', async () => {
    lag = 3;
    assert.deepEqual(await revoke(), { kind: 'dead' });
  });

  it('sends nothing to revoke what is dead already', async () => {
    isAlive = false;
    assert.deepEqual(await revoke(), { kind: 'deadBefore' });
    assert.deepEqual(sent(), []);
  });

  it('finds out after a lost answer that it is dead', async () => {
    onRevoke = 'lost';
    assert.deepEqual(await revoke(), { kind: 'dead' });
    assert.equal(sent().length, 1);
  });
}
