import assert from 'node:assert/strict';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import type { ErrorKind, TokenManagerError } from '../../../src/core/model/errors.ts';
import type { Item, ItemPath } from '../../../src/core/model/item.ts';
import type { TransportLimits } from '../../../src/core/ports.ts';
import type { ClosableTransport } from '../../../src/platform/network/undiciTransport.ts';
import { errorWords } from '../../../src/ui/text/errors.ts';
import { createAuthority, type Identity, selfSigned } from '../../servers/certificates.ts';
import {
  day,
  type Exchange,
  isRecord,
  listen,
  noHost,
  type Reply,
  send,
  Traffic,
} from '../../servers/loopback.ts';
import { generousLimits } from '../../unit/core/memoryCore.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { wording } from '../../unit/ui/wording.ts';
import { type AdapterContract, type ContractSubject, statuses } from '../adapterContract.ts';
import {
  activeOnly,
  assertNoSecretIn,
  type Connected,
  everyRow,
  failure,
  Harness,
  unhurried,
} from '../harness.ts';
import { type StackName, stacks } from '../stacks.ts';
import { moved, withFronts } from './fronts.ts';
import { judge, type Outcome, summary } from './outcome.ts';
import { ownStackFaults, proxyFaults } from './proxyFaults.ts';

/** What rows say, by the kind of error; the same for every service. */
const rowTexts: Readonly<Partial<Record<ErrorKind, string>>> = {
  network: 'Cannot reach the service',
  timeout: 'Request timed out',
  server: 'The service reported an error',
  rateLimited: 'Too many requests',
  unauthorized: 'Credentials not accepted',
  forbidden: 'Access denied',
  notFound: 'Not found',
  rejected: 'Refused by the service',
  protocol: 'Unexpected response',
};

/** A fault that a running service can show on one address. */
interface ServiceFault {
  readonly title: string;
  /** Under which a contract's `kinds` may name another kind. */
  readonly key?: string;
  readonly outcome: Outcome;
  /** Where fetch lets us know less. */
  readonly overFetch?: Outcome;
  readonly limits?: Partial<TransportLimits>;
  /** It takes a second, or sends megabytes. */
  readonly isCostly?: boolean;
  play(exchange: Exchange): void;
}

const jsonHeaders = { 'Content-Type': 'application/json' };
const quick = { connectMs: 100, headersMs: 100, bodyMs: 300 };
const megabyte = Buffer.alloc(1024 * 1024, ' ');
const packedMegabyte = gzipSync(megabyte);

const lost: Outcome = { kind: 'network', row: 'Cannot reach the service', sent: 4 };
const late: Outcome = { kind: 'timeout', row: 'Request timed out', sent: 1 };
const unexpected: Outcome = { kind: 'protocol', row: 'Unexpected response', sent: 1 };

/** What comes of these depends on how an adapter asks and on what it makes of the answer. */
const answerFaults: readonly ServiceFault[] = [
  {
    title: 'a connection reset before the answer',
    outcome: lost,
    play: ({ response }) => response.socket?.resetAndDestroy(),
  },
  {
    title: 'a connection reset in the middle of the answer',
    outcome: lost,
    play: ({ response }) => {
      response.writeHead(200, { ...jsonHeaders, 'Content-Length': 1000 });
      response.write('{"', () => response.socket?.resetAndDestroy());
    },
  },
  ...Object.entries({
    truncated: '{"items":[{"id":',
    html: '<!doctype html><title>Sign in</title>',
    empty: '',
    null: 'null',
  }).map(
    ([key, body]): ServiceFault => ({
      title: `200 with a body that is ${key}`,
      key,
      outcome: unexpected,
      play: ({ response }) => send(response, { status: 200, headers: jsonHeaders, body }),
    }),
  ),
];

/** These end before an adapter gets an answer to read. */
const networkFaults: readonly ServiceFault[] = [
  { title: 'an answer that never begins', outcome: late, limits: quick, play: () => undefined },
  {
    title: 'an answer that comes a byte at a time',
    isCostly: true,
    outcome: late,
    limits: quick,
    play: ({ response }) => {
      response.writeHead(200, jsonHeaders);
      const drip = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(drip));
    },
  },
  {
    title: 'an answer of 60 MB',
    isCostly: true,
    outcome: { ...unexpected, code: 'answer-too-large' },
    play: ({ response }) => {
      response.writeHead(200, jsonHeaders);
      let left = 60;
      const more = () => {
        while (left > 0 && !response.destroyed && response.write(megabyte)) {
          left--;
        }
        if (left <= 0) {
          response.end();
        }
      };
      response.on('drain', more);
      more();
    },
  },
  {
    title: 'an answer that unpacks to 60 MB',
    outcome: { ...unexpected, code: 'compressed-answer' },
    play: ({ response }) =>
      send(response, {
        status: 200,
        headers: { ...jsonHeaders, 'Content-Encoding': 'gzip' },
        // Packed parts one after another are packed data again (RFC 1952 section 2.2).
        body: Buffer.concat(Array.from({ length: 60 }, () => packedMegabyte)),
      }),
  },
  {
    title: 'an answer that is not HTTP',
    outcome: { ...unexpected, code: 'not-http' },
    play: ({ response }) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n\r\n'),
  },
  {
    title: 'headers without end',
    isCostly: true,
    outcome: { ...unexpected, code: 'headers-too-large' },
    play: ({ response }) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\n${'X-Filler: x\r\n'.repeat(20_000)}`);
    },
  },
  {
    title: 'a 407 from a proxy in between',
    outcome: { kind: 'proxy', code: 'proxy-authentication', row: 'Proxy requires authentication', sent: 1 },
    // The Fetch standard makes of a 407 an error without a name.
    overFetch: lost,
    play: ({ response }) => send(response, { status: 407 }),
  },
];

const briefFaults = networkFaults.filter(({ isCostly }) => isCostly !== true);

const notTrusted: Outcome = {
  kind: 'tls',
  code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  row: 'Certificate not trusted',
  sent: 0,
};

/**
 * One fault after another at one adapter over one stack, each against real sockets.
 * @param extent `answers` has one case for all of what never comes to the adapter, as slow and broken connections and
 * certificates, and leaves out what of that takes long
 */
export function faultTable(
  stack: StackName,
  name: string,
  contract: AdapterContract,
  extent: 'answers' | 'all' = 'all',
): void {
  describe(`${name} over ${stack}, under faults,`, () => {
    const count = { cases: 0 };
    const authority = createAuthority('sandbox authority');
    const unknownIdentity = () => selfSigned({ hosts: ['127.0.0.1'] });
    const trusted = getCACertificates('default');
    before(() => setDefaultCACertificates([...trusted, authority.cert]));
    after(() => {
      setDefaultCACertificates(trusted);
      console.log(`    ${count.cases} fault cases: ${name} over ${stack}`);
    });

    /** One case, or several that share a service. */
    function faultCase(title: string, work: () => Promise<unknown>, cases = () => 1): void {
      it(title, async () => {
        await work();
        count.cases += cases();
      });
    }

    async function withSubject(
      work: (subject: ContractSubject, harness: Harness) => Promise<void>,
      transport: ClosableTransport = stacks[stack](),
      limits: Partial<TransportLimits> = {},
    ): Promise<void> {
      const clock = new SkippingClock();
      const subject = await contract.start({ now: () => clock.now() });
      const harness = new Harness(subject.factory, clock, transport, limits);
      try {
        await work(subject, harness);
      } finally {
        harness.dispose();
        await subject.server.stop();
      }
    }

    /** Reads the branch under test while the service shows a fault, and judges what came of it. */
    async function readUnderFault(
      subject: ContractSubject,
      harness: Harness,
      outcome: Outcome,
      begin: () => unknown,
    ): Promise<TokenManagerError> {
      const connected = await harness.connect(subject.answers);
      const parent = await branchOf(contract, connected);
      await begin();
      subject.server.requests.length = 0;
      harness.logger.lines.length = 0;
      const error = await failure(connected.session.list(parent, undefined, activeOnly, unhurried()));
      judge(error, outcome);
      assert.equal(mostSent(subject, harness), outcome.sent, 'sent another number of times');
      assertNoSecretIn([error, harness.logger.lines], subject.secrets);
      return error;
    }

    function playing(faults: readonly ServiceFault[]): void {
      for (const { title, key, outcome, overFetch = outcome, limits, play } of faults) {
        const usual = stack === 'fetch' ? overFetch : outcome;
        const expected = named(usual, contract.kinds?.[key ?? '']);
        faultCase(`${title} is ${summary(expected)}`, () => {
          // Strict only once the fault has begun: connecting may take its time.
          const current: Partial<TransportLimits> = {};
          return withSubject(
            async (subject, harness) => {
              await readUnderFault(subject, harness, expected, () => {
                Object.assign(current, limits);
                return subject.server.intercept((exchange) => {
                  play(exchange);
                  return true;
                });
              });
            },
            stacks[stack](),
            current,
          );
        });
      }
    }

    playing(answerFaults);

    for (const [status, kind] of Object.entries(statuses)) {
      const vendors: Reply = contract.errorReply(Number(status), 'Not like this');
      for (const [what, reply] of [
        ['the vendor’s own body', vendors],
        ['no body', { status: Number(status) }],
      ] as const) {
        const isBusy = [429, 502, 503, 504].includes(reply.status);
        const base: Outcome = { kind, row: rowTexts[kind] ?? '', sent: isBusy ? 4 : 1 };
        const expected = named(base, contract.kinds?.[status]);
        faultCase(`${status} with ${what} is ${summary(expected)}`, () =>
          withSubject(async (subject, harness) => {
            const error = await readUnderFault(subject, harness, expected, () =>
              subject.server.intercept(({ response }) => {
                send(response, reply);
                return true;
              }),
            );
            assert.equal(error.status, Number(status));
          }),
        );
      }
    }

    for (const [status, kind] of [
      [429, 'rateLimited'],
      [503, 'server'],
    ] as const) {
      faultCase(
        `a wait that a ${status} asks for is kept however often Refresh is pressed, and then ended`,
        () =>
          withSubject(async (subject, harness) => {
            const connected = await harness.connect(subject.answers);
            const { root } = connected;
            const parent = await branchOf(contract, connected);
            const branch = parent ? (await harness.nodeAt(root, parent)).branch : root.branch;
            await harness.inventory.open(branch);
            const rows = branch.nodes.length;
            const restore = subject.server.intercept(({ response }) => {
              send(response, { status, headers: { 'Retry-After': '120' } });
              return true;
            });
            await harness.inventory.refresh(branch);
            const retryAt = branch.error?.retryAt ?? 0;
            assert.equal(branch.error?.kind, kind);
            assert.equal(retryAt, harness.clock.now() + 120_000);
            restore();
            subject.server.requests.length = 0;
            for (let pressed = 0; pressed < 5; pressed++) {
              await harness.inventory.refreshAll();
              await harness.inventory.open(branch);
            }
            assert.deepEqual(subject.server.requests, []);
            const { title, sentence, remedy } = errorWords(branch.error, wording);
            assert.deepEqual([title, remedy], [rowTexts[kind], 'none']);
            assert(sentence.includes(wording.absoluteTime(retryAt)), sentence);
            assert.equal(branch.nodes.length, rows);
            harness.clock.advance(120_001);
            await harness.inventory.open(branch);
            assert.deepEqual([branch.error, branch.nodes.length], [undefined, rows]);
          }),
      );
    }

    faultCase('a port where nobody listens is “Cannot reach the service”, tried four times', () =>
      withSubject(async (subject, harness) => {
        const connected = await harness.connect(subject.answers);
        const parent = await branchOf(contract, connected);
        await subject.server.stop();
        harness.logger.lines.length = 0;
        const error = await failure(connected.session.list(parent, undefined, activeOnly, unhurried()));
        // A connection that was kept open may have been written to before its end was noticed.
        judge(error, { ...lost, nothingSent: error.nothingSent });
        assert.equal(mostLogged(harness), 4);
      }),
    );

    faultCase('a redirect to another origin is refused, and nothing is sent there', () =>
      withSubject(async (subject, harness) => {
        const elsewhere = new Traffic();
        const listener = await listen(() => ({ status: 200, body: '[]' }), elsewhere, {});
        try {
          await readUnderFault(subject, harness, redirected, () =>
            redirectTo(subject, () => listener.origin),
          );
          assert.deepEqual(elsewhere.requests, []);
        } finally {
          await listener.stop();
        }
      }),
    );

    faultCase('fields that nobody knows change nothing', () =>
      withSubject(async (subject, harness) => {
        const connected = await harness.connect(subject.answers);
        const parent = await branchOf(contract, connected);
        const read = async () =>
          (await connected.session.list(parent, undefined, activeOnly, unhurried())).items;
        const rows = await read();
        subject.server.intercept((exchange) => {
          const answer = exchange.answer();
          const body = JSON.stringify(widened(JSON.parse(String(answer.body))));
          send(exchange.response, { ...answer, body });
          return true;
        });
        assert.deepEqual(await read(), rows);
      }),
    );

    let fields = 0;
    faultCase(
      'a wrong type in any field is an unexpected answer or changes nothing else, and loses no row silently',
      () =>
        withSubject(async (subject, harness) => {
          fields = await wrongTypes(contract, subject, harness);
        }),
      () => fields,
    );

    if (contract.signsIn) {
      faultCase('a sign-in that is answered 503 is sent once, and told', () =>
        withSubject(async (subject, harness) => {
          const parent = await branchOf(contract, await harness.connect(subject.answers));
          const { session } = await harness.connect(subject.answers);
          subject.server.requests.length = 0;
          subject.server.intercept(({ response }) => {
            send(response, contract.errorReply(503, 'Not like this'));
            return true;
          });
          const error = await failure(session.list(parent, undefined, activeOnly, unhurried()));
          judge(error, { kind: 'server', row: 'The service reported an error', sent: 1 });
          assert.equal(subject.server.requests.length, 1);
          assertNoSecretIn([error, harness.logger.lines], subject.secrets);
        }),
      );
    }

    /** All on one connection, which has to read as before afterwards. */
    async function underBriefFaults(
      subject: ContractSubject,
      harness: Harness,
      current: Partial<TransportLimits>,
    ): Promise<void> {
      const connected = await harness.connect(subject.answers);
      const parent = await branchOf(contract, connected);
      const read = () => connected.session.list(parent, undefined, activeOnly, unhurried());
      const { items } = await read();
      for (const { title, outcome, overFetch = outcome, limits, play } of briefFaults) {
        subject.server.requests.length = 0;
        Object.assign(current, limits);
        const restore = subject.server.intercept((exchange) => {
          play(exchange);
          return true;
        });
        const error = await failure(read());
        restore();
        Object.assign(current, generousLimits);
        const expected = stack === 'fetch' ? overFetch : outcome;
        judge(error, expected);
        assert.equal(mostSent(subject, harness), expected.sent, title);
      }
      await withFronts(subject, unknownIdentity(), async ({ answers }) => {
        subject.server.requests.length = 0;
        judge(await failure(harness.signIn(answers)), notTrusted);
        assert.deepEqual(subject.server.requests, []);
      });
      assertNoSecretIn([harness.logger.lines], subject.secrets);
      assert.deepEqual((await read()).items, items);
    }

    if (extent === 'answers') {
      const current: Partial<TransportLimits> = {};
      faultCase(
        'what never comes to the adapter is told as of any other service, and the next read is whole',
        () =>
          withSubject(
            (subject, harness) => underBriefFaults(subject, harness, current),
            stacks[stack](),
            current,
          ),
        () => briefFaults.length + 1,
      );
      return;
    }

    playing(networkFaults);

    faultCase('a read that is cancelled before the answer ends at once, and lets the connection go', () =>
      withSubject(async (subject, harness) => {
        const connected = await harness.connect(subject.answers);
        const parent = await branchOf(contract, connected);
        const closed = new Promise<void>((resolve) => {
          subject.server.intercept(({ response }) => {
            response.on('close', resolve);
            controller.abort();
            return true;
          });
        });
        const controller = new AbortController();
        const error = await failure(connected.session.list(parent, undefined, activeOnly, controller.signal));
        assert.equal(error.kind, 'cancelled');
        await closed;
      }),
    );

    faultCase(
      'a port where nobody has ever listened is “Cannot reach the service”, and nothing is sent',
      () =>
        withSubject(async (subject, harness) => {
          const listener = await listen(() => ({ status: 200 }), new Traffic(), {});
          await listener.stop();
          const elsewhere = moved(subject, () => listener.origin);
          judge(await failure(harness.signIn(elsewhere)), { ...lost, sent: 0, code: 'ECONNREFUSED' });
          assert.deepEqual(subject.server.requests, []);
        }),
    );

    faultCase('a host that does not exist is “Cannot reach the service”, and nothing is sent', () =>
      withSubject(async (subject, harness) => {
        const elsewhere = moved(subject, () => `https://${noHost}`);
        judge(await failure(harness.signIn(elsewhere)), { ...lost, sent: 0 });
        assert.deepEqual(subject.server.requests, []);
      }),
    );

    faultCase('a redirect from https to http is refused, and nothing is sent there', () =>
      withSubject((subject, harness) =>
        withFronts(subject, authority.issue({ hosts: ['127.0.0.1'] }), async (behindTls) => {
          await readUnderFault(behindTls, harness, redirected, () =>
            redirectTo(behindTls, ({ request }) => `http://${request.headers.host}`),
          );
        }),
      ),
    );

    const certificates: Readonly<
      Record<string, { readonly identity: () => Identity; readonly outcome: Outcome }>
    > = {
      'a certificate signed by itself': {
        identity: unknownIdentity,
        outcome: notTrusted,
      },
      'a certificate of an unknown authority': {
        identity: () => createAuthority('somebody').issue({ hosts: ['127.0.0.1'] }),
        outcome: {
          kind: 'tls',
          code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
          row: 'Certificate not trusted',
          sent: 0,
        },
      },
      'an expired certificate': {
        identity: () => authority.issue({ hosts: ['127.0.0.1'], notAfter: Date.now() - day / 2 }),
        outcome: { kind: 'tls', code: 'CERT_HAS_EXPIRED', row: 'Certificate expired', sent: 0 },
      },
      'a certificate that is not valid yet': {
        identity: () => authority.issue({ hosts: ['127.0.0.1'], notBefore: Date.now() + day / 2 }),
        outcome: { kind: 'tls', code: 'CERT_NOT_YET_VALID', row: 'Certificate expired', sent: 0 },
      },
      'a certificate for another host': {
        identity: () => authority.issue({ hosts: ['other.example', '127.0.0.2'] }),
        outcome: {
          kind: 'tls',
          code: 'ERR_TLS_CERT_ALTNAME_INVALID',
          row: 'Certificate of another host',
          sent: 0,
        },
      },
    };
    for (const [title, { identity, outcome }] of Object.entries(certificates)) {
      faultCase(`${title} is ${summary(outcome)}`, () =>
        withSubject((subject, harness) =>
          withFronts(subject, identity(), async ({ answers, server }) => {
            judge(await failure(harness.signIn(answers)), outcome);
            assert.deepEqual(server.requests, []);
          }),
        ),
      );
    }

    faultCase('a certificate that nobody vouches for is refused also while Node is told to check none', () =>
      withSubject((subject, harness) =>
        withFronts(subject, selfSigned({ hosts: ['127.0.0.1'] }), async ({ answers, server }) => {
          const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
          process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
          try {
            judge(
              await failure(harness.signIn(answers)),
              stack === 'fetch'
                ? {
                    kind: 'tls',
                    code: 'unchecked-certificates',
                    row: 'Certificates not checked',
                    sent: 0,
                  }
                : {
                    kind: 'tls',
                    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
                    row: 'Certificate not trusted',
                    sent: 0,
                  },
            );
          } finally {
            delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
            Object.assign(process.env, before !== undefined && { NODE_TLS_REJECT_UNAUTHORIZED: before });
          }
          assert.deepEqual(server.requests, []);
        }),
      ),
    );

    faultCase('a certificate of an authority that is trusted is no fault', () =>
      withSubject((subject, harness) =>
        withFronts(subject, authority.issue({ hosts: ['127.0.0.1'] }), async ({ answers }) => {
          const { session } = await harness.connect(answers);
          assert.notEqual((await everyRow(session)).length, 0);
        }),
      ),
    );

    proxyFaults(stack, faultCase, withSubject);
    if (stack === 'undici') {
      ownStackFaults(faultCase, withSubject);
    }
  });
}

const redirected: Outcome = {
  kind: 'configuration',
  code: 'redirect',
  row: 'Check the connection’s settings',
  sent: 1,
};

/** The outcome where a vendor's fault means another kind than usual. */
function named(outcome: Outcome, kind: ErrorKind | undefined): Outcome {
  return kind === undefined ? outcome : { ...outcome, kind, row: rowTexts[kind] ?? '' };
}

/** How often the request was sent that was sent most often. */
function mostSent({ server }: ContractSubject, harness: Harness): number {
  for (const { origin } of server.requests) {
    assert(
      [...harness.origins].some(
        (known) => new URL(known).port === new URL(origin).port || known.startsWith('https:'),
      ),
    );
  }
  return most(server.requests.map(({ method, path, query }) => `${method} ${path}?${query}`));
}

function mostLogged({ logger }: Harness): number {
  return most(logger.lines.map(({ message }) => message.split(' ').slice(0, 4).join(' ')));
}

function most(names: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const name of names) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** The path of the branch under test, once the session is signed in. */
async function branchOf(contract: AdapterContract, { session }: Connected): Promise<ItemPath | undefined> {
  if (!contract.branch) {
    // The exchange is a write, which is not repeated as the reads after it are.
    await (contract.signsIn && session.list(undefined, undefined, activeOnly, unhurried()));
    return undefined;
  }
  const found = (await everyRow(session)).find((row) => contract.branch?.(row));
  assert(found, 'no row is like that');
  return found.path;
}

function redirectTo({ server }: ContractSubject, origin: (exchange: Exchange) => string): () => void {
  return server.intercept((exchange) => {
    const Location = `${origin(exchange)}${exchange.request.path}`;
    send(exchange.response, { status: 302, headers: { Location } });
    return true;
  });
}

function widened(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(widened);
  }
  return isRecord(value)
    ? {
        ...Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, widened(inner)])),
        addedByTomorrow: [{ since: 'today' }],
      }
    : value;
}

/**
 * Reads the branch once for each field of each answer it is made of, with a value of another type in it.
 * @returns how many there were
 */
async function wrongTypes(
  contract: AdapterContract,
  subject: ContractSubject,
  harness: Harness,
): Promise<number> {
  const connected = await harness.connect(subject.answers);
  const parent = await branchOf(contract, connected);
  const read = () => connected.session.list(parent, undefined, activeOnly, unhurried());
  const bodies = new Map<string, unknown>();
  const restore = subject.server.intercept((exchange) => {
    const answer = exchange.answer();
    bodies.set(exchange.request.path, JSON.parse(String(answer.body)));
    send(exchange.response, answer);
    return true;
  });
  const whole = (await read()).items;
  restore();
  let fields = 0;
  for (const [path, body] of bodies) {
    for (const place of placesIn(body)) {
      const spoilt = subject.server.intercept((exchange) => {
        if (exchange.request.path !== path) {
          return false;
        }
        const answer = exchange.answer();
        const changed = JSON.stringify(withWrongType(JSON.parse(String(answer.body)), place));
        send(exchange.response, { ...answer, body: changed });
        return true;
      });
      const outcome = await read().catch((error: unknown) => error);
      spoilt();
      assertHonest(outcome, whole, `${path} ${place.join('.')}`);
      fields++;
    }
  }
  return fields;
}

/** Either it is told, or all rows are there. */
function assertHonest(outcome: unknown, whole: readonly Item[], place: string): void {
  if (isRecord(outcome) && Array.isArray(outcome.items)) {
    const isTold = Array.isArray(outcome.problems) && outcome.problems.length > 0;
    assert(isTold || outcome.items.length === whole.length, `${place}: rows are missing silently`);
    return;
  }
  assert(isRecord(outcome) && typeof outcome.kind === 'string', `${place}: ${String(outcome)}`);
  assert(['protocol', 'server', 'rejected'].includes(outcome.kind), `${place}: ${outcome.kind}`);
}

type Place = readonly (string | number)[];

/** Every field of a value, but of the elements of an array only the first one's. */
function placesIn(value: unknown, above: Place = []): Place[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : [[...above, 0], ...placesIn(value[0], [...above, 0])];
  }
  return isRecord(value)
    ? Object.entries(value).flatMap(([key, inner]) => [[...above, key], ...placesIn(inner, [...above, key])])
    : [];
}

function withWrongType(value: unknown, [step, ...below]: Place): unknown {
  if (step === undefined) {
    return typeof value === 'object' && value !== null ? 7 : { wrong: ['type'] };
  }
  if (Array.isArray(value)) {
    return value.map((inner, index) => (index === step ? withWrongType(inner, below) : inner));
  }
  return isRecord(value) ? { ...value, [step]: withWrongType(value[step], below) } : value;
}
