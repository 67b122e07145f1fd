import type { AdapterFactory } from '../../core/adapter/contract.ts';
import { mageForm, signIn } from './form.ts';
import { MageSession } from './session.ts';

/** Mage AI: a user's tokens on a server of one's own, and the Git and SSO providers it is signed in to. */
export const mage: AdapterFactory = (localize) => ({
  id: 'mage',
  displayName: 'Mage AI',
  description: localize('Session tokens and Git or SSO providers of a Mage AI server: list, revoke'),
  icon: 'wand',
  form: mageForm(localize),
  signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
  open: (config, io) => new MageSession(config, io, localize),
});
