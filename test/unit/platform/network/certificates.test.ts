import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificatesIn } from '../../../../src/platform/network/certificates.ts';
import { createTransport } from '../../../../src/platform/network/transport.ts';
import { createAuthority } from '../../../servers/certificates.ts';
import { listening, portOf } from '../../../servers/tls.ts';
import { generousLimits } from '../../core/memoryCore.ts';
import { direct } from '../direct.ts';

const network = { ...direct, connectMs: 1000 };

describe('a certificate authority file', () => {
  let folder: string;
  let path: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'authority-'));
    path = join(folder, 'ca.pem');
  });
  after(() => rm(folder, { recursive: true }));

  it('may hold several certificates, with anything around them', async () => {
    const certs = [createAuthority('one').cert, createAuthority('two').cert];
    await writeFile(path, `# Bag Attributes\r\n${certs.join('\n\n')}\nthe end\n`);
    const subjects = (await certificatesIn(path)).map((cert) => new X509Certificate(cert).subject);
    assert.deepEqual(subjects, ['CN=one', 'CN=two']);
  });

  it('is read only when it is a file, and a small one', async () => {
    const pipe = join(folder, 'pipe.pem');
    if (process.platform !== 'win32') {
      execFileSync('mkfifo', [pipe]);
    }
    const large = join(folder, 'large.pem');
    await writeFile(large, createAuthority('one').cert.repeat(3000));
    for (const odd of [pipe, large, folder]) {
      await assert.rejects(certificatesIn(odd), {
        kind: 'configuration',
        code: 'unreadable-certificate-file',
      });
    }
  });

  it('may be DER', async () => {
    await writeFile(path, new X509Certificate(createAuthority('one').cert).raw);
    const [cert = ''] = await certificatesIn(path);
    assert.equal(new X509Certificate(cert).subject, 'CN=one');
  });

  it('is an error that names it when it cannot be read or holds no certificate', async () => {
    const missing = join(folder, 'missing.pem');
    await assert.rejects(certificatesIn(missing), {
      kind: 'configuration',
      code: 'unreadable-certificate-file',
      detail: missing,
    });
    for (const content of [
      '',
      'no certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    ]) {
      await writeFile(path, content);
      await assert.rejects(certificatesIn(path), {
        kind: 'configuration',
        code: 'no-certificate-in-file',
        detail: path,
      });
    }
  });

  it('is read when the transport of its connection is made', async () => {
    await writeFile(path, createAuthority('one').cert);
    await (await createTransport(network, path)).close();
    await rm(path);
    await assert.rejects(createTransport(network, path), { code: 'unreadable-certificate-file' });
    await (await createTransport(network, undefined)).close();
  });

  it('is read again for each new connection, so that what it has no longer is not trusted', async () => {
    const company = createAuthority('the company');
    const server = createServer(company.issue({ hosts: ['127.0.0.1'] }), (_, response) =>
      response.writeHead(204, { connection: 'close' }).end(),
    );
    const stop = await listening(server);
    await writeFile(path, company.cert);
    const transport = await createTransport({ ...network, connectMs: 5000 }, path);
    const send = () =>
      transport.send({
        method: 'GET',
        url: new URL(`https://127.0.0.1:${portOf(server)}/`),
        headers: {},
        limits: generousLimits,
        signal: new AbortController().signal,
      });
    try {
      assert.equal((await send()).status, 204);
      await writeFile(path, createAuthority('another').cert);
      await assert.rejects(send(), { kind: 'tls', nothingSent: true });
      await writeFile(path, `${createAuthority('another').cert}${company.cert}`);
      assert.equal((await send()).status, 204);
      await rm(path);
      await assert.rejects(send(), {
        kind: 'configuration',
        code: 'unreadable-certificate-file',
        detail: path,
        nothingSent: true,
      });
    } finally {
      await transport.close();
      await stop();
    }
  });

  it('is refused rather than ignored where the network stack cannot use it', async () => {
    await assert.rejects(createTransport({ ...network, stack: 'vscode' }, path), {
      kind: 'configuration',
      code: 'certificate-file-unusable',
    });
    await (await createTransport({ ...network, stack: 'vscode' }, undefined)).close();
  });
});
