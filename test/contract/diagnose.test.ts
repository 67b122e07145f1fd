import assert from 'node:assert/strict';
import { codegen } from '../../src/adapters/codegen/index.ts';
import {
  type Diagnosis,
  diagnose,
  type Suspect,
  suspects,
  verdict,
} from '../../src/core/diagnose/diagnose.ts';
import { checkConnections } from '../../src/core/diagnose/healthCheck.ts';
import type { ConnectionNode } from '../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import type { Settings } from '../../src/core/model/item.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { createProbes } from '../../src/platform/network/probes.ts';
import { type ProxySettings, proxyFor } from '../../src/platform/network/proxy.ts';
import { type ClosableTransport, createUndiciTransport } from '../../src/platform/network/undiciTransport.ts';
import { evidenceSentence, suspectWords, verdictSentence } from '../../src/ui/text/diagnosis.ts';
import { selfSigned } from '../servers/certificates.ts';
import { type CodegenServer, startCodegen } from '../servers/codegen.ts';
import { day, json, noHost, type Reply, send } from '../servers/loopback.ts';
import { startProxy } from '../servers/proxy.ts';
import { startTlsFront } from '../servers/tls.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { wording } from '../unit/ui/wording.ts';
import { Harness, unhurried } from './harness.ts';

const noProxy: ProxySettings = {
  isOff: false,
  proxy: new Secret(''),
  noProxy: ['<-loopback>'],
  authorization: undefined,
  checksCertificate: true,
};

describe('Diagnosing a connection', () => {
  let server: CodegenServer;
  let harness: Harness;
  let root: ConnectionNode;
  let proxy: ProxySettings;
  let transport: ClosableTransport;

  async function begin(now?: () => number): Promise<void> {
    useProxy('');
    server = await startCodegen(now ? { now } : {});
    harness = new Harness(codegen, new SkippingClock(Date.now()), {
      send: (request) => transport.send(request),
    });
    ({ root } = await harness.connect({
      baseUrl: server.url,
      token: server.credentials.token,
      organization: String(server.credentials.organizationId),
    }));
    server.requests.length = 0;
    useProxy('');
  }

  /** As when settings change: nothing goes on over connections that were open before. */
  function useProxy(address: string): void {
    void transport?.close();
    proxy = { ...noProxy, proxy: new Secret(address) };
    transport = createUndiciTransport({
      connectMs: 3000,
      proxyFor: (target) => proxyFor(target, proxy, {}),
      authorities: async () => [],
    });
  }

  beforeEach(() => begin());
  afterEach(async () => {
    harness.dispose();
    await server.stop();
  });

  async function look(): Promise<Diagnosis> {
    const { sessions, credentialStore, clock } = harness;
    const options = () => ({ stack: 'undici' as const, connectMs: 3000, proxy });
    const probes = createProbes(credentialStore, options);
    const before = server.requests.length;
    const diagnosis = await diagnose(root, root.branch, { sessions, probes, clock }, unhurried());
    const [greeting] = server.requests.slice(before);
    assert.equal(greeting?.headers.authorization, undefined);
    assert(
      server.requests.every(({ method }) => method === 'GET'),
      'something was changed at the service',
    );
    assert.deepEqual(
      diagnosis.findings.map(({ suspect }) => suspect),
      suspects,
    );
    return diagnosis;
  }

  async function reconnect(settings: Settings, secrets = { token: new Secret(server.credentials.token) }) {
    const { account, id, settings: before } = root.connection;
    await harness.connections.reconnect(id, { account, settings: { ...before, ...settings }, secrets });
  }

  function answering(reply: Reply): void {
    server.intercept(({ response }) => {
      send(response, reply);
      return true;
    });
  }

  /** That one is at fault, those before it are in order, and all of it can be said. */
  function assertAtFault(diagnosis: Diagnosis, suspect: Suspect, error?: string): void {
    const fault = verdict(diagnosis);
    assert.equal(fault?.suspect, suspect, JSON.stringify(diagnosis.findings));
    const evidence = fault?.evidence;
    if (error !== undefined) {
      assert(evidence?.kind === 'error');
      assert.equal(`${evidence.error.kind} ${evidence.error.code ?? ''}`.trim(), error);
    }
    for (const finding of diagnosis.findings) {
      assert(suspectWords(finding.suspect, wording).length > 2);
    }
    assert(verdictSentence(diagnosis, wording).endsWith('.'));
    const words = JSON.stringify(
      diagnosis.findings.map(({ evidence }) => evidence && evidenceSentence(evidence, wording)),
    );
    assert(!words.includes(server.credentials.token));
  }

  function resultOf(diagnosis: Diagnosis, suspect: Suspect): string | undefined {
    return diagnosis.findings.find((finding) => finding.suspect === suspect)?.result;
  }

  it('finds nothing where nothing is at fault, and leaves nothing behind', async () => {
    const before = [...harness.credentialStore.values.keys()];
    const diagnosis = await look();
    assert.equal(verdict(diagnosis), undefined, JSON.stringify(diagnosis.findings));
    assert(diagnosis.findings.every(({ result }) => result === 'ok'));
    assert.equal(verdictSentence(diagnosis, wording), 'No problems found.');
    assert.deepEqual([...harness.credentialStore.values.keys()], before);
  });

  it('names the keyring when it does not keep a value, and looks further all the same', async () => {
    harness.credentialStore.write = async () => {
      throw new TokenManagerError('storage', '', { code: 'lost' });
    };
    const diagnosis = await look();
    assertAtFault(diagnosis, 'keyring', 'storage lost');
    assert.equal(resultOf(diagnosis, 'credential'), 'ok');
  });

  it('names the credentials when there are none', async () => {
    harness.credentialStore.values.clear();
    harness.sessions.close(root.key);
    const diagnosis = await look();
    assertAtFault(diagnosis, 'credential', 'credentialMissing');
    assert.equal(resultOf(diagnosis, 'service'), 'ok');
    assert.equal(resultOf(diagnosis, 'access'), 'notReached');
  });

  it('names DNS for a host that does not exist', async () => {
    await reconnect({ baseUrl: `https://${noHost}` });
    const diagnosis = await look();
    assertAtFault(diagnosis, 'dns');
    assert.equal(resultOf(diagnosis, 'certificate'), 'notReached');
  });

  for (const [title, options, code] of [
    ['refuses', { refusal: 403 }, 'proxy-refused'],
    ['wants a password', { password: 'me:secret' }, 'proxy-authentication'],
  ] as const) {
    it(`names a proxy that ${title}`, async () => {
      const sandbox = await startProxy(options);
      useProxy(sandbox.origin);
      try {
        assertAtFault(await look(), 'proxy', `proxy ${code}`);
        assert.equal(server.requests.length, 0);
      } finally {
        await sandbox.stop();
      }
    });
  }

  it('names a proxy that cannot be used, before anything is looked up', async () => {
    useProxy('socks5://127.0.0.1:1');
    const diagnosis = await look();
    assertAtFault(diagnosis, 'proxy', 'proxy unusable-proxy');
    assert.equal(resultOf(diagnosis, 'dns'), 'notReached');
  });

  it('names the proxy it went through when all is well', async () => {
    const sandbox = await startProxy();
    useProxy(sandbox.origin.replace('//', '//me:secret@'));
    try {
      const diagnosis = await look();
      assert.equal(verdict(diagnosis), undefined);
      const { evidence } = diagnosis.findings.find(({ suspect }) => suspect === 'proxy') ?? {};
      assert.deepEqual(evidence, { kind: 'via', host: new URL(sandbox.origin).host });
    } finally {
      await sandbox.stop();
    }
  });

  it('names a certificate that nobody trusts', async () => {
    const front = await startTlsFront(server.url, selfSigned({ hosts: ['127.0.0.1'] }));
    try {
      await reconnect({ baseUrl: front.origin });
      const diagnosis = await look();
      assertAtFault(diagnosis, 'certificate', 'tls DEPTH_ZERO_SELF_SIGNED_CERT');
      assert.equal(resultOf(diagnosis, 'proxy'), 'ok');
    } finally {
      await front.stop();
    }
  });

  it('names a service that does not listen', async () => {
    const { url } = server;
    await server.stop();
    const diagnosis = await look();
    assertAtFault(diagnosis, 'service', 'network ECONNREFUSED');
    assert.equal(resultOf(diagnosis, 'certificate'), 'notReached');
    server = await startCodegen({ port: Number(new URL(url).port) });
  });

  it('names the clock of this computer', async () => {
    harness.dispose();
    await server.stop();
    await begin(() => Date.now() - 9 * day);
    const diagnosis = await look();
    assertAtFault(diagnosis, 'clock');
    const evidence = verdict(diagnosis)?.evidence;
    assert(evidence && /9 days ahead/.test(evidenceSentence(evidence, wording)));
    assert.equal(resultOf(diagnosis, 'credential'), 'ok');
  });

  it('names credentials that are not accepted', async () => {
    await reconnect({}, { token: new Secret('another-token') });
    const diagnosis = await look();
    assertAtFault(diagnosis, 'credential');
    assert.equal(resultOf(diagnosis, 'service'), 'ok');
    assert.equal(resultOf(diagnosis, 'rateLimit'), 'notReached');
  });

  it('names a missing access', async () => {
    answering(json(403, { message: 'no' }));
    const diagnosis = await look();
    assertAtFault(diagnosis, 'access', 'forbidden');
    assert.equal(resultOf(diagnosis, 'credential'), 'ok');
  });

  it('names an organization that is not there', async () => {
    await reconnect({ organization: '999999' });
    const diagnosis = await look();
    assertAtFault(diagnosis, 'organization');
    assert.equal(resultOf(diagnosis, 'credential'), 'ok');
  });

  it('names a rate limit and says until when', async () => {
    answering(json(429, { message: 'slow down' }, { 'Retry-After': '3600' }));
    const diagnosis = await look();
    assertAtFault(diagnosis, 'rateLimit', 'rateLimited');
    const evidence = verdict(diagnosis)?.evidence;
    assert(evidence && /asks to wait until/.test(evidenceSentence(evidence, wording)));
  });

  it('stops when it is told to', async () => {
    const { sessions, credentialStore, clock } = harness;
    const probes = createProbes(credentialStore, () => ({ stack: 'undici', connectMs: 3000, proxy }));
    const controller = new AbortController();
    server.intercept(() => {
      controller.abort();
      return true;
    });
    await assert.rejects(
      diagnose(root, root.branch, { sessions, probes, clock }, controller.signal),
      (error) => error instanceof TokenManagerError && error.kind === 'cancelled',
    );
  });

  it('has a quick look at every connection, and tells which work', async () => {
    const broken = await harness.connections.add({
      ...root.connection,
      label: 'broken',
      secrets: { token: new Secret('another-token') },
    });
    const healths = await checkConnections(harness.inventory.roots, harness.sessions, unhurried());
    assert.deepEqual(
      healths.map(({ root: { key }, error }) => [key, error?.kind]),
      [
        [root.key, undefined],
        [broken.id, 'unauthorized'],
      ],
    );
  });
});
