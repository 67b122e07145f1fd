import type { Reach } from '../../core/adapter/contract.ts';
import type { Item } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';
import type { AttachedGrant } from './attachedGrants.ts';

/**
 * What revoking a token's row kills. The vendor's documentation says that revoking an access token leaves the
 * refresh token alive (https://planetscale.com/docs/api/reference/oauth/revoke-token).
 */
export function reachOf(
  token: Item,
  application: string,
  grant: AttachedGrant | undefined,
  localize: Localize,
): Reach {
  if (!grant) {
    const sentence = localize(
      'The token “{0}” of the application “{1}” stops working.',
      token.name,
      application,
    );
    const survivor = localize(
      'Its refresh token, if there is one, is not revoked with it and can get new access tokens. To revoke it too, attach it to this token first.',
    );
    return { sentence, warnings: [survivor] };
  }
  return isOrphan(token)
    ? reachOfOrphan(grant, application, localize)
    : reachOfGrant(grant, application, localize);
}

/** Of a listed token it is always known when it was made; an orphaned grant's row stands for an attached grant alone. */
function isOrphan(token: Item): boolean {
  return token.createdAt === undefined;
}

function reachOfGrant(
  { accessToken, tokenName }: AttachedGrant,
  application: string,
  localize: Localize,
): Reach {
  const sentence = accessToken
    ? localize(
        'The refresh token and the access token attached to “{0}” of the application “{1}” stop working, and so does the listed token itself.',
        tokenName,
        application,
      )
    : localize(
        'The refresh token attached to “{0}” of the application “{1}” stops working, and so does the listed token itself.',
        tokenName,
        application,
      );
  return { sentence, warnings: [] };
}

/** With nothing listed under its id, the values are all there is to revoke. */
function reachOfOrphan(
  { accessToken, tokenName }: AttachedGrant,
  application: string,
  localize: Localize,
): Reach {
  if (accessToken) {
    const sentence = localize(
      'The refresh token and the access token attached to “{0}” of the application “{1}” stop working.',
      tokenName,
      application,
    );
    return { sentence, warnings: [] };
  }
  const sentence = localize(
    'The refresh token attached to “{0}” of the application “{1}” stops working.',
    tokenName,
    application,
  );
  const survivor = localize('An access token issued with it may work until it expires.');
  return { sentence, warnings: [survivor] };
}
