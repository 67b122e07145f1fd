import type { OfferFactory } from '../../core/adapter/service.ts';

export const gitlabOffer: OfferFactory = (localize) => ({
  id: 'gitlab',
  displayName: 'GitLab',
  description: localize('Personal access tokens: list, revoke, rotate the one in use'),
  icon: 'git-merge',
});
