import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { day } from './loopback.ts';

/** What a TLS server needs, in PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateOptions {
  /** Names and IPv4 addresses that it is for. */
  readonly hosts: readonly string[];
  /** Epoch milliseconds, by the machine's clock: TLS knows no other. By default it is valid today. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

/** Signs certificates; made anew for each run, so that no key lies in a repository. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly cert: string;
  issue(options: CertificateOptions): Identity;
}

export function createAuthority(name: string): Authority {
  const pair = newKeyPair();
  const issuer = { name, key: pair.privateKey };
  return {
    cert: certificate({ name, hosts: [] }, pair.publicKey, issuer, true),
    issue: (options) => {
      const { publicKey, privateKey } = newKeyPair();
      return {
        key: pem(privateKey),
        cert: certificate({ name: 'service', ...options }, publicKey, issuer, false),
      };
    },
  };
}

/** A certificate that only vouches for itself. */
export function selfSigned(options: CertificateOptions): Identity {
  const { publicKey, privateKey } = newKeyPair();
  const issuer = { name: 'service', key: privateKey };
  return {
    key: pem(privateKey),
    cert: certificate({ name: 'service', ...options }, publicKey, issuer, false),
  };
}

function newKeyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** RFC 5280 section 4.1. */
function certificate(
  subject: CertificateOptions & { readonly name: string },
  publicKey: KeyObject,
  issuer: { readonly name: string; readonly key: KeyObject },
  isAuthority: boolean,
): string {
  const { notBefore = Date.now() - day, notAfter = Date.now() + day } = subject;
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))), // version 3
    der(0x02, Buffer.concat([Buffer.of(0x01), randomBytes(8)])), // serial number, positive
    ecdsaWithSha256,
    commonName(issuer.name),
    sequence(utcTime(notBefore), utcTime(notAfter)),
    commonName(subject.name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(isAuthority ? basicConstraints : alternativeNames(subject.hosts))),
  );
  const signature = sign('sha256', body, issuer.key);
  const whole = sequence(body, ecdsaWithSha256, der(0x03, Buffer.of(0), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 0x80
      ? Buffer.of(length)
      : length < 0x100
        ? Buffer.of(0x81, length)
        : Buffer.of(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.of(tag), size, content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

/** An object identifier whose bytes are given. */
function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const yes = der(0x01, Buffer.of(0xff));
const basicConstraints = sequence(oid('551d13'), yes, der(0x04, sequence(yes)));

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function utcTime(at: number): Buffer {
  const text = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '');
  return der(0x17, Buffer.from(text.slice(2)));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host)),
  );
  return sequence(oid('551d11'), der(0x04, sequence(...names)));
}
