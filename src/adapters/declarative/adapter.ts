import type { Draft, FormIo, ProviderAdapter, SignIn } from '../../core/adapter/contract.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { DescribedApi } from './api.ts';
import {
  accountKey,
  formOf,
  headersOf,
  keptSecrets,
  keptSettings,
  textSetting,
  urlStep,
  valuesOf,
} from './credential.ts';
import { type ServiceDescription, sectionsOf } from './description.ts';
import { DescribedSession } from './session.ts';

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

export function draftApi(description: ServiceDescription, draft: Draft, io: FormIo): DescribedApi {
  const { settings, secrets } = draft;
  const headers = headersOf(description, secrets, settings);
  return new DescribedApi(
    io.http(textSetting(settings, urlStep)),
    description,
    headers,
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
  const account = await toResult(draftApi(description, { ...draft, settings: asked }, io).account(signal));
  const id = account instanceof TokenManagerError ? undefined : account?.id;
  const settings = { ...asked, ...(id !== undefined && { [accountKey]: id }) };
  const api = draftApi(description, { ...draft, settings }, io);
  const [first] = sectionsOf(description);
  const page = first && (await toResult(api.page(first, undefined, false, signal)));
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
