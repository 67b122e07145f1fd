import { TokenManagerError } from '../../core/model/errors.ts';
import type { ClientCertificate } from '../../core/ports.ts';
import { certificatesIn } from './certificates.ts';
import { createFetchTransport } from './fetchTransport.ts';
import { type ProxySettings, proxyFor } from './proxy.ts';
import { type ClosableTransport, createUndiciTransport } from './undiciTransport.ts';

export interface NetworkOptions {
  /** `vscode`: the extension host's `fetch`, for networks that only VS Code itself can cross. */
  readonly stack: 'undici' | 'vscode';
  readonly connectMs: number;
  readonly proxy: ProxySettings;
}

/**
 * @param certificateAuthorityFile the authority that a connection trusts besides
 * @param clientCertificate what it proves itself by, read for each TLS connection
 * @throws `configuration` when that file cannot be read, holds no certificate, or either cannot be used
 */
export async function createTransport(
  { stack, connectMs, proxy }: NetworkOptions,
  certificateAuthorityFile: string | undefined,
  clientCertificate?: ClientCertificate,
): Promise<ClosableTransport> {
  if (stack === 'vscode') {
    if (certificateAuthorityFile !== undefined) {
      throw new TokenManagerError('configuration', '', { code: 'certificate-file-unusable' });
    }
    if (clientCertificate !== undefined) {
      throw new TokenManagerError('configuration', '', {
        code: 'client-certificate-unusable',
        nothingSent: true,
      });
    }
    return createFetchTransport();
  }
  const authorities = async () =>
    certificateAuthorityFile === undefined ? [] : certificatesIn(certificateAuthorityFile);
  await authorities();
  return createUndiciTransport({
    connectMs,
    proxyFor: (target) => proxyFor(target, proxy, process.env),
    authorities,
    ...(clientCertificate && { clientCertificate }),
  });
}
