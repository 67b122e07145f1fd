import type { Draft, FormIo, FormStep, Option } from '../../../core/adapter/contract.ts';
import type { Localize } from '../../../core/ports.ts';
import { discover } from '../discovery/discovery.ts';
import {
  noResource,
  protectedResource,
  resourceOf,
  resourceSetting,
  serverChoices,
  writtenResource,
} from '../discovery/protectedResource.ts';
import {
  byHand,
  isByHand,
  isLed,
  isUndescribed,
  lacks,
  ledToSetting,
  serverSetting,
  written,
} from '../discovery/server.ts';

/** The choice of a server, which is an address that the user did not type. */
export const chosenServerStep = 'authorizationServer';

/** Which server it is, from its own description where it has one. */
export function serverSteps(localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: 'issuer',
      title: localize('Server address'),
      prompt: localize('The issuer, its metadata document, or an API that names the server that it trusts.'),
      default: '',
      allowsQuery: true,
    },
    {
      kind: 'choice',
      id: serverSetting,
      title: localize('Server metadata'),
      prompt: localize('What the server says of itself.'),
      options: ({ settings }, io, signal) => serverOptions(String(settings.issuer), io, localize, signal),
    },
    ...resourceSteps(localize),
    ...endpointSteps(localize),
  ];
}

/** From an API to the server that issues tokens for it (RFC 9728). */
function resourceSteps(localize: Localize): FormStep[] {
  const title = localize('Authorization server');
  return [
    {
      kind: 'choice',
      id: resourceSetting,
      title,
      prompt: localize('What the API says of itself.'),
      when: ({ settings }) => isUndescribed(settings),
      options: async ({ settings }, io, signal) => {
        const found = await protectedResource(String(settings.issuer), io, signal);
        const value = found ? writtenResource(found) : noResource;
        return [{ value, label: localize('From the API’s metadata') }];
      },
    },
    {
      kind: 'choice',
      id: chosenServerStep,
      title,
      prompt: localize('The API takes tokens of these servers.'),
      when: ({ settings }) => isUndescribed(settings) && resourceOf(settings) !== undefined,
      options: async ({ settings }) => serverChoices(settings, localize),
    },
    {
      kind: 'choice',
      id: ledToSetting,
      title: localize('Server metadata'),
      prompt: localize('What the server says of itself.'),
      when: ({ settings }) => isLed(settings),
      options: ({ settings }, io, signal) =>
        serverOptions(String(settings.authorizationServer), io, localize, signal),
    },
  ];
}

function endpointSteps(localize: Localize): FormStep[] {
  const common = { kind: 'url', default: '', allowsQuery: true } as const;
  const when = ({ settings }: Draft) => isByHand(settings);
  const optional = { ...common, isOptional: true, when } as const;
  return [
    {
      ...common,
      id: 'tokenEndpoint',
      title: localize('Token endpoint'),
      prompt: localize(
        'No metadata was found, so the endpoints are entered by hand. Where tokens are issued.',
      ),
      when,
    },
    {
      ...optional,
      id: 'authorizationEndpoint',
      title: localize('Authorization endpoint'),
      prompt: localize('Optional: the page for signing in with the browser.'),
    },
    {
      ...optional,
      id: 'deviceEndpoint',
      title: localize('Device authorization endpoint'),
      prompt: localize('Optional: where signing in with a code begins.'),
    },
    {
      ...optional,
      id: 'revocationEndpoint',
      title: localize('Revocation endpoint'),
      prompt: localize('Optional: where tokens are revoked. Without it, nothing can be revoked here.'),
      when: ({ settings }) => isByHand(settings) || lacks(settings, 'revocation_endpoint'),
    },
    {
      ...optional,
      id: 'introspectionEndpoint',
      title: localize('Introspection endpoint'),
      prompt: localize('Optional: where the server is asked whether a token is active.'),
      when: ({ settings }) => isByHand(settings) || lacks(settings, 'introspection_endpoint'),
    },
  ];
}

async function serverOptions(
  address: string,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Option[]> {
  const server = await discover(address, io, localize, signal);
  return server
    ? [{ value: written(server), label: localize('From the server’s metadata') }]
    : [{ value: byHand, label: localize('Enter the endpoints by hand') }];
}
