import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';

/** A credential that a connection cannot do without. @throws `credentialMissing` */
export function requireSecret(secret: Secret | undefined): Secret {
  if (!secret) {
    throw new TokenManagerError('credentialMissing');
  }
  return secret;
}
