import type { Draft, FormStep } from '../../../core/adapter/contract.ts';
import type { Settings } from '../../../core/model/item.ts';
import type { Localize, Secrets } from '../../../core/ports.ts';
import { isHeaderText } from '../../support/headerText.ts';
import { described } from '../discovery/server.ts';

/** The address of a server's administration, which its metadata does not tell, and what a proxy before it asks for. */
export const administration = 'administration';
export const administrationCredential = 'administrationCredential';

/** Asked at the end, and only where the server may be one whose administration is known here. */
export function administrationSteps(localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: administration,
      title: localize('Administration address'),
      prompt: localize(
        'Optional, if you run this Ory Hydra: where its administration lists what users have authorized.',
      ),
      default: '',
      isOptional: true,
      when: ({ settings }) => isLikeHydra(settings) && settings.method !== 'clientCredentials',
    },
    {
      kind: 'secret',
      id: administrationCredential,
      title: localize('Credential of the administration'),
      prompt: localize('Optional: what a proxy before it takes as a bearer token. It is sent there only.'),
      isOptional: true,
      when: isAdministered,
      validate: (value) =>
        value === '' || isHeaderText(value)
          ? undefined
          : localize('A token has no spaces and no special characters.'),
    },
  ];
}

function isAdministered({ settings }: Draft): boolean {
  return isLikeHydra(settings) && administrationOf(settings) !== undefined;
}

/** What was entered, if it was asked for. */
export function administrationOf(settings: Settings): string | undefined {
  const { [administration]: address, method } = settings;
  return typeof address === 'string' && address !== '' && method !== 'clientCredentials'
    ? address
    : undefined;
}

/** What is kept of it; signing in does not use it. */
export function administrationSecret({ [administrationCredential]: entered }: Secrets): Secrets {
  return entered?.reveal() ? { [administrationCredential]: entered } : {};
}

/** Hydra's paths cannot be configured. */
function isLikeHydra(settings: Settings): boolean {
  const { authorization_endpoint: page = '', token_endpoint: token = '' } = described(settings) ?? {};
  return page.endsWith('/oauth2/auth') && token.endsWith('/oauth2/token');
}
