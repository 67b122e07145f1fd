import type { Reach } from '../../../core/adapter/contract.ts';
import type { Localize } from '../../../core/ports.ts';
import type { TokenKind } from '../client/client.ts';
import { unverifiedClaims } from '../protocol/claims.ts';
import type { TokenSet } from './tokenSet.ts';

/** What revoking one of the tokens ends. @param isVerifiable whether the server can be asked afterwards */
export function reachOf(
  kind: TokenKind,
  { accessToken, refreshToken }: TokenSet,
  isVerifiable: boolean,
  localize: Localize,
): Reach {
  const warnings = [
    ...(accessToken && unverifiedClaims(accessToken.reveal())
      ? [
          localize(
            'An API that checks the access token by its signature alone may accept it until it expires.',
          ),
        ]
      : []),
    ...(isVerifiable
      ? []
      : [
          localize(
            'This server cannot confirm a revocation; it only reports whether it accepted the request.',
          ),
        ]),
  ];
  if (kind === 'refresh_token') {
    const sentence = accessToken
      ? localize('The refresh token is revoked first, then the access token that is held with it.')
      : localize('The refresh token stops working. Access tokens issued with it may work until they expire.');
    return { sentence, warnings };
  }
  const survivor = localize(
    'The server decides whether the refresh token keeps working. To end both, revoke the refresh token.',
  );
  return {
    sentence: localize('The server stops accepting the access token.'),
    warnings: refreshToken ? [survivor, ...warnings] : warnings,
  };
}
