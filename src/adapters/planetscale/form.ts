import type { Draft, FormIo, FormStep, Option, SignIn } from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import * as z from '../support/schema.ts';
import { parseSettings } from '../support/storedSettings.ts';
import { PlanetScaleApi } from './api.ts';
import { authorization, planetScaleOauthUrl, planetScaleUrl, storedSettings } from './settings.ts';

export function planetScaleForm(localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: 'apiUrl',
      title: localize('API address'),
      prompt: localize('The address of the PlanetScale API.'),
      default: planetScaleUrl,
    },
    {
      kind: 'url',
      id: 'oauthUrl',
      title: localize('OAuth address'),
      prompt: localize('The address where PlanetScale issues, renews and revokes OAuth tokens.'),
      default: planetScaleOauthUrl,
      // With PlanetScale's own API there is nothing to ask, unless another address was entered before.
      when: ({ settings }) =>
        settings.apiUrl !== planetScaleUrl ||
        (settings.oauthUrl ?? planetScaleOauthUrl) !== planetScaleOauthUrl,
    },
    {
      kind: 'text',
      id: 'serviceTokenId',
      title: localize('Service token ID'),
      prompt: localize('In PlanetScale: organization settings, Service tokens, New service token.'),
      validate: (text) =>
        isHeaderText(text) && !text.includes(':')
          ? undefined
          : localize('Enter the ID alone: no spaces, no colon, and not the token itself.'),
    },
    {
      kind: 'secret',
      id: 'serviceToken',
      title: localize('Service token'),
      prompt: localize(
        'Shown once. It needs read_oauth_applications, read_oauth_tokens and, to revoke, delete_oauth_tokens.',
      ),
      validate: (value) =>
        isHeaderText(value)
          ? undefined
          : localize('A service token has no spaces and no special characters.'),
    },
    ...selectionSteps(localize),
  ];
}

/** What of all that the service token reaches is shown. */
function selectionSteps(localize: Localize): FormStep[] {
  return [
    {
      kind: 'choice',
      id: 'organization',
      title: localize('Organization'),
      prompt: localize('The organization that owns the OAuth applications.'),
      options: (draft, io, signal) => organizationOptions(draft, io, localize, signal),
    },
    {
      kind: 'choice',
      id: 'applications',
      title: localize('OAuth applications'),
      prompt: localize('Select applications, or none to show all, including later ones.'),
      many: true,
      options: (draft, io, signal) => applicationOptions(draft, io, localize, signal),
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
    throw new TokenManagerError('rejected', localize('This service token reaches no organization.'));
  }
  return organizations.map(({ name }) => ({ value: name, label: name }));
}

async function applicationOptions(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Option[]> {
  const { rows } = await draftApi(draft, io, localize).allApplications(signal);
  return rows.map(({ id, name, domain }) => ({
    value: id,
    label: name || id,
    ...(domain && { description: domain }),
  }));
}

export async function signIn(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const settings = parseSettings(storedSettings(), {
    applications: [],
    oauthUrl: planetScaleOauthUrl,
    ...draft.settings,
  });
  const api = draftApi(draft, io, localize);
  const organization = (await api.organizations(signal)).find(({ name }) => name === settings.organization);
  if (!organization) {
    const detail = localize('The service token does not reach the organization {0}.', settings.organization);
    throw new TokenManagerError('notFound', detail);
  }
  const { rows } = await api.applications(1, signal);
  return {
    account: organization,
    settings,
    // Everything, because grants attached earlier are among it when credentials are updated.
    secrets: draft.secrets,
    ...(rows.length === 0 && {
      notice: localize(
        'The organization {0} has no OAuth applications. For some organizations PlanetScale has to turn them on first.',
        organization.name,
      ),
    }),
  };
}

function draftApi({ settings, secrets }: Draft, io: FormIo, localize: Localize): PlanetScaleApi {
  const { apiUrl, serviceTokenId, organization } = parseSettings(
    z.extend(z.pick(storedSettings(), { apiUrl: true, serviceTokenId: true }), {
      organization: z._default(z.string(), ''),
    }),
    settings,
  );
  return new PlanetScaleApi(
    io.http(apiUrl),
    authorization(serviceTokenId, secrets.serviceToken),
    organization,
    localize,
  );
}
