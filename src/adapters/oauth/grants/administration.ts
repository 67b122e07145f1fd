import type { Draft, FormIo, FormStep } from '../../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../../../core/model/errors.ts';
import type { Settings } from '../../../core/model/item.ts';
import type { Localize, Secrets } from '../../../core/ports.ts';
import { isSuccess } from '../../support/answers.ts';
import { isHeaderText } from '../../support/headerText.ts';
import { described } from '../discovery/server.ts';

/** The address of a server's administration, which its metadata does not tell, and what a proxy before it asks for. */
export const administration = 'administration';
export const administrationCredential = 'administrationCredential';

/** Whether it wants another credential than the one there is, which may be none; noted while the form is filled in. */
const administrationAccess = '.administrationAccess';
const wanted = 'wanted';

/** The consents of a user, whom the query names. */
export const consents = '/admin/oauth2/auth/sessions/consent';

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
      kind: 'choice',
      id: administrationAccess,
      title: localize('Credential of the administration'),
      prompt: localize('Whether the administration asks for a credential.'),
      when: isAdministered,
      // One option, so that it is seen rather than asked.
      options: async (draft, io, signal) => {
        const value = (await isRefused(draft, io, signal)) ? wanted : 'granted';
        return [{ value, label: value }];
      },
    },
    {
      kind: 'secret',
      id: administrationCredential,
      title: localize('Credential of the administration'),
      prompt: localize('Optional: the bearer token for a proxy in front of it. It is sent there only.'),
      isOptional: true,
      when: (draft) => isAdministered(draft) && draft.settings[administrationAccess] === wanted,
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

/** What it says of a user that there is not. One that does not answer has not refused what is stored. */
async function isRefused({ settings, secrets }: Draft, io: FormIo, signal: AbortSignal): Promise<boolean> {
  const { origin, pathname } = new URL(administrationOf(settings) ?? '');
  const stored = secrets[administrationCredential];
  const isStored = stored !== undefined && stored.reveal() !== '';
  const answer = await toResult(
    io.http(origin).request({
      method: 'GET',
      route: `${pathname.replace(/\/$/, '')}${consents}`,
      query: { subject: crypto.randomUUID() },
      headers: isStored ? { authorization: stored.map((value) => `Bearer ${value}`) } : {},
      repeat: 'reads',
      signal,
    }),
  );
  if (answer instanceof TokenManagerError) {
    throwIfCancelled(signal);
    return !isStored;
  }
  return isStored ? answer.status === 401 || answer.status === 403 : !isSuccess(answer);
}

/** What was entered, if it was asked for. */
export function administrationOf(settings: Settings): string | undefined {
  const { [administration]: address, method } = settings;
  return typeof address === 'string' && address !== '' && method !== 'clientCredentials'
    ? address
    : undefined;
}

/** What was seen while the form was filled in need not be so the next time. */
export function withoutAccess({ [administrationAccess]: _, ...others }: Settings): Settings {
  return others;
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
