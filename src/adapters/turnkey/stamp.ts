import { createECDH, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { Secret } from '../../core/model/secret.ts';

/** Turnkey's API key: a P-256 key pair in hexadecimal digits. */
export interface P256KeyPair {
  /** 66 digits: the compressed point, `02…` or `03…`. */
  readonly publicKey: string;
  /** 64 digits. */
  readonly privateKey: Secret;
}

/** Why a key pair cannot sign; `swapped` when each key stands in the other's place. */
export type KeyPairFlaw =
  | 'swapped'
  | 'publicKeyIsPrivate'
  | 'publicKeyFormat'
  | 'privateKeyIsPublic'
  | 'privateKeyFormat'
  | 'notOnCurve'
  | 'mismatch';

const curve = 'prime256v1';

/** What the text of a public key alone gives away. */
export function publicKeyFlaw(publicKey: string): KeyPairFlaw | undefined {
  if (looksLikePublicKey(publicKey)) {
    return undefined;
  }
  return looksLikePrivateKey(publicKey) ? 'publicKeyIsPrivate' : 'publicKeyFormat';
}

/** Finds out without any request whether the two keys belong together. */
export function keyPairFlaw({ publicKey, privateKey }: P256KeyPair): KeyPairFlaw | undefined {
  const isPublicKey = looksLikePublicKey(privateKey.reveal());
  if (looksLikePrivateKey(publicKey) && isPublicKey) {
    return 'swapped';
  }
  const flaw = publicKeyFlaw(publicKey);
  if (flaw) {
    return flaw;
  }
  if (!looksLikePrivateKey(privateKey.reveal())) {
    return isPublicKey ? 'privateKeyIsPublic' : 'privateKeyFormat';
  }
  try {
    const derived = publicKeyOf(privateKey, 'compressed').toString('hex');
    return derived === publicKey.toLowerCase() ? undefined : 'mismatch';
  } catch {
    return 'notOnCurve'; // Zero, or not below the order of the curve.
  }
}

/**
 * Signs with one key pair. Making the key takes longer than signing with it, so it is made with the first stamp and
 * kept as long as this is, which is as long as the secret itself.
 */
export class P256Signer {
  readonly #keys: P256KeyPair;
  #key: KeyObject | undefined;

  constructor(keys: P256KeyPair) {
    this.#keys = keys;
  }

  /**
   * The value of `X-Stamp`: a signature over exactly the bytes of `body`, so the very same string must be sent. It is
   * a Secret: with it, this one body can be sent again.
   *
   * @see https://docs.turnkey.com/api-reference/overview/stamps
   */
  stamp(body: string): Secret {
    this.#key ??= signingKey(this.#keys.privateKey);
    const options = { key: this.#key, dsaEncoding: 'der' } as const;
    const stamp = {
      publicKey: this.#keys.publicKey.toLowerCase(),
      scheme: 'SIGNATURE_SCHEME_TK_API_P256',
      signature: sign('sha256', Buffer.from(body), options).toString('hex'),
    };
    return new Secret(Buffer.from(JSON.stringify(stamp)).toString('base64url'));
  }
}

function signingKey(privateKey: Secret): KeyObject {
  const point = publicKeyOf(privateKey, 'uncompressed');
  return createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
      d: Buffer.from(privateKey.reveal(), 'hex').toString('base64url'),
    },
  });
}

/** @throws when the private key is not a number the curve allows */
function publicKeyOf(privateKey: Secret, form: 'compressed' | 'uncompressed'): Buffer {
  const ecdh = createECDH(curve);
  ecdh.setPrivateKey(privateKey.reveal(), 'hex');
  return Buffer.from(ecdh.getPublicKey('hex', form), 'hex');
}

function looksLikePublicKey(text: string): boolean {
  return /^0[23][0-9a-f]{64}$/i.test(text);
}

function looksLikePrivateKey(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text);
}
