import { thisComputerId } from '../../core/adapter/ownAdapters.ts';
import type { OfferFactory } from '../../core/adapter/service.ts';

export const thisComputerOffer: OfferFactory = (localize) => ({
  id: thisComputerId,
  displayName: localize('This Computer'),
  description: localize('Sign-ins that command-line tools and AI agents keep in files: list, revoke'),
  icon: 'code',
});
