import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { ClientCertificate } from '../../core/ports.ts';
import { contentOf, pemCertificates, trust } from './certificates.ts';

/** RSA keys of 16384 bits take a fifth of it. */
const largestKeyFile = 64 * 1024;

interface Known {
  /** Of the files as they were read. */
  readonly digest: string;
  readonly certificate: X509Certificate;
  readonly context: SecureContext;
}

/** What TLS connections are made with that show a certificate. */
export class CertificateProof {
  readonly #files: ClientCertificate;
  #known: Known | undefined;

  constructor(files: ClientCertificate) {
    this.#files = files;
  }

  /**
   * The files are read each time, so that a certificate that another program renews is used at once; trusting all
   * authorities anew takes a tenth of a second, and is done when they have changed.
   * @param authorities to trust besides
   * @throws `configuration` whose detail is the path of the file that cannot be used
   */
  async context(authorities: readonly string[]): Promise<SecureContext> {
    const { certificateFile, keyFile } = this.#files;
    const certificates = await certificatesOf(certificateFile);
    const key = await keyTextOf(keyFile);
    const digest = createHash('sha256')
      .update([...certificates, ...authorities].join())
      .update(key.reveal())
      .digest('base64');
    if (this.#known?.digest !== digest) {
      this.#known = { digest, ...this.#made(certificates, key, authorities) };
    }
    const { certificate, context } = this.#known;
    // By the machine's clock: TLS knows no other.
    const now = Date.now();
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo)) {
      throw unusable('client-certificate-expired', certificateFile);
    }
    return context;
  }

  #made(certificates: readonly string[], key: Secret, authorities: readonly string[]): Omit<Known, 'digest'> {
    const { keyFile } = this.#files;
    // The first is the client's own; those behind it lead to its authority (RFC 8446 section 4.4.2).
    const certificate = new X509Certificate(certificates[0] ?? '');
    if (!certificate.checkPrivateKey(parsed(key, keyFile))) {
      throw unusable('client-key-mismatch', keyFile);
    }
    try {
      const own = { cert: certificates.join('\n'), key: key.reveal() };
      return { certificate, context: trust(authorities, own) };
    } catch {
      // Such as a key that is too short for OpenSSL.
      throw unusable('unusable-client-key', keyFile);
    }
  }
}

async function certificatesOf(path: string): Promise<readonly string[]> {
  const content = await contentOf(path).catch(() => {
    throw unusable('unreadable-client-certificate', path);
  });
  const certificates = pemCertificates(content);
  if (!certificates) {
    throw unusable('no-client-certificate', path);
  }
  return certificates;
}

async function keyTextOf(path: string): Promise<Secret> {
  const content = await contentOf(path, largestKeyFile).catch(() => {
    throw unusable('unreadable-client-key', path);
  });
  return new Secret(content.toString('latin1'));
}

function parsed(key: Secret, path: string): KeyObject {
  const text = key.reveal();
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text)) {
    throw unusable('encrypted-client-key', path);
  }
  try {
    return createPrivateKey(text);
  } catch {
    // What OpenSSL says of it is left out: the file is a secret.
    throw unusable('unusable-client-key', path);
  }
}

function unusable(code: string, path: string): TokenManagerError {
  return new TokenManagerError('configuration', path, { code, nothingSent: true });
}
