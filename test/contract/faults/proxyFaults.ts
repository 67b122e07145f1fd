import assert from 'node:assert/strict';
import { setGlobalProxyFromEnv } from 'node:http';
import type { TokenManagerError } from '../../../src/core/model/errors.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import type { ProxyServer } from '../../../src/platform/network/proxy.ts';
import {
  type ClosableTransport,
  createUndiciTransport,
} from '../../../src/platform/network/undiciTransport.ts';
import { createAuthority, selfSigned } from '../../servers/certificates.ts';
import { type ProxyOptions, startProxy } from '../../servers/proxy.ts';
import { startTlsFront } from '../../servers/tls.ts';
import type { ContractSubject } from '../adapterContract.ts';
import { assertNoSecretIn, everyRow, failure, type Harness } from '../harness.ts';
import { direct, type StackName, stacks } from '../stacks.ts';
import { withFronts } from './fronts.ts';
import { judge, type Outcome, summary } from './outcome.ts';

export type FaultCase = (title: string, work: () => Promise<unknown>) => void;

export type WithSubject = (
  work: (subject: ContractSubject, harness: Harness) => Promise<void>,
  transport?: ClosableTransport,
) => Promise<void>;

interface ThroughProxy {
  readonly error: TokenManagerError | undefined;
  /** How many requests the service saw. */
  readonly arrived: number;
  /** What the proxy answered. */
  readonly statuses: readonly number[];
}

interface Way {
  readonly transport: ClosableTransport;
  leave(): void;
}

const ways: Readonly<Record<StackName, (proxy: string, password: string | undefined) => Way>> = {
  undici: (proxy, password) => {
    const authorization = password === undefined ? undefined : basic(password);
    const server: ProxyServer = { url: new URL(proxy), authorization, checksCertificate: true };
    return {
      transport: createUndiciTransport({ ...direct, proxyFor: () => server }),
      leave: () => undefined,
    };
  },
  // What VS Code does for the fetch of its extension host, Node can do for its own.
  fetch: (proxy, password) => {
    const url = proxy.replace('//', password === undefined ? '//' : `//${password}@`);
    const leave = setGlobalProxyFromEnv({ http_proxy: url, https_proxy: url, no_proxy: '' });
    return { transport: stacks.fetch(), leave };
  },
};

/** Proxies, and how each stack comes to go through them. */
export function proxyFaults(stack: StackName, faultCase: FaultCase, withSubject: WithSubject): void {
  /** Connects and reads everything through a proxy. */
  async function through(
    options: ProxyOptions & { readonly isDown?: boolean },
    password: string | undefined,
    check: (attempt: ThroughProxy) => void,
  ): Promise<void> {
    const proxy = await startProxy(options);
    if (options.isDown) {
      await proxy.stop();
    }
    const way = ways[stack](proxy.origin, password);
    try {
      await withSubject(async (subject, harness) => {
        const work = harness.connect(subject.answers).then(({ session }) => everyRow(session));
        const isOpen = options.refusal === undefined && options.password === password && !options.isDown;
        const error = isOpen ? await work.then(() => undefined) : await failure(work);
        const { requests } = subject.server;
        check({
          error,
          arrived: requests.length,
          statuses: [...new Set(proxy.attempts.map(({ status }) => status))],
        });
        assert(
          requests.every(({ headers }) => headers['proxy-authorization'] === undefined),
          'the service saw the password of the proxy',
        );
        assertNoSecretIn(
          [error, harness.logger.lines],
          [...subject.secrets, ...(password ? [password] : [])],
        );
      }, way.transport);
    } finally {
      way.leave();
      await proxy.stop();
    }
  }

  const refuses: Outcome = {
    kind: 'proxy',
    code: 'proxy-refused',
    row: 'Proxy refused the connection',
    sent: 0,
  };
  // fetch tells neither what a proxy answered nor that it was the proxy that could not be reached.
  const wantsPassword: Outcome =
    stack === 'fetch'
      ? refuses
      : { kind: 'proxy', code: 'proxy-authentication', row: 'Proxy requires authentication', sent: 0 };
  const down: Outcome =
    stack === 'fetch'
      ? { kind: 'network', code: 'ECONNREFUSED', row: 'Cannot reach the service', sent: 0 }
      : { kind: 'proxy', code: 'ECONNREFUSED', row: 'Cannot reach the proxy', sent: 0 };

  faultCase('an open proxy is no fault', () =>
    through({}, undefined, ({ arrived, statuses }) => {
      assert.deepEqual(statuses, [200]);
      assert.notEqual(arrived, 0);
    }),
  );

  faultCase('a proxy with the right password is no fault', () =>
    through({ password: 'me:proxy-password' }, 'me:proxy-password', ({ arrived, statuses }) => {
      assert.deepEqual(statuses, [200]);
      assert.notEqual(arrived, 0);
    }),
  );

  for (const [title, password] of [
    ['the wrong password', 'me:other-password'],
    ['no password', undefined],
  ] as const) {
    faultCase(`a proxy with ${title} is ${summary(wantsPassword)}`, () =>
      through({ password: 'me:proxy-password' }, password, ({ error, arrived, statuses }) => {
        assert(error);
        judge(error, wantsPassword);
        assert.deepEqual([arrived, statuses], [0, [407]]);
      }),
    );
  }

  faultCase(`a proxy that refuses is ${summary(refuses)}`, () =>
    through({ refusal: 403 }, undefined, ({ error, arrived, statuses }) => {
      assert(error);
      judge(error, refuses);
      assert.deepEqual([arrived, statuses], [0, [403]]);
    }),
  );

  faultCase(`a proxy that is down is ${summary(down)}`, () =>
    through({ isDown: true }, undefined, ({ error, arrived }) => {
      assert(error);
      judge(error, down);
      assert.equal(arrived, 0);
    }),
  );
}

/** What only the extension’s own stack can do. */
export function ownStackFaults(faultCase: FaultCase, withSubject: WithSubject): void {
  for (const [title, checksCertificate] of [
    ['is not gone through', true],
    ['is gone through when told so, and services are checked all the same', false],
  ] as const) {
    faultCase(`an https proxy that nobody vouches for ${title}`, async () => {
      const proxy = await startProxy();
      const front = await startTlsFront(proxy.origin, selfSigned({ hosts: ['127.0.0.1'] }));
      const server: ProxyServer = { url: new URL(front.origin), authorization: undefined, checksCertificate };
      const transport = () => createUndiciTransport({ ...direct, proxyFor: () => server });
      try {
        await withSubject(async (subject, harness) => {
          if (checksCertificate) {
            const untrusted: Outcome = {
              kind: 'proxy',
              code: 'proxy-certificate',
              row: 'Proxy not trusted',
              sent: 0,
            };
            judge(await failure(harness.connect(subject.answers)), untrusted);
            assert.deepEqual([subject.server.requests, proxy.attempts], [[], []]);
            return;
          }
          await harness.connect(subject.answers);
          assert.notEqual(proxy.attempts.length, 0);
          await withFronts(
            subject,
            selfSigned({ hosts: ['127.0.0.1'] }),
            async ({ answers, server: service }) => {
              service.requests.length = 0;
              judge(await failure(harness.signIn(answers)), {
                kind: 'tls',
                row: 'Certificate not trusted',
                sent: 0,
              });
              assert.deepEqual(service.requests, []);
            },
          );
        }, transport());
      } finally {
        await front.stop();
        await proxy.stop();
      }
    });
  }

  faultCase('a certificate of the connection’s own authority is no fault', async () => {
    const own = createAuthority('the company');
    await withSubject(
      (subject, harness) =>
        withFronts(subject, own.issue({ hosts: ['127.0.0.1'] }), async ({ answers }) => {
          const { session } = await harness.connect(answers);
          assert.notEqual((await everyRow(session)).length, 0);
        }),
      createUndiciTransport({ ...direct, authorities: async () => [own.cert] }),
    );
  });
}

function basic(password: string): Secret {
  return new Secret(password).map((value) => `Basic ${Buffer.from(value).toString('base64')}`);
}
