import type { AdapterFactory } from '../../core/adapter/contract.ts';
import { planetScaleForm, signIn } from './form.ts';
import { planetScaleLocalSources } from './localSources.ts';
import { planetscaleOffer } from './offer.ts';
import { PlanetScaleSession } from './session.ts';

/** PlanetScale: the tokens that an organization's OAuth applications have been granted. */
export const planetscale: AdapterFactory = (localize) => ({
  ...planetscaleOffer(localize),
  form: planetScaleForm(localize),
  localSources: planetScaleLocalSources,
  signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
  open: (config, io) => new PlanetScaleSession(config, io, localize),
});
