import assert from 'node:assert/strict';
import { createECDH, createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { isHeaderText } from '../../../../src/adapters/support/headerText.ts';
import { keyPairFlaw, P256Signer, publicKeyFlaw } from '../../../../src/adapters/turnkey/stamp.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { anyText, property, wellFormedText } from '../../property.ts';

describe('properties of stamp', () => {
  property(
    'a key pair is judged, whatever was pasted for it',
    (publicKey: string, privateKey: string) => {
      const flaw = keyPairFlaw({ publicKey, privateKey: new Secret(privateKey) });
      assert(publicKeyFlaw(publicKey) === undefined || flaw !== undefined);
    },
    fc.oneof(anyText, fc.stringMatching(/^0[0-4][0-9a-f]{64}$/), fc.stringMatching(/^[0-9a-f]{64}$/)),
    fc.oneof(anyText, fc.stringMatching(/^0[0-4][0-9a-f]{64}$/), fc.stringMatching(/^[0-9a-fF]{64}$/)),
  );

  property(
    'a stamp is one header text that verifies over exactly the body it was made for',
    (body: string, seed: Uint8Array) => {
      const ecdh = createECDH('prime256v1');
      ecdh.setPrivateKey(Buffer.from(seed));
      const publicKey = ecdh.getPublicKey('hex', 'compressed');
      const stamp = new P256Signer({
        publicKey,
        privateKey: new Secret(Buffer.from(seed).toString('hex')),
      }).stamp(body);
      assert(isHeaderText(stamp.reveal()));
      const read: { publicKey: string; signature: string } = JSON.parse(
        Buffer.from(stamp.reveal(), 'base64url').toString('utf8'),
      );
      assert.equal(read.publicKey, publicKey);
      const point = ecdh.getPublicKey();
      const key = createPublicKey({
        format: 'jwk',
        key: {
          kty: 'EC',
          crv: 'P-256',
          x: point.subarray(1, 33).toString('base64url'),
          y: point.subarray(33).toString('base64url'),
        },
      });
      const signature = Buffer.from(read.signature, 'hex');
      assert(verify('sha256', Buffer.from(body), key, signature));
      assert(!verify('sha256', Buffer.from(`${body} `), key, signature));
    },
    wellFormedText,
    fc.uint8Array({ minLength: 32, maxLength: 32 }).filter(([first = 0]) => first > 0 && first < 0xff),
  );
});
