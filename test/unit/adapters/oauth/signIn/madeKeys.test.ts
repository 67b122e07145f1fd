import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { serverSetting, written } from '../../../../../src/adapters/oauth/discovery/server.ts';
import { privateKeyIn } from '../../../../../src/adapters/oauth/protocol/keys.ts';
import { keyMakers } from '../../../../../src/adapters/oauth/signIn/form.ts';
import type { Settings } from '../../../../../src/core/model/item.ts';

const { make, publicHalf } = keyMakers.clientKey;

/** Of a server that describes itself so. */
const servedBy = (algorithms?: string[]): Settings => ({
  [serverSetting]: written({
    issuer: 'https://id.example.com',
    token_endpoint: 'https://id.example.com/token',
    ...(algorithms && { token_endpoint_auth_signing_alg_values_supported: algorithms }),
  }),
});

describe('A key that is made for a client', () => {
  for (const [what, listed, kty, alg] of [
    ['that says nothing of algorithms', undefined, 'EC', 'ES256'],
    ['that takes several', ['RS256', 'PS256', 'ES256'], 'EC', 'ES256'],
    ['that takes RSA only', ['RS256'], 'RSA', 'RS256'],
    ['that takes none of ours', ['HS256'], 'EC', 'ES256'],
  ] as const) {
    it(`for a server ${what} is an ${kty} key that can be entered, and told by a name of its own`, async () => {
      const settings = servedBy(listed && [...listed]);
      const [key, other] = [
        (await make({ settings, secrets: {} })).reveal(),
        (await make({ settings, secrets: {} })).reveal(),
      ];
      const entered = privateKeyIn(key);
      assert.equal(entered?.kty, kty);
      const copied = JSON.parse(publicHalf(key) ?? '');
      assert.deepEqual([copied.kty, copied.alg, copied.use], [kty, alg, 'sig']);
      assert.equal(copied.kid, entered?.kid);
      assert.notEqual(copied.kid, privateKeyIn(other)?.kid);
    });
  }
});

describe('The public key that is copied', () => {
  const kinds = {
    'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
    RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    Ed25519: generateKeyPairSync('ed25519'),
  };
  for (const [kind, { privateKey, publicKey }] of Object.entries(kinds)) {
    it(`of a ${kind} key in PEM is its public half and nothing of the private one`, () => {
      const copied = JSON.parse(
        publicHalf(String(privateKey.export({ type: 'pkcs8', format: 'pem' }))) ?? '',
      );
      const known = publicKey.export({ format: 'jwk' });
      assert.deepEqual(Object.fromEntries(Object.keys(known).map((name) => [name, copied[name]])), known);
      const more = Object.keys(copied).filter((name) => !(name in known));
      assert(
        more.every((name) => ['alg', 'kid', 'use'].includes(name)),
        more.join(),
      );
    });
  }

  for (const [what, entered] of Object.entries({
    nothing: '',
    words: 'my key',
    'a public key': String(kinds.RSA.publicKey.export({ type: 'spki', format: 'pem' })),
  })) {
    it(`of ${what} is none`, () => {
      assert.equal(publicHalf(entered), undefined);
    });
  }
});
