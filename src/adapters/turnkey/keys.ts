import { TokenManagerError } from '../../core/model/errors.ts';
import type { Localize, Secrets } from '../../core/ports.ts';
import { requireSecret } from '../support/requireSecret.ts';
import { type KeyPairFlaw, keyPairFlaw, type P256KeyPair } from './stamp.ts';

/**
 * Looked at before any request: a pair that does not belong together would only ever get a bare 401.
 * @throws `configuration` in words, or `credentialMissing`
 */
export function keyPair(publicKey: string, { apiPrivateKey }: Secrets, localize: Localize): P256KeyPair {
  const keys = {
    publicKey: bareKey(publicKey),
    privateKey: requireSecret(apiPrivateKey).map(bareKey),
  };
  const flaw = flawWords(keyPairFlaw(keys), localize);
  if (flaw !== undefined) {
    throw new TokenManagerError('configuration', flaw, { code: 'unusable-key-pair' });
  }
  return keys;
}

export function flawWords(flaw: KeyPairFlaw | undefined, localize: Localize): string | undefined {
  switch (flaw) {
    case undefined:
      return undefined;
    case 'swapped':
      return localize('The public key and the private key are swapped.');
    case 'publicKeyIsPrivate':
      return localize(
        'This looks like the private key. The public key has 66 digits and begins with 02 or 03.',
      );
    case 'publicKeyFormat':
      return localize('The public key has 66 hexadecimal digits and begins with 02 or 03.');
    case 'privateKeyIsPublic':
      return localize('This is a public key. The private key has 64 hexadecimal digits.');
    case 'privateKeyFormat':
      return localize('The private key has 64 hexadecimal digits.');
    case 'notOnCurve':
      return localize('This is not a private key of the curve P-256.');
    case 'mismatch':
      return localize('The private key does not match the public key.');
  }
}

/**
 * The digits of a key alone. Many programs write `0x` in front of hexadecimal digits, and newer versions of the
 * vendor's command-line tool put the curve behind them: `<digits>:p256`.
 */
export function bareKey(text: string): string {
  return text
    .trim()
    .replace(/^0x/i, '')
    .replace(/:p256$/i, '');
}
