import type { AdapterFactory } from '../../core/adapter/contract.ts';
import { clientCertificate } from './client/clientCertificate.ts';
import { administrationCredential } from './grants/administration.ts';
import { withGrants } from './grants/session.ts';
import { oauthOffer } from './offer.ts';
import { OAuthSession } from './session.ts';
import { certificatePaths } from './signIn/certificateForm.ts';
import { form, keyMakers } from './signIn/form.ts';
import { chosenServerStep } from './signIn/serverForm.ts';
import { signIn } from './signIn/signIn.ts';
import { FreshAnswers } from './tokens/questions.ts';

/** Every authorization server that speaks the RFCs: the tokens that a connection gets from it, or is given. */
export const oauth: AdapterFactory = (localize) => {
  const fresh = new FreshAnswers();
  return {
    ...oauthOffer(localize),
    form: form(localize),
    addressChoices: [chosenServerStep],
    keyMakers,
    filePaths: certificatePaths,
    keptSecrets: [administrationCredential],
    clientCertificate,
    signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
    open: (config, io) => withGrants(new OAuthSession(config, io, localize, fresh), config, io, localize),
  };
};
