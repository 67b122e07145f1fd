import assert from 'node:assert/strict';
import { sessionToken } from '../../../../src/adapters/mage/api.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { anyText, property, wellFormedText } from '../../property.ts';

describe('properties of api', () => {
  property(
    'Mage’s session token comes out of a JSON Web Token, and any other text stays as it is',
    (token: string, other: string) => {
      const payload = Buffer.from(JSON.stringify({ token, expires: 1 })).toString('base64url');
      assert.equal(sessionToken(new Secret(`e30.${payload}.c2ln`)).reveal(), token);
      assert.equal(sessionToken(new Secret(other)).reveal(), other);
      assert.equal(sessionToken(new Secret(`a.${other}.b`)).reveal(), `a.${other}.b`);
    },
    wellFormedText,
    anyText,
  );
});
