import type { AdapterFactory } from '../../core/adapter/contract.ts';
import { codegenForm, signIn } from './form.ts';
import { codegenLocalSources } from './localSources.ts';
import { codegenOffer } from './offer.ts';
import { CodegenSession } from './session.ts';

/** Codegen: the providers a user has connected in one organization. */
export const codegen: AdapterFactory = (localize) => ({
  ...codegenOffer(localize),
  form: codegenForm(localize),
  localSources: codegenLocalSources,
  signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
  open: (config, io) => new CodegenSession(config, io, localize),
});
