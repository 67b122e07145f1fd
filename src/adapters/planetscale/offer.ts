import type { OfferFactory } from '../../core/adapter/service.ts';

export const planetscaleOffer: OfferFactory = (localize) => ({
  id: 'planetscale',
  displayName: 'PlanetScale',
  description: localize('Tokens of an organization’s OAuth applications: list, revoke, renew'),
  icon: 'database',
});
