import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, rootCertificates, type SecureContext } from 'node:tls';
import { TokenManagerError } from '../../core/model/errors.ts';

/**
 * Whom to trust: Node's own list, the operating system's, `NODE_EXTRA_CA_CERTS`, and what is given besides.
 * Asking the operating system takes a while, so this is for the first TLS connection, not before.
 */
export function trust(besides: readonly string[]): SecureContext {
  return createSecureContext({ ca: [...new Set([...everywhereTrusted(), ...besides])] });
}

function everywhereTrusted(): string[] {
  // Node 22 before 22.15 does not have it.
  return typeof getCACertificates === 'function'
    ? [...getCACertificates('default'), ...getCACertificates('system'), ...getCACertificates('extra')]
    : [...rootCertificates];
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates in a file, PEM (any number) or DER (one), as PEM.
 * @throws `configuration` whose detail is the path
 */
export async function certificatesIn(path: string): Promise<readonly string[]> {
  const content = await readFile(path).catch((cause: unknown) => {
    throw new TokenManagerError('configuration', path, { code: 'unreadable-certificate-file', cause });
  });
  const blocks: readonly (string | Buffer)[] = content.toString('latin1').match(pemBlock) ?? [content];
  try {
    return blocks.map((block) => new X509Certificate(block).toString());
  } catch {
    throw new TokenManagerError('configuration', path, { code: 'no-certificate-in-file' });
  }
}
