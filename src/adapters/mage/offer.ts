import type { OfferFactory } from '../../core/adapter/service.ts';

export const mageOffer: OfferFactory = (localize) => ({
  id: 'mage',
  displayName: 'Mage AI',
  description: localize('Session tokens and Git or SSO providers of a Mage AI server: list, revoke'),
  icon: 'wand',
});
