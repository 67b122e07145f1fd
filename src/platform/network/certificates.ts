import { X509Certificate } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import {
  createSecureContext,
  getCACertificates,
  rootCertificates,
  type SecureContext,
  type SecureContextOptions,
} from 'node:tls';
import { TokenManagerError } from '../../core/model/errors.ts';

/**
 * The authorities to trust: Node's own list, the operating system's, `NODE_EXTRA_CA_CERTS`, and those that are given besides.
 * Asking the operating system takes a while, so this is for the first TLS connection, not before.
 */
export function trust(besides: readonly string[], own: SecureContextOptions = {}): SecureContext {
  return createSecureContext({ ...own, ca: [...new Set([...everywhereTrusted(), ...besides])] });
}

function everywhereTrusted(): string[] {
  // Node 22 before 22.15 does not have it.
  return typeof getCACertificates === 'function'
    ? [...getCACertificates('default'), ...getCACertificates('system'), ...getCACertificates('extra')]
    : [...rootCertificates];
}

/** All authorities of an operating system take a quarter of it. */
const largestFile = 1024 * 1024;

/** A path may lead to a pipe, at which reading would wait for ever, or to a disk. */
export async function contentOf(path: string, largest = largestFile): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = await file.stat().then((found) => (found.isFile() ? found : { size: Infinity }));
    if (size > largest) {
      throw new Error('no small file');
    }
    return await file.readFile();
  } finally {
    await file.close();
  }
}

const pemBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates in a file, PEM (any number) or DER (one), as PEM.
 * @throws `configuration` whose detail is the path
 */
export async function certificatesIn(path: string): Promise<readonly string[]> {
  const content = await contentOf(path).catch((cause: unknown) => {
    throw new TokenManagerError('configuration', path, { code: 'unreadable-certificate-file', cause });
  });
  const certificates = pemCertificates(content);
  if (!certificates) {
    throw new TokenManagerError('configuration', path, { code: 'no-certificate-in-file' });
  }
  return certificates;
}

/** PEM (any number) or DER (one), as PEM; `undefined` for anything else. */
export function pemCertificates(content: Buffer): readonly string[] | undefined {
  const blocks: readonly (string | Buffer)[] = content.toString('latin1').match(pemBlock) ?? [content];
  try {
    return blocks.map((block) => new X509Certificate(block).toString());
  } catch {
    return undefined;
  }
}
