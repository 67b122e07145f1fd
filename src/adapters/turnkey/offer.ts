import type { OfferFactory } from '../../core/adapter/service.ts';

export const turnkeyOffer: OfferFactory = (localize) => ({
  id: 'turnkey',
  displayName: 'Turnkey',
  description: localize('Logins linked to an organization’s users: list, unlink'),
  icon: 'credit-card',
});
