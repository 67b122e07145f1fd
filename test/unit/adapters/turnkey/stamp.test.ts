import assert from 'node:assert/strict';
import { createECDH, createPublicKey, ECDH, verify } from 'node:crypto';
import { inspect } from 'node:util';
import { ApiKeyStamper } from '@turnkey/api-key-stamper';
import {
  keyPairFlaw,
  type P256KeyPair,
  P256Signer,
  publicKeyFlaw,
} from '../../../../src/adapters/turnkey/stamp.ts';
import { Secret } from '../../../../src/core/model/secret.ts';

const body = '{"organizationId":"5ae5c8a2","name":"Žluťoučký 🦄","text":"a \\u0000 b"}';
/** The order of the curve: the smallest number that is no private key again. */
const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';

describe('the stamp of a P-256 key', () => {
  it('verifies over the exact bytes of the body, and over no others', () => {
    const stamp = read(new P256Signer(newPair()).stamp(body).reveal());
    assert(isSigned(stamp, body));
    assert(!isSigned(stamp, `${body} `));
  });

  it("has the fields of the vendor's own stamp, and both verify", async () => {
    const { publicKey, privateKey } = newPair();
    const vendors = new ApiKeyStamper({ apiPublicKey: publicKey, apiPrivateKey: privateKey.reveal() });
    const { stampHeaderName, stampHeaderValue } = await vendors.stamp(body);
    const theirs = read(stampHeaderValue);
    const ours = read(new P256Signer({ publicKey, privateKey }).stamp(body).reveal());
    assert.equal(stampHeaderName.toLowerCase(), 'x-stamp');
    assert.deepEqual(Object.keys(ours), Object.keys(theirs));
    assert.deepEqual({ ...ours, signature: '' }, { ...theirs, signature: '' });
    assert(isSigned(theirs, body));
    assert(isSigned(ours, body));
  });

  it('is base64url without padding, with a signature in lower-case hex', () => {
    const value = new P256Signer(newPair()).stamp(body).reveal();
    assert.match(value, /^[\w-]+$/);
    assert.match(read(value).signature, /^30[0-9a-f]+$/);
  });

  it('signs with a private key that begins with zeros', () => {
    const keys = pairOf('01'.padStart(64, '0'));
    assert(isSigned(read(new P256Signer(keys).stamp(body).reveal()), body));
  });

  it('takes keys in capital letters, and sends the public key in small ones', () => {
    const { publicKey, privateKey } = newPair();
    const capitals = {
      publicKey: publicKey.toUpperCase(),
      privateKey: privateKey.map((d) => d.toUpperCase()),
    };
    assert.equal(keyPairFlaw(capitals), undefined);
    const stamp = read(new P256Signer(capitals).stamp(body).reveal());
    assert.equal(stamp.publicKey, publicKey);
    assert(isSigned(stamp, body));
  });

  it('prints as a mask', () => {
    const stamp = new P256Signer(newPair()).stamp(body);
    for (const text of [`${stamp}`, JSON.stringify(stamp), inspect(stamp, { showHidden: true })]) {
      assert(!text.includes(stamp.reveal()));
    }
  });
});

describe('a P-256 key pair', () => {
  it('has no flaw when the keys belong together', () => {
    for (let pairs = 0; pairs < 20; pairs++) {
      assert.equal(keyPairFlaw(newPair()), undefined);
    }
  });

  it('is told to be swapped, mismatched, or of the wrong form', () => {
    const { publicKey, privateKey } = newPair();
    const other = newPair();
    const flaw = (left: string, right: string) =>
      keyPairFlaw({ publicKey: left, privateKey: new Secret(right) });
    const secret = privateKey.reveal();
    assert.equal(flaw(secret, publicKey), 'swapped');
    assert.equal(flaw(secret, secret), 'publicKeyIsPrivate');
    assert.equal(flaw(publicKey, publicKey), 'privateKeyIsPublic');
    assert.equal(flaw(other.publicKey, secret), 'mismatch');
    assert.equal(flaw(flipped(publicKey), secret), 'mismatch');
    assert.equal(flaw('', secret), 'publicKeyFormat');
    assert.equal(flaw(`04${publicKey.slice(2)}`, secret), 'publicKeyFormat');
    assert.equal(flaw(`0x${publicKey}`, secret), 'publicKeyFormat');
    assert.equal(flaw(publicKey, ''), 'privateKeyFormat');
    assert.equal(flaw(publicKey, `${secret}\n`), 'privateKeyFormat');
    assert.equal(flaw(publicKey, secret.slice(2)), 'privateKeyFormat');
    assert.equal(flaw(publicKey, '0'.repeat(64)), 'notOnCurve');
    assert.equal(flaw(publicKey, order), 'notOnCurve');
  });

  it('betrays a private key in the place of the public one', () => {
    const { publicKey, privateKey } = newPair();
    assert.equal(publicKeyFlaw(publicKey), undefined);
    assert.equal(publicKeyFlaw(privateKey.reveal()), 'publicKeyIsPrivate');
    assert.equal(publicKeyFlaw('02'), 'publicKeyFormat');
  });
});

interface Stamp {
  readonly publicKey: string;
  readonly scheme: string;
  readonly signature: string;
}

function read(value: string): Stamp {
  return JSON.parse(Buffer.from(value, 'base64url').toString('utf8'));
}

function isSigned({ publicKey, signature }: Stamp, content: string): boolean {
  const point = ECDH.convertKey(publicKey, 'prime256v1', 'hex', 'hex', 'uncompressed').toString();
  const coordinate = (start: number) =>
    Buffer.from(point.slice(start, start + 64), 'hex').toString('base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(2), y: coordinate(66) };
  const key = createPublicKey({ format: 'jwk', key: jwk });
  return verify('sha256', Buffer.from(content), { key, dsaEncoding: 'der' }, Buffer.from(signature, 'hex'));
}

function newPair(): P256KeyPair {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return pairOf(ecdh.getPrivateKey('hex').padStart(64, '0'));
}

function pairOf(privateKey: string): P256KeyPair {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey, 'hex');
  return { publicKey: ecdh.getPublicKey('hex', 'compressed'), privateKey: new Secret(privateKey) };
}

/** The other point with the same x: the public key of the negated private key. */
function flipped(publicKey: string): string {
  return (publicKey.startsWith('02') ? '03' : '02') + publicKey.slice(2);
}
