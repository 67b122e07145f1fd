import type { OfferFactory } from '../../core/adapter/service.ts';

export const oauthOffer: OfferFactory = (localize) => ({
  id: 'oauth',
  displayName: localize('OAuth 2.0 server'),
  description: localize('Any server that follows the standards: sign in or paste tokens; see, renew, revoke'),
  icon: 'shield',
});
