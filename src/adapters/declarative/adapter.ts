import type { Draft, FormIo, ProviderAdapter, SignIn } from '../../core/adapter/contract.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { DescribedApi } from './api.ts';
import {
  accountKey,
  formOf,
  keptSecrets,
  keptSettings,
  textSetting,
  urlStep,
  valuesOf,
} from './credential.ts';
import { type ServiceDescription, sectionsOf } from './description.ts';
import { DescribedSession } from './session.ts';
import { credentialsOf, SignedIn } from './signIn.ts';

/** An adapter for a REST API that a description is enough for. */
export function describedAdapter(description: ServiceDescription, localize: Localize): ProviderAdapter {
  return {
    id: description.id,
    displayName: description.name,
    description: description.summary ?? localize('Tokens of a service that was added by a description'),
    icon: 'json',
    form: formOf(description, localize),
    signIn: (draft, io, signal) => signIn(description, draft, io, localize, signal),
    open: (config, io) => new DescribedSession(description, config, io, localize),
  };
}

export function draftApi(
  description: ServiceDescription,
  { settings, secrets }: Draft,
  io: FormIo,
  signedIn: SignedIn,
): DescribedApi {
  return new DescribedApi(
    io.http(textSetting(settings, urlStep)),
    description,
    credentialsOf(description, secrets, settings, signedIn),
    valuesOf(description, settings),
  );
}

async function signIn(
  description: ServiceDescription,
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const asked = keptSettings(description, draft.settings);
  const signedIn = new SignedIn();
  const first = draftApi(description, { ...draft, settings: asked }, io, signedIn);
  const account = await toResult(first.account(signal));
  const id = account instanceof TokenManagerError ? undefined : account?.id;
  const settings = { ...asked, ...(id !== undefined && { [accountKey]: id }) };
  const api = draftApi(description, { ...draft, settings }, io, signedIn);
  const [section] = sectionsOf(description);
  const page = section && (await toResult(api.page(section, undefined, false, signal)));
  // A service that answers `200 {}` to a wrong credential says at the list what is wrong.
  const isListUnaskable = page instanceof TokenManagerError && page.code === 'unusable-settings';
  if (page instanceof TokenManagerError && !(isListUnaskable && account instanceof TokenManagerError)) {
    throw page;
  }
  if (account instanceof TokenManagerError) {
    throw account;
  }
  const baseUrl = asked[urlStep] ?? '';
  return {
    // Without a call that tells whose token it is, the address is all that is known of the account.
    account: account ?? {
      id: baseUrl,
      name: localize('{0} at {1}', description.name, new URL(baseUrl).host),
    },
    settings,
    secrets: keptSecrets(description, draft.secrets),
  };
}
