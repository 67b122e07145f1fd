import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KnownSecrets } from '../../../../src/core/model/knownSecrets.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { property, secretText } from '../../property.ts';

describe('properties of knownSecrets', () => {
  property(
    'redact leaves nothing of a secret, whatever stands around it and whichever other secrets are parts of it',
    (secret: string, before: string, after: string, from: number) => {
      const part = secret.slice(from % secret.length);
      const text = `${before} ${secret} ${after}`;
      for (const secrets of [
        [secret, part],
        [part, secret],
      ]) {
        const masked = new KnownSecrets(secrets.map((value) => new Secret(value))).redact(text);
        assert(masked.includes(' •••••••• '), masked);
      }
    },
    secretText,
    fc.constantFrom('', 'x', 'error:', '{"a":'),
    fc.constantFrom('', 'x', '}', ' again'),
    fc.nat(),
  );

  property(
    'redact leaves other people’s words as they are',
    (text: string) =>
      assert.equal(new KnownSecrets([new Secret('a secret that is not there')]).redact(text), text),
    fc.stringMatching(/^[a-z .,]{0,50}$/),
  );
});
