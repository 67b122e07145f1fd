import type { Draft, FormIo, FormStep, Option, SignIn } from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import { requireSecret } from '../support/requireSecret.ts';
import * as z from '../support/schema.ts';
import { parseSettings } from '../support/storedSettings.ts';
import { CodegenApi, codegenUrl } from './api.ts';
import { storedSettings } from './settings.ts';

export function codegenForm(localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: 'baseUrl',
      title: localize('API address'),
      prompt: localize('The address of the Codegen API, without “/v1”.'),
      default: codegenUrl,
    },
    {
      kind: 'secret',
      id: 'token',
      title: localize('API token'),
      prompt: localize('Generate one at https://codegen.com/token. It has the same rights as you.'),
      validate: (value) =>
        isHeaderText(value) ? undefined : localize('An API token has no spaces and no special characters.'),
    },
    {
      kind: 'choice',
      id: 'organization',
      title: localize('Organization'),
      prompt: localize('The organization whose connected providers are shown.'),
      options: (draft, io, signal) => organizationOptions(draft, io, localize, signal),
    },
  ];
}

async function organizationOptions(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Option[]> {
  const organizations = await draftApi(draft, io, localize).organizations(signal);
  if (organizations.length === 0) {
    throw new TokenManagerError('rejected', localize('This API token belongs to no organization.'));
  }
  return organizations.map(({ id, name }) => ({ value: id, label: name || `#${id}`, description: `#${id}` }));
}

export async function signIn(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const { baseUrl, organization: id } = parseSettings(
    z.omit(storedSettings(), { organizationName: true }),
    draft.settings,
  );
  const api = draftApi(draft, io, localize);
  const user = await api.me(signal);
  const organization = (await api.organizations(signal)).find((candidate) => candidate.id === id);
  if (!organization) {
    throw new TokenManagerError('notFound', localize('The API token does not reach organization {0}.', id));
  }
  await api.status(id, signal);
  const organizationName = organization.name || `#${id}`;
  const userName = user.github_username || user.full_name || user.email || user.id;
  return {
    account: {
      id: `${user.id}/${organization.id}`,
      name: localize('{0} in {1}', userName, organizationName),
    },
    settings: { baseUrl, organization: id, organizationName },
    secrets: { token: requireSecret(draft.secrets.token) },
  };
}

function draftApi({ settings, secrets }: Draft, io: FormIo, localize: Localize): CodegenApi {
  const { baseUrl } = parseSettings(z.pick(storedSettings(), { baseUrl: true }), settings);
  return new CodegenApi(io.http(baseUrl), requireSecret(secrets.token), localize);
}
