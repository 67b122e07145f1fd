import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationTarget, workspace } from 'vscode';
import type { TransportResponse } from '../../src/core/ports.ts';
import { settings } from '../../src/platform/host/settings.ts';
import { createTransport, type NetworkOptions } from '../../src/platform/network/transport.ts';
import { listen, type RecordedRequest, Traffic } from '../servers/loopback.ts';
import { type SandboxProxy, startProxy } from '../servers/proxy.ts';

describe('the network, as VS Code’s settings have it,', () => {
  const traffic = new Traffic();
  let service: Awaited<ReturnType<typeof listen>>;
  let proxy: SandboxProxy;

  before(async () => {
    service = await listen(() => ({ status: 200, body: '{}' }), traffic, {});
    proxy = await startProxy({ password: 'me:proxy-password' });
  });
  after(async () => {
    await proxy.stop();
    await service.stop();
  });
  afterEach(async () => {
    await setByUser('http.proxy', undefined);
    await setByUser('http.noProxy', undefined);
  });

  const place = () => new URL(proxy.origin).host;

  async function send(network: NetworkOptions): Promise<TransportResponse> {
    const transport = await createTransport(network, undefined);
    try {
      return await transport.send({
        method: 'GET',
        url: new URL('/x', service.origin),
        headers: {},
        limits: settings.transportLimits(),
        signal: new AbortController().signal,
      });
    } finally {
      await transport.close();
    }
  }

  it('goes through the proxy that the user has set, with its password', async () => {
    await setByUser('http.proxy', `http://me:proxy-password@${place()}`);
    await setByUser('http.noProxy', ['<-loopback>']);
    assert.equal((await send(settings.network())).status, 200);
    // VS Code itself goes through it as well meanwhile.
    const { host } = new URL(service.origin);
    const ours = proxy.attempts.filter(({ target }) => target === host);
    assert.deepEqual(
      ours.map(({ status }) => status),
      [200],
    );
  });

  it('does not go where a workspace says', async () => {
    const before = proxy.attempts.length;
    await withWorkspaceSettings(
      {
        'http.proxy': `http://me:proxy-password@${place()}`,
        'http.proxySupport': 'off',
        'http.proxyStrictSSL': false,
        'http.proxyAuthorization': 'Basic x',
        'http.noProxy': ['<-loopback>'],
        'oauthTokens.network.stack': 'vscode',
        'oauthTokens.network.connectTimeoutSeconds': 299,
        'oauthTokens.network.bodyTimeoutSeconds': 299,
      },
      async () => {
        const { stack, connectMs, proxy: chosen } = settings.network();
        assert.deepEqual([stack, connectMs], ['undici', 10_000]);
        assert.equal(settings.transportLimits().bodyMs, 60_000);
        assert.deepEqual(
          [
            chosen.proxy.reveal(),
            chosen.noProxy,
            chosen.isOff,
            chosen.checksCertificate,
            chosen.authorization,
          ],
          ['', [], false, true, undefined],
        );
        assert.equal((await send(settings.network())).status, 200);
      },
    );
    assert.equal(proxy.attempts.length, before);
  });

  it('is the extension host’s own fetch when that is chosen', async () => {
    const before = traffic.requests.length;
    assert.equal((await send({ ...settings.network(), stack: 'vscode' })).status, 200);
    const arrived: readonly RecordedRequest[] = traffic.requests.slice(before);
    assert.deepEqual(
      arrived.map(({ headers }) => [headers['sec-fetch-mode'], headers['accept-encoding']]),
      [['cors', 'identity']],
    );
  });
});

async function setByUser(id: string, value: unknown): Promise<void> {
  await workspace.getConfiguration().update(id, value, ConfigurationTarget.Global);
}

/** Runs something while the workspace says what it must not have a say in, and one thing that it may. */
async function withWorkspaceSettings(
  values: Readonly<Record<string, unknown>>,
  work: () => Promise<void>,
): Promise<void> {
  const [folder] = workspace.workspaceFolders ?? [];
  assert(folder, 'no folder is open');
  const directory = join(folder.uri.fsPath, '.vscode');
  const hasArrived = new Promise<void>((resolve) => {
    const listener = workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('editor.tabSize')) {
        listener.dispose();
        resolve();
      }
    });
  });
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'settings.json'), JSON.stringify({ ...values, 'editor.tabSize': 3 }));
  try {
    await hasArrived;
    await work();
  } finally {
    await rm(directory, { recursive: true });
  }
}
