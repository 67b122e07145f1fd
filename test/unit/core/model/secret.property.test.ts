import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { Secret } from '../../../../src/core/model/secret.ts';
import { property, secretText } from '../../property.ts';

describe('properties of secret', () => {
  property(
    'Secret prints as a mask in every ordinary way, and as itself only when revealed',
    (value: string) => {
      const secret = new Secret(value);
      const derived = secret.map((text) => `Bearer ${text}`);
      for (const one of [secret, derived, Secret.compose([secret], ([text = '']) => text)]) {
        const printed = [
          `${one}`,
          String(one),
          JSON.stringify({ one }),
          inspect({ one }, { showHidden: true }),
        ];
        assert(printed.every((text) => !text.includes(value)));
        assert([...one.values()].includes(value));
      }
      assert.equal(secret.reveal(), value);
      assert(secret.equals(new Secret(value)));
    },
    secretText,
  );
});
