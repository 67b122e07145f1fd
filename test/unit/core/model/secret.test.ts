import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { KnownSecrets } from '../../../../src/core/model/knownSecrets.ts';
import { Secret } from '../../../../src/core/model/secret.ts';

describe('Secret', () => {
  const value = 'canary-5e1f';
  const secret = new Secret(value);

  it('gives its value only through reveal', () => {
    assert.equal(secret.reveal(), value);
    const printed = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret, { showHidden: true, depth: 9 }),
      inspect(new Error('x', { cause: secret })),
      Object.values(secret).join(),
    ].join('\n');
    assert(!printed.includes(value), printed);
  });

  it('made from others, prints as little as they do', () => {
    const composed = Secret.compose([secret, secret.map((text) => `Bearer ${text}`)], (parts) =>
      parts.join('&'),
    );
    assert.equal(composed.reveal(), `${value}&Bearer ${value}`);
    assert(!inspect(composed, { showHidden: true, depth: 9 }).includes(value));
  });
});

describe('redact', () => {
  it('masks a secret and what it was made from', () => {
    const header = new Secret('s3cretvalue').map((token) => `Bearer ${token}`);
    assert.equal(new KnownSecrets([header]).redact('no token s3cretvalue here'), 'no token •••••••• here');
  });

  it('leaves no rest of a secret of which another one is a part', () => {
    const secrets = [new Secret('abcd'), new Secret('abcd-and-more')];
    assert.equal(new KnownSecrets(secrets).redact('it is abcd-and-more.'), 'it is ••••••••.');
  });

  it('masks what looks like a credential though nobody entered it', () => {
    for (const tellTale of [
      'pscale_oauth_AbC123',
      'ghp_0123456789abcdef',
      'glpat-xyz_123',
      'eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.sig-nature',
    ]) {
      assert.equal(new KnownSecrets([]).redact(`value ${tellTale}.`).includes(tellTale), false, tellTale);
    }
    assert.equal(
      new KnownSecrets([]).redact('Authorization: Bearer abcdefgh12345'),
      'Authorization: Bearer ••••••••',
    );
  });

  it('leaves ordinary prose alone', () => {
    const prose = 'The token was revoked by its owner on Monday.';
    assert.equal(new KnownSecrets([new Secret('abc')]).redact(prose), prose);
  });
});
