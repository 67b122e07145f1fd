import { thisEditorId } from '../../core/adapter/ownAdapters.ts';
import type { OfferFactory } from '../../core/adapter/service.ts';

export const thisEditorOffer: OfferFactory = (localize) => ({
  id: thisEditorId,
  displayName: localize('This VS Code'),
  description: localize('Accounts that VS Code is signed in to: list, sign out, who may use them'),
  icon: 'account',
});
