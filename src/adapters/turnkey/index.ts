import type { AdapterFactory } from '../../core/adapter/contract.ts';
import { signIn, turnkeyForm } from './form.ts';
import { turnkeyLocalSources } from './localSources.ts';
import { turnkeyOffer } from './offer.ts';
import { TurnkeySession } from './session.ts';

/** Turnkey: the external logins (Google, Apple …) that are linked to the users of an organization. */
export const turnkey: AdapterFactory = (localize) => ({
  ...turnkeyOffer(localize),
  form: turnkeyForm(localize),
  localSources: turnkeyLocalSources,
  signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
  open: (config, io) => new TurnkeySession(config, io, localize),
});
