import type { OfferFactory } from '../../core/adapter/service.ts';

export const codegenOffer: OfferFactory = (localize) => ({
  id: 'codegen',
  displayName: 'Codegen',
  description: localize('Providers connected in an organization: list, revoke'),
  icon: 'hubot',
});
