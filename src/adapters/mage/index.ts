import type { AdapterFactory } from '../../core/adapter/contract.ts';
import { mageForm, signIn } from './form.ts';
import { mageOffer } from './offer.ts';
import { MageSession } from './session.ts';

/** Mage AI: a user's tokens on a server of one's own, and the Git and SSO providers it is signed in to. */
export const mage: AdapterFactory = (localize) => ({
  ...mageOffer(localize),
  form: mageForm(localize),
  signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
  open: (config, io) => new MageSession(config, io, localize),
});
