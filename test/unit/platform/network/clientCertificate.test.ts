import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUndiciTransport } from '../../../../src/platform/network/undiciTransport.ts';
import { createAuthority } from '../../../servers/certificates.ts';
import { fingerprint, startMutualServer } from '../../../servers/mutualTls.ts';
import { join as joined, listening, portOf } from '../../../servers/tls.ts';
import { generousLimits } from '../../core/memoryCore.ts';

describe('a client certificate', () => {
  const company = createAuthority('the company');
  const client = company.issue({ hosts: ['desk'] });
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'client-'));
    await writeFile(join(folder, 'both.pem'), client.cert + client.key);
  });
  after(() => rm(folder, { recursive: true }));

  /** An https proxy that would like to see a certificate of whoever goes through it. */
  async function startCuriousProxy() {
    const shown: boolean[] = [];
    const own = company.issue({ hosts: ['127.0.0.1'] });
    const server = createServer({ ...own, ca: company.cert, requestCert: true, rejectUnauthorized: false });
    server.on('secureConnection', (socket) => shown.push(socket.getPeerX509Certificate() !== undefined));
    server.on('connect', ({ url = '' }, passenger) => {
      const { hostname, port } = new URL(`http://${url}`);
      const service = connect(Number(port), hostname, () => {
        passenger.write('HTTP/1.1 200 Connection established\r\n\r\n');
        joined(service, passenger);
      });
    });
    const stop = await listening(server);
    return { url: new URL(`https://127.0.0.1:${portOf(server)}`), shown, stop };
  }

  it('is shown to its origins through a proxy, and neither to the proxy nor to another origin', async () => {
    const [chosen, other, proxy] = await Promise.all([
      startMutualServer(company),
      startMutualServer(company),
      startCuriousProxy(),
    ]);
    const file = join(folder, 'both.pem');
    const transport = createUndiciTransport({
      connectMs: 5000,
      proxyFor: () => ({ url: proxy.url, authorization: undefined, checksCertificate: true }),
      authorities: async () => [company.cert],
      clientCertificate: { certificateFile: file, keyFile: file, origins: [chosen.origin] },
    });
    try {
      for (const { origin } of [other, chosen]) {
        await transport.send({
          method: 'GET',
          url: new URL('/.well-known/nothing', origin),
          headers: {},
          limits: generousLimits,
          signal: new AbortController().signal,
        });
      }
      assert.deepEqual(chosen.shown, [fingerprint(client.cert)]);
      assert.deepEqual(other.shown, [undefined]);
      assert.deepEqual(proxy.shown, [false, false]);
    } finally {
      await transport.close();
      await Promise.all([chosen.stop(), other.stop(), proxy.stop()]);
    }
  });
});
