import type { Draft, FormIo, FormStep, Option, SignIn } from '../../core/adapter/contract.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import * as z from '../support/schema.ts';
import { parseSettings } from '../support/storedSettings.ts';
import { TurnkeyApi } from './api.ts';
import { bareKey, flawWords, keyPair } from './keys.ts';
import { storedSettings, turnkeyUrl } from './settings.ts';
import { keyPairFlaw, publicKeyFlaw } from './stamp.ts';

export function turnkeyForm(localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: 'baseUrl',
      title: localize('API address'),
      prompt: localize('The address of the Turnkey API, without “/public/v1”.'),
      default: turnkeyUrl,
    },
    {
      kind: 'text',
      id: 'organizationId',
      title: localize('Organization ID'),
      prompt: localize('In the Turnkey dashboard: the user menu at the top right.'),
      placeholder: '00000000-0000-0000-0000-000000000000',
      validate: (text) =>
        /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
          ? undefined
          : localize('An organization ID is a UUID: 32 hexadecimal digits in five groups.'),
    },
    {
      kind: 'text',
      id: 'apiPublicKey',
      title: localize('API public key'),
      prompt: localize('In the Turnkey dashboard: My Profile, Create an API key (curve P-256).'),
      placeholder: '02…',
      validate: (text) => flawWords(publicKeyFlaw(bareKey(text)), localize),
    },
    {
      kind: 'secret',
      id: 'apiPrivateKey',
      title: localize('API private key'),
      prompt: localize('Shown once, when the API key is made. It signs requests and is never sent.'),
      validate: (value, { settings }) =>
        flawWords(
          keyPairFlaw({
            publicKey: bareKey(String(settings.apiPublicKey ?? '')),
            privateKey: new Secret(bareKey(value)),
          }),
          localize,
        ),
    },
    {
      kind: 'choice',
      id: 'users',
      title: localize('Users'),
      prompt: localize('Select users, or none to show all, including later ones.'),
      many: true,
      options: (draft, io, signal) => userOptions(draft, io, localize, signal),
    },
  ];
}

async function userOptions(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Option[]> {
  const { api, organizationId } = draftApi(draft, io, localize);
  const [me, { rows }] = await Promise.all([
    api.whoami(organizationId, signal),
    api.users(organizationId, signal),
  ]);
  return rows.map(({ userId, userName, userEmail }) => ({
    value: userId,
    label: userName || userId,
    ...(userEmail && { description: userEmail }),
    ...(userId === me.userId && { detail: localize('The user of this API key') }),
  }));
}

export async function signIn(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const settings = parseSettings(storedSettings(), { users: [], ...draft.settings });
  const { api, organizationId, keys } = draftApi(draft, io, localize);
  const me = await api.whoami(organizationId, signal);
  // Who one is says nothing yet of whether this organization can be read.
  await api.users(organizationId, signal);
  return {
    account: {
      id: `${organizationId}/${me.userId}`,
      name: localize('{0} in {1}', me.username, me.organizationName),
    },
    settings: { ...settings, organizationId, apiPublicKey: keys.publicKey },
    secrets: { apiPrivateKey: keys.privateKey },
    ...(me.organizationId !== organizationId && {
      notice: localize(
        'The API key belongs to another organization ({0}). It can read this one, but usually not change it.',
        me.organizationId,
      ),
    }),
  };
}

function draftApi({ settings, secrets }: Draft, io: FormIo, localize: Localize) {
  const { baseUrl, organizationId, apiPublicKey } = parseSettings(
    z.omit(storedSettings(), { users: true }),
    settings,
  );
  const keys = keyPair(apiPublicKey, secrets, localize);
  // The service writes its ids in lower case.
  return {
    api: new TurnkeyApi(io.http(baseUrl), keys, localize),
    organizationId: organizationId.toLowerCase(),
    keys,
  };
}
