import { createPrivateKey, type JsonWebKey as NodeJwk } from 'node:crypto';
import { TokenManagerError } from '../../../core/model/errors.ts';
import { Secret } from '../../../core/model/secret.ts';
import { lazy } from '../../support/lazy.ts';
import { parsedJson } from '../../support/parsedJson.ts';
import * as z from '../../support/schema.ts';

/** Keys that sign: of clients (RFC 7523) and of tokens that are bound to one (RFC 9449). All cryptography is the platform's. */

/** RFC 7517 and 7518, of keys that can sign here; what is not needed for it is left out. */
const privateJwk = lazy(() =>
  z.union([
    z.object({
      kty: z.literal('EC'),
      crv: z.enum(['P-256', 'P-384', 'P-521']),
      x: z.filled(),
      y: z.filled(),
      d: z.filled(),
      kid: z.optional(z.filled()),
    }),
    z.object({
      kty: z.literal('RSA'),
      n: z.filled(),
      e: z.filled(),
      d: z.filled(),
      p: z.filled(),
      q: z.filled(),
      dp: z.filled(),
      dq: z.filled(),
      qi: z.filled(),
      kid: z.optional(z.filled()),
      alg: z.catch(z.optional(z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'])), undefined),
    }),
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.filled(),
      d: z.filled(),
      kid: z.optional(z.filled()),
    }),
  ]),
);

type PrivateJwk = z.infer<ReturnType<typeof privateJwk>>;

/** The names of what can sign here, the most usual first. */
const signingAlgorithms = ['ES256', 'Ed25519', 'PS256', 'RS256'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** Of two lists; the first of ours that the other side has. */
export function commonAlgorithm(offered: readonly string[] | undefined): SigningAlgorithm | undefined {
  return signingAlgorithms.find((name) => offered?.includes(name));
}

/** What was entered as a private key: a JSON Web Key, or PEM whose lines may have become one. */
export function privateKeyIn(entered: string): PrivateJwk | undefined {
  const trimmed = entered.trim();
  const value = trimmed.startsWith('{') ? parsedJson(trimmed) : jwkOfPem(trimmed);
  return privateJwk().safeParse(value).data;
}

function jwkOfPem(entered: string): NodeJwk | undefined {
  const [, label = '', content = ''] = /^-----BEGIN ([A-Z ]+)-----(.+)-----END \1-----$/s.exec(entered) ?? [];
  const lines = content.replace(/\s+/g, '').replace(/.{1,64}/g, '$&\n');
  try {
    return createPrivateKey(`-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`).export({
      format: 'jwk',
    });
  } catch {
    return undefined;
  }
}

export interface SigningKey {
  readonly key: CryptoKey;
  readonly kid?: string;
}

/**
 * @param listed the algorithms that the server takes, where it says so; only RSA keys leave a choice
 * @throws `configuration` for what is no private key
 */
export async function signingKey(secret: Secret, listed: readonly string[] | undefined): Promise<SigningKey> {
  const jwk = usable(secret);
  const key = await crypto.subtle.importKey('jwk', plain(jwk), parametersOf(jwk, listed), false, ['sign']);
  return { key, ...(jwk.kid !== undefined && { kid: jwk.kid }) };
}

/** Both halves of a key that was made here. */
export async function keyPair(secret: Secret): Promise<CryptoKeyPair> {
  const jwk = usable(secret);
  const parameters = parametersOf(jwk, undefined);
  return {
    privateKey: await crypto.subtle.importKey('jwk', plain(jwk), parameters, false, ['sign']),
    publicKey: await crypto.subtle.importKey('jwk', publicHalf(jwk), parameters, true, ['verify']),
  };
}

/** The half that a server may know, as it is registered there. */
function publicHalf(jwk: PrivateJwk) {
  switch (jwk.kty) {
    case 'EC':
      return { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y };
    case 'RSA':
      return { kty: jwk.kty, n: jwk.n, e: jwk.e, ...(jwk.alg !== undefined && { alg: jwk.alg }) };
    case 'OKP':
      return { kty: jwk.kty, crv: jwk.crv, x: jwk.x };
  }
}

/** The public half of a key that is kept. @throws `configuration` for what is no private key */
export function publicJwkOf(secret: Secret) {
  return publicHalf(usable(secret));
}

/** The public half of what was entered as a private key, as one registers it; `undefined` where it is no key. */
export function publicKeyIn(entered: string): string | undefined {
  const jwk = privateKeyIn(entered);
  return (
    jwk &&
    JSON.stringify({
      ...publicHalf(jwk),
      ...(jwk.kid !== undefined && { kid: jwk.kid }),
      ...(jwk.kty === 'EC' && { alg: algorithmsByCurve[jwk.crv] }),
      use: 'sig',
    })
  );
}

/** RFC 7518 section 3.4; RSA keys are used with several, and the names for Ed25519 differ. */
const algorithmsByCurve = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' } as const;

/**
 * A new private key, as it is kept.
 * @param kid what a server that knows several keys tells it by
 */
export async function madeKey(
  library: typeof import('./library.ts'),
  algorithm: SigningAlgorithm,
  kid?: string,
): Promise<Secret> {
  const { privateKey } = await library.generateKeyPair(algorithm, { extractable: true });
  const { key_ops: _, ext: __, ...jwk } = await crypto.subtle.exportKey('jwk', privateKey);
  return new Secret(
    JSON.stringify({
      ...jwk,
      ...(jwk.kty === 'RSA' && { alg: algorithm }),
      ...(kid !== undefined && { kid }),
    }),
  );
}

/** Without what the platform would compare with what it is to be used for. */
function plain(jwk: PrivateJwk): JsonWebKey {
  if (jwk.kty !== 'RSA') {
    const { kid: _, ...key } = jwk;
    return key;
  }
  const { kid: _, alg: __, ...key } = jwk;
  return key;
}

function usable(secret: Secret): PrivateJwk {
  const jwk = privateKeyIn(secret.reveal());
  if (!jwk) {
    throw new TokenManagerError('configuration', '', { code: 'unusable-key' });
  }
  return jwk;
}

function parametersOf(jwk: PrivateJwk, listed: readonly string[] | undefined) {
  switch (jwk.kty) {
    case 'EC':
      return { name: 'ECDSA', namedCurve: jwk.crv };
    case 'OKP':
      return { name: 'Ed25519' };
    case 'RSA': {
      const chosen = jwk.alg ?? (['RS256', 'PS256'].find((name) => listed?.includes(name)) || 'RS256');
      return {
        name: chosen.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5',
        hash: `SHA-${chosen.slice(2)}`,
      };
    }
  }
}
