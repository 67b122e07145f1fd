import type { Draft, FormStep, Option, ProviderAdapter } from '../../../core/adapter/contract.ts';
import type { Secret } from '../../../core/model/secret.ts';
import type { Localize } from '../../../core/ports.ts';
import { isHeaderText } from '../../support/headerText.ts';
import { type ClientAuth, clientAuthMethods, isByCertificate } from '../client/authentication.ts';
import { type Method, offersRegistration, registers } from '../client/settings.ts';
import { described, isByHand, isLed, type Server } from '../discovery/server.ts';
import { administrationSteps } from '../grants/administration.ts';
import { commonAlgorithm, madeKey, privateKeyIn, publicKeyIn } from '../protocol/keys.ts';
import { certificateSteps } from './certificateForm.ts';
import { serverSteps } from './serverForm.ts';

/** What Add Connection asks for. The server's own description decides what is asked and what is offered. */
export function form(localize: Localize): FormStep[] {
  return [
    ...serverSteps(localize),
    {
      kind: 'choice',
      id: 'method',
      title: localize('Tokens'),
      prompt: localize('How to get tokens.'),
      options: async ({ settings }) => methodOptions(described(settings), localize),
    },
    {
      kind: 'choice',
      id: 'wayBack',
      title: localize('Redirect'),
      prompt: localize('How the browser hands the sign-in back to VS Code.'),
      when: isBy('browser'),
      options: async () => [
        {
          value: 'editor',
          label: localize('A link that opens VS Code'),
          detail: localize('Also from another computer, as with SSH, containers and VS Code in a browser.'),
        },
        {
          value: 'loopback',
          label: localize('An address of this computer'),
          detail: localize(
            'The browser must run on the same computer as the extension. The address is http://127.0.0.1 with a free port.',
          ),
        },
      ],
    },
    ...clientSteps(localize),
    ...certificateSteps(localize, hasOwnClient),
    ...grantSteps(localize),
    ...tokenSteps(localize),
    ...administrationSteps(localize),
  ];
}

/** What tokens are asked for with. */
function grantSteps(localize: Localize): FormStep[] {
  return [
    {
      kind: 'text',
      id: 'scopes',
      title: localize('Scopes'),
      prompt: localize('Optional: what the tokens may do, separated by spaces.'),
      placeholder: 'offline_access read',
      isOptional: true,
      when: (draft) => !isBy('paste')(draft),
      validate: (text) =>
        /^[\x21\x23-\x5b\x5d-\x7e ]*$/.test(text)
          ? undefined
          : localize('Scopes are words without quotation marks and backslashes, separated by spaces.'),
    },
    {
      kind: 'text',
      id: 'resource',
      title: localize('Resource or audience'),
      prompt: localize(
        'Optional: the API that the tokens are for, as an address or as the name that the server uses.',
      ),
      isOptional: true,
      when: (draft) => !isBy('paste')(draft) && !isLed(draft.settings),
    },
    {
      kind: 'choice',
      id: 'resourceParameter',
      title: localize('Resource or audience'),
      prompt: localize('How the server takes it.'),
      // A name that is no address can only be an audience (RFC 8707 section 2).
      when: (draft) =>
        !isBy('paste')(draft) &&
        !isLed(draft.settings) &&
        URL.canParse(String(draft.settings.resource ?? '')),
      options: async () => [
        { value: 'resource', label: localize('As a resource'), detail: localize('As RFC 8707 says.') },
        {
          value: 'audience',
          label: localize('As an audience'),
          detail: localize('As Auth0, Ory Hydra and others expect it.'),
        },
      ],
    },
  ];
}

function clientSteps(localize: Localize): FormStep[] {
  return [
    {
      kind: 'choice',
      id: 'client',
      title: localize('Client'),
      prompt: localize('The OAuth client that this connection uses.'),
      when: ({ settings }) => offersRegistration(settings),
      options: async () => [
        {
          value: 'register',
          label: localize('Register this connection as a client of its own'),
          detail: localize(
            'The server allows dynamic registration. What it issues is kept in the secret storage.',
          ),
        },
        { value: 'own', label: localize('Enter a client ID') },
      ],
    },
    {
      kind: 'text',
      id: 'clientId',
      title: localize('Client ID'),
      prompt: localize('The client that is registered at the server. With pasted tokens it may be left out.'),
      isOptional: true,
      when: ({ settings }) => !registers(settings),
      validate: (text, draft) =>
        text !== '' || isBy('paste')(draft) ? undefined : localize('Enter the client ID.'),
    },
    {
      kind: 'choice',
      id: 'clientAuth',
      title: localize('Client authentication'),
      prompt: localize('How the client proves itself.'),
      when: hasOwnClient,
      options: async (draft) => clientAuthOptions(draft, localize),
    },
    {
      kind: 'secret',
      id: 'clientSecret',
      title: localize('Client secret'),
      prompt: localize('The secret of the client.'),
      when: (draft) =>
        hasOwnClient(draft) &&
        !['none', 'private_key_jwt'].includes(String(draft.settings.clientAuth)) &&
        !isByCertificate(draft.settings.clientAuth),
    },
    {
      kind: 'secret',
      id: 'clientKey',
      title: localize('Private key'),
      prompt: localize('The private key of the client: PEM, or a JSON Web Key whose “kid” the server knows.'),
      when: (draft) => hasOwnClient(draft) && draft.settings.clientAuth === 'private_key_jwt',
      validate: (value) =>
        privateKeyIn(value)
          ? undefined
          : localize(
              'This key cannot be used. Enter an unencrypted private key: RSA, P-256, P-384, P-521 or Ed25519.',
            ),
    },
  ];
}

/** By the id of the step that asks for it. */
export const keyMakers = {
  clientKey: { make: madeFor, publicHalf: publicKeyIn },
} satisfies ProviderAdapter['keyMakers'];

/** A key that signs by what the server takes, where it says so. */
async function madeFor({ settings }: Draft): Promise<Secret> {
  const listed = described(settings)?.token_endpoint_auth_signing_alg_values_supported;
  return madeKey(
    await import('../protocol/library.ts'),
    commonAlgorithm(listed) ?? 'ES256',
    crypto.randomUUID(),
  );
}

function tokenSteps(localize: Localize): FormStep[] {
  const validate = (value: string) =>
    value === '' || isHeaderText(value)
      ? undefined
      : localize('A token has no spaces and no special characters.');
  return [
    {
      kind: 'secret',
      id: 'accessToken',
      title: localize('Access token'),
      prompt: localize('Leave it empty to enter only a refresh token.'),
      isOptional: true,
      when: isBy('paste'),
      validate,
    },
    {
      kind: 'secret',
      id: 'refreshToken',
      title: localize('Refresh token'),
      prompt: localize(
        'Optional, for renewing. Stored without validation, because using it may invalidate it.',
      ),
      isOptional: true,
      when: isBy('paste'),
      validate: (value, { secrets }) =>
        value === '' && !secrets.accessToken?.reveal()
          ? localize('Enter an access token or a refresh token.')
          : validate(value),
    },
  ];
}

/** Only what the server offers; one that does not list its grants (RFC 8414) may offer any. */
function methodOptions(server: Server | undefined, localize: Localize): Option[] {
  const grants = server?.grant_types_supported;
  const grantsToo = (grant: string) => grants === undefined || grants.includes(grant);
  const options: (Option & { readonly value: Method; readonly isOffered: boolean })[] = [
    {
      value: 'browser',
      label: localize('Sign in with the browser'),
      detail: localize('Authorization code with PKCE.'),
      isOffered: server?.authorization_endpoint !== undefined && grantsToo('authorization_code'),
    },
    {
      value: 'device',
      label: localize('Sign in with a code on any device'),
      detail: localize('For when no browser can return here.'),
      isOffered: server?.device_authorization_endpoint !== undefined,
    },
    {
      value: 'paste',
      label: localize('Paste tokens'),
      detail: localize('An access token, a refresh token, or both.'),
      isOffered: true,
    },
    {
      value: 'clientCredentials',
      label: localize('Client credentials'),
      detail: localize('A token for the client itself, without a user.'),
      isOffered: grantsToo('client_credentials'),
    },
  ];
  return options.flatMap(({ isOffered, ...option }) => (isOffered ? [option] : []));
}

const usual: readonly ClientAuth[] = ['client_secret_basic', 'client_secret_post'];

/**
 * What the server lists, of what can be done here. A public client does not authenticate (RFC 6749 section 2.1),
 * so that the list says nothing of it. Where it names nothing usable, the user may know better.
 */
function clientAuthOptions({ settings }: Draft, localize: Localize): Option[] {
  const listed = described(settings)?.token_endpoint_auth_methods_supported ?? [];
  const labels = {
    client_secret_basic: localize('Client secret in the header'),
    client_secret_post: localize('Client secret in the form'),
    client_secret_jwt: localize('Proof made with the client secret'),
    private_key_jwt: localize('Proof made with a private key'),
    tls_client_auth: localize('Certificate (mutual TLS)'),
    self_signed_tls_client_auth: localize('Certificate signed by itself (mutual TLS)'),
    none: localize('No secret: a public client'),
  };
  const withSecret = clientAuthMethods.filter((method) => method !== 'none');
  const usable = withSecret.filter((method) => listed.includes(method));
  // A server that lists nothing takes the usual (RFC 8414 section 2), unless it says nothing of itself at all.
  const others = isByHand(settings) ? withSecret : usual;
  const isListed = listed.length === 0 || usable.length > 0;
  return [...(usable.length > 0 ? usable : others), 'none' as const].map((value) => ({
    value,
    label: labels[value],
    description: value,
    ...(!isListed &&
      value !== 'none' && {
        detail: localize('The server lists only {0}, which is not supported here.', listed.join(', ')),
      }),
  }));
}

function isBy(method: Method) {
  return ({ settings }: Draft) => settings.method === method;
}

function hasOwnClient(draft: Draft): boolean {
  const { clientId } = draft.settings;
  return !registers(draft.settings) && typeof clientId === 'string' && clientId !== '';
}
