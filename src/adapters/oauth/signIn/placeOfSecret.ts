import { TokenManagerError } from '../../../core/model/errors.ts';
import type { Localize } from '../../../core/ports.ts';
import { isClientRefused } from '../client/authentication.ts';
import type { AuthorizationServerClient } from '../client/client.ts';
import type { OAuthSettings } from '../client/settings.ts';
import type { Server } from '../discovery/server.ts';

/** A server that refuses the client may only expect its secret in another place. */
export function withPlaceOfSecret(
  error: TokenManagerError,
  { clientAuth }: OAuthSettings,
  { token_endpoint_auth_methods_supported: listed }: Server,
  { isInForm }: AuthorizationServerClient,
  localize: Localize,
): TokenManagerError {
  const withHint = (hint: string) =>
    new TokenManagerError(error.kind, `${error.detail} ${hint}`, {
      ...(error.code !== undefined && { code: error.code }),
      ...(error.status !== undefined && { status: error.status }),
    });
  if (clientAuth === 'client_secret_basic' && isInForm) {
    // The code may have been used up when the client was not accepted.
    return withHint(
      localize('The server takes the client secret in the form: choose that, and sign in again.'),
    );
  }
  const mayBeInHeader = listed === undefined || listed.includes('client_secret_basic');
  return clientAuth === 'client_secret_post' && mayBeInHeader && isClientRefused(error)
    ? withHint(localize('If both are right, try the client secret in the header.'))
    : error;
}
