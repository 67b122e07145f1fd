import type { FormStep } from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Settings } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize, Secrets } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import { requireSecret } from '../support/requireSecret.ts';
import type { ServiceDescription } from './description.ts';
import type { Values } from './values.ts';

/** Names of form steps; connections are stored under them. */
export const urlStep = 'baseUrl';
export const credentialStep = 'credential';
export const userStep = 'user';
/** Not asked for: what the account call said. */
export const accountKey = '.account';

/** The second and later secrets. */
function furtherStep(index: number): string {
  return `${credentialStep}${index + 2}`;
}

/** Everything that a connection of this service is asked for. */
export function formOf(description: ServiceDescription, localize: Localize): FormStep[] {
  const { baseUrl, name, ask = [], credential } = description;
  return [
    addressStep(name, baseUrl, localize),
    ...ask.map(
      ({ id, title, prompt, placeholder, default: preset }): FormStep => ({
        kind: 'text',
        id,
        title,
        prompt: prompt ?? localize('The service is asked with this value.'),
        ...(placeholder !== undefined && { placeholder }),
        ...(preset !== undefined && { default: preset }),
        validate: (text) => (text.trim() === '' ? localize('Enter a value.') : undefined),
      }),
    ),
    ...userSteps(description, localize),
    ...(credential.kind === 'none' ? [] : [secretStep(credentialStep, credential, description, localize)]),
    ...(credential.also ?? []).map((also, index) =>
      secretStep(furtherStep(index), also, description, localize),
    ),
  ];
}

/** An address that only shows what one looks like is no address to send a credential to, so it is not filled in. */
function addressStep(name: string, baseUrl: string, localize: Localize): FormStep {
  const step = { kind: 'url', id: urlStep, title: localize('API address') } as const;
  return new URL(baseUrl).hostname.split('.').includes('example')
    ? { ...step, prompt: localize('The address of the API of {0}, such as {1}', name, baseUrl), default: '' }
    : { ...step, prompt: localize('The address of the API of {0}.', name), default: baseUrl };
}

function userSteps({ credential: { user } }: ServiceDescription, localize: Localize): FormStep[] {
  return user
    ? [
        {
          kind: 'text',
          id: userStep,
          title: user.title,
          prompt: user.prompt ?? localize('It is sent together with the secret.'),
          validate: (text) =>
            text === '' || text.includes(':')
              ? localize('A user name has no colon, and is not empty.')
              : undefined,
        },
      ]
    : [];
}

function secretStep(
  id: string,
  { title, prompt, header }: { title: string; prompt?: string | undefined; header: string },
  { credential: { kind, signIn } }: ServiceDescription,
  localize: Localize,
): FormStep {
  // What is encoded, or sent in a body, may have blanks.
  const isPlain = (kind === 'basic' || signIn !== undefined) && id === credentialStep;
  return {
    kind: 'secret',
    id,
    title,
    prompt:
      prompt ??
      (signIn && id === credentialStep
        ? localize('It is sent to this address only, to sign in.')
        : localize('It is sent to this address only, in the header {0}.', header)),
    validate: (value) =>
      (isPlain ? /^[\x20-\x7e]+$/.test(value) : isHeaderText(value))
        ? undefined
        : localize('An API token has no spaces and no special characters.'),
  };
}

/** What every request carries. @throws `credentialMissing` */
export function headersOf(
  { credential, headers = {} }: ServiceDescription,
  secrets: Secrets,
  settings: Settings,
): Readonly<Record<string, string | Secret>> {
  const fixed = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const further = (credential.also ?? []).map(({ header, prefix = '' }, index) => {
    const secret = requireSecret(secrets[furtherStep(index)]);
    return [header.toLowerCase(), secret.map((value) => `${prefix}${value}`)] as const;
  });
  const own =
    credential.kind === 'none' || credential.signIn
      ? []
      : [[credential.header.toLowerCase(), ownHeader(credential, secrets, settings)] as const];
  return Object.fromEntries([...fixed, ...further, ...own]);
}

function ownHeader(
  { kind, prefix, user }: ServiceDescription['credential'],
  secrets: Secrets,
  settings: Settings,
): Secret {
  const secret = requireSecret(secrets[credentialStep]);
  if (kind !== 'basic') {
    return secret.map((value) => `${prefix}${value}`);
  }
  // RFC 7617. Where no user name is asked for, the secret stands in its place.
  const name = user && textSetting(settings, userStep);
  return secret.map((value) => {
    const pair = name === undefined ? `${value}:` : `${name}:${value}`;
    return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  });
}

/** What is kept of a sign-in's secrets: those that the form asks for. */
export function keptSecrets({ credential }: ServiceDescription, secrets: Secrets): Secrets {
  const ids = [
    ...(credential.kind === 'none' ? [] : [credentialStep]),
    ...(credential.also ?? []).map((_, index) => furtherStep(index)),
  ];
  return Object.fromEntries(ids.map((id) => [id, requireSecret(secrets[id])]));
}

/** What is kept of its settings. */
export function keptSettings(description: ServiceDescription, settings: Settings): Record<string, string> {
  const { ask = [], credential } = description;
  const ids = [urlStep, ...ask.map(({ id }) => id), ...(credential.user ? [userStep] : [])];
  return Object.fromEntries(ids.map((id) => [id, textSetting(settings, id)]));
}

/** The values that calls may name. */
export function valuesOf({ ask = [] }: ServiceDescription, settings: Settings): Values {
  const asked = ask.map(({ id }) => [id, textSetting(settings, id)] as const);
  const account = settings[accountKey];
  return Object.fromEntries([
    ...asked,
    ...(typeof account === 'string' ? [['account', account] as const] : []),
  ]);
}

/** @throws `configuration` */
export function textSetting(settings: Settings, id: string): string {
  const value = settings[id];
  if (typeof value !== 'string') {
    throw new TokenManagerError('configuration', id, { code: 'unusable-settings' });
  }
  return value;
}
