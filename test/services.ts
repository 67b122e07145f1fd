import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { codegen } from '../src/adapters/codegen/index.ts';
import { gitlab } from '../src/adapters/gitlab/description.ts';
import { services as broughtServices } from '../src/adapters/index.ts';
import { mage } from '../src/adapters/mage/index.ts';
import { oauth } from '../src/adapters/oauth/adapter.ts';
import { planetscale } from '../src/adapters/planetscale/index.ts';
import { turnkey } from '../src/adapters/turnkey/index.ts';
import type { AdapterFactory } from '../src/core/adapter/contract.ts';
import { isRecord } from '../src/core/json.ts';
import type { ItemPath } from '../src/core/model/item.ts';
import type { AdapterContract } from './contract/adapterContract.ts';
import type { Answers } from './contract/harness.ts';
import { startCodegen } from './servers/codegen.ts';
import { startGitLab } from './servers/gitlab.ts';
import { json, type SandboxOptions, type SandboxServer, send } from './servers/loopback.ts';
import { startMage } from './servers/mage.ts';
import { startOidc } from './servers/oidc.ts';
import { startPlanetScale } from './servers/planetscale.ts';
import { startTurnkey } from './servers/turnkey.ts';
import { localize } from './unit/fakes.ts';

/** What tests and the demonstration need of a service; the shared tests then cover it. */
export interface Service<Server> {
  readonly factory: AdapterFactory;
  start(options: StartOptions): Promise<Server>;
  /** Where the sandbox listens, for the output of `npm start`. */
  address(server: Server): string;
  /** What a user types to connect, by form step id. */
  answers(server: Server): Answers;
  /** Other ways to sign in, each with what a user types for it. */
  otherAnswers?(server: Server): readonly Answers[];
  /** Every credential and token value that the service or its user has by now, with a name for each. */
  secrets(server: Server): readonly (readonly [name: string, value: string])[];
  /** A refusal in the vendor's own shape, with these words wherever that shape has room for words. */
  errorBody(status: number, words: string): unknown;
  /** The id of the row of the credential that the connection uses itself; left out where no row is that. */
  ownRow?(server: Server): string;
  /** What the adapter contract has to know; where it needs another sandbox or other answers, the service's own test runs it. */
  readonly contract: ServiceContract<Server> | 'in its own test';
}

/** The contract of an adapter, without what its entry says already. */
export interface ServiceContract<Server> extends Omit<AdapterContract, 'start' | 'errorReply' | 'ownRow'> {
  /** In place of what a user types: a credential that the service does not accept. */
  readonly wrong: Answers;
  /** Makes the service forget everything that the branch under test lists. */
  empty(server: Server): void;
  /** Whether the service still accepts what this row stands for. */
  isLive(server: Server, path: ItemPath): boolean;
}

export type StartOptions = Pick<SandboxOptions, 'hostile' | 'now'>;

function service<Server extends Sandbox>(entry: Service<Server>): Service<Server> {
  return entry;
}

const named = {
  codegen: service({
    factory: codegen,
    start: startCodegen,
    address: ({ url }) => url,
    answers: ({ url, credentials }) => ({
      baseUrl: url,
      token: credentials.token,
      organization: String(credentials.organizationId),
    }),
    secrets: ({ credentials, state }) => [
      ['API token', credentials.token],
      ...state.organizations
        .flatMap(({ integrations }) => integrations)
        .map(({ metadata }) => metadata?.webhook_secret)
        .filter((value) => typeof value === 'string')
        .map((value) => ['webhook secret', value] as const),
    ],
    errorBody: (status, words) => ({ detail: words, message: words, status_code: status }),
    contract: {
      credentialHeaders: ['authorization'],
      wrong: { token: 'sk-somebody-elses' },
      empty: ({ state, credentials }) => {
        for (const organization of state.organizations.filter(
          ({ id }) => id === credentials.organizationId,
        )) {
          organization.tokens = [];
          organization.integrations = [];
        }
      },
      isLive: ({ state }, [{ id }]) =>
        state.organizations.some(({ tokens }) =>
          tokens.some(({ provider, active }) => provider === id && active),
        ),
      revocations: [
        {
          title: 'a provider',
          row: ({ item }) => item.id === 'linear',
          isMutation: ({ method }) => method === 'POST',
          // The vendor does not say what a second revoke answers; its sandbox accepts it.
          again: 'revoked',
        },
      ],
    },
  }),
  mage: service({
    factory: mage,
    start: startMage,
    address: ({ url }) => url,
    answers: ({ url, credentials }) => ({ baseUrl: url, access: 'token', token: credentials.jwt }),
    otherAnswers: ({ url, credentials: { email: user, password } }) => [
      { baseUrl: url, access: 'password', user, password },
    ],
    secrets: ({ credentials, state }) => [
      ['password', credentials.password],
      ['JSON Web Token', credentials.jwt],
      ...state.tokens.map(({ token }) => ['token value', token] as const),
      ...present('refresh token', state.tokens, ({ refresh_token }) => refresh_token),
    ],
    errorBody: (status, words) => ({ error: { code: status, type: words, message: words }, status: 200 }),
    ownRow: ({ credentials }) => createHash('sha256').update(credentials.token).digest('hex').slice(0, 32),
    contract: 'in its own test',
  }),
  planetscale: service({
    factory: planetscale,
    start: startPlanetScale,
    address: ({ apiUrl, oauthUrl }) => `${apiUrl}, OAuth at ${oauthUrl}`,
    answers: ({ apiUrl, oauthUrl, credentials }) => ({
      apiUrl,
      oauthUrl,
      serviceTokenId: credentials.serviceTokenId,
      serviceToken: credentials.serviceToken,
      organization: credentials.organization,
    }),
    secrets: ({ credentials, state }) => [
      ['service token', credentials.serviceToken],
      ['refresh token', credentials.refreshToken],
      ...state.applications.map(({ clientSecret }) => ['client secret', clientSecret] as const),
      ...present('access token', state.tokens, ({ accessToken }) => accessToken),
      ...present('refresh token', state.tokens, ({ refreshToken }) => refreshToken),
    ],
    errorBody: (_status, words) => ({ code: words, message: words, error: words, error_description: words }),
    contract: 'in its own test',
  }),
  turnkey: service({
    factory: turnkey,
    start: startTurnkey,
    address: ({ url }) => url,
    answers: ({ url, credentials }) => ({
      baseUrl: url,
      organizationId: credentials.organizationId,
      apiPublicKey: credentials.publicKey,
      apiPrivateKey: credentials.privateKey,
    }),
    secrets: ({ credentials }) => [['private key', credentials.privateKey]],
    errorBody: (_status, words) => ({
      code: 3,
      message: words,
      details: [{ '@type': words, fieldViolations: words }],
    }),
    contract: 'in its own test',
  }),
  gitlab: service({
    factory: gitlab,
    start: startGitLab,
    address: ({ url }) => url,
    answers: ({ url, credentials }) => ({ baseUrl: url, credential: credentials.token }),
    // Of the many that are alike, which the server never shows, a few are enough.
    secrets: ({ state }) =>
      state.tokens
        .filter(({ name }) => !name.startsWith('Robot'))
        .map(({ value }) => ['token value', value] as const),
    errorBody: (_status, words) => ({ message: words, error: words }),
    ownRow: ({ state }) => String(state.tokens[0]?.id),
    contract: {
      credentialHeaders: ['private-token'],
      wrong: { credential: 'glpat-somebody-elses' },
      // The token that is used for asking stays good, but is not listed.
      empty: (server) => {
        server.intercept(({ request, response, answer }) => {
          const isList = request.method === 'GET' && request.path === '/api/v4/personal_access_tokens';
          if (isList) {
            answer();
            send(response, json(200, [], { 'X-Total': '0' }));
          }
          return isList;
        });
      },
      isLive: ({ state }, [{ id }]) =>
        state.tokens.some((token) => String(token.id) === id && !token.revoked),
      paged: true,
      renews: true,
      revocations: [
        {
          title: 'a token',
          row: ({ item }) => item.name === 'Release pipeline',
          isMutation: ({ method }) => method === 'DELETE',
          again: 'revoked',
        },
      ],
    },
  }),
  oauth: service({
    factory: oauth,
    start: () => startOidc({ accessTokenSeconds: 30 * 24 * 60 * 60 }),
    address: ({ url }) => `${url}, where any name and password sign in`,
    answers: (server) => ({
      issuer: server.url,
      method: 'paste',
      clientId: server.clients.shop.id,
      clientAuth: 'client_secret_basic',
      clientSecret: server.clients.shop.secret,
      ...server.grant(),
    }),
    secrets: (server) => [
      ...present(
        'client secret',
        [...Object.values(server.clients), ...server.registered()],
        ({ secret }) => secret,
      ),
      ...[...server.values()].map((value) => ['token value', value] as const),
    ],
    errorBody: (_status, words) => ({ error: words, error_description: words }),
    contract: 'in its own test',
  }),
};

/**
 * Of a service that only the tests over all services need: its entry is in its sandbox's file, as `service`. To the
 * compiler it is one of the others, as to those tests.
 */
async function found(): Promise<Readonly<Record<string, Service<Sandbox>>>> {
  const ids = broughtServices.map(({ offer }) => offer(localize).id).filter((id) => !(id in named));
  const files = ids.filter((id) => existsSync(new URL(`servers/${id}.ts`, import.meta.url)));
  const entries = files.map(async (id) => {
    const sandbox: unknown = await import(`./servers/${id}.ts`);
    return hasEntry(sandbox) ? [[id, sandbox.service] as const] : [];
  });
  return Object.fromEntries((await Promise.all(entries)).flat());
}

function hasEntry(module: unknown): module is { readonly service: Service<Sandbox> } {
  return isRecord(module) && isRecord(module.service) && 'contract' in module.service;
}

const entries: typeof named = Object.assign(named, await found());

type ServerOf<Entry> = Entry extends Service<infer Server> ? Server : never;
type Servers = { readonly [Id in keyof typeof entries]: ServerOf<(typeof entries)[Id]> };

export const services: { readonly [Id in keyof Servers]: Service<Servers[Id]> } = entries;

export type ServiceId = keyof Servers;

export const serviceIds: readonly ServiceId[] = Object.keys(services).filter(isServiceId);

export function isServiceId(id: string): id is ServiceId {
  return id in services;
}

/** One running service, with what is known of it. */
export interface Running<Server> {
  readonly server: Server;
  readonly address: string;
  readonly answers: Answers;
  readonly otherAnswers: readonly Answers[];
  readonly ownRow: string | undefined;
  /** By now; renewals make more. */
  secrets(): readonly (readonly [name: string, value: string])[];
}

/** A server of each service by its id, and what is known of each. */
export type Sandboxes = Servers & { readonly running: AllRunning; stop(): Promise<unknown> };

type AllRunning = Readonly<Record<ServiceId, Running<Sandbox>>>;

/** All on loopback. */
export async function startSandboxes(options: StartOptions = {}): Promise<Sandboxes> {
  const servers: Filling<Servers> = {};
  const running: Filling<AllRunning> = {};
  const start = async <Id extends ServiceId>(id: Id) => {
    const started = await run<Servers[Id]>(services[id], options);
    servers[id] = started.server;
    running[id] = started;
  };
  await Promise.all(serviceIds.map(start));
  assert(isFilled<Servers>(servers) && isFilled<AllRunning>(running));
  return { ...servers, running, stop: () => Promise.all(serviceIds.map((id) => servers[id].stop())) };
}

type Filling<Whole> = { -readonly [Id in keyof Whole]?: Whole[Id] };

function isFilled<Whole>(filling: Filling<Whole>): filling is Whole & Filling<Whole> {
  return serviceIds.every((id) => id in filling);
}

type Sandbox = Pick<SandboxServer<unknown, unknown>, 'requests' | 'intercept' | 'stop'>;

async function run<Server>(service: Service<Server>, options: StartOptions): Promise<Running<Server>> {
  const server = await service.start(options);
  return {
    server,
    address: service.address(server),
    answers: service.answers(server),
    otherAnswers: service.otherAnswers?.(server) ?? [],
    ownRow: service.ownRow?.(server),
    secrets: () => service.secrets(server),
  };
}

/** The contract of a service as its entry has it; `undefined` where the service's own test runs it. */
export function contractOf<Id extends ServiceId>(id: Id): AdapterContract | undefined {
  const service: Service<Servers[Id]> = services[id];
  if (service.contract === 'in its own test') {
    return undefined;
  }
  const { wrong, empty, isLive, ...rest } = service.contract;
  let own: string | undefined;
  return {
    errorReply: (status, words) => json(status, service.errorBody(status, words)),
    ...(service.ownRow && { ownRow: ({ item }) => item.id === own }),
    ...rest,
    async start(options) {
      const { server, address, answers, ownRow } = await run(service, options);
      own = ownRow;
      return {
        factory: service.factory,
        server,
        origins: [address],
        answers,
        wrongAnswers: { ...answers, ...wrong },
        get secrets() {
          return service.secrets(server).map(([, value]) => value);
        },
        empty: () => empty(server),
        isLive: (path) => isLive(server, path),
      };
    },
  };
}

function present<T>(
  name: string,
  rows: readonly T[],
  read: (row: T) => string | null | undefined,
): (readonly [name: string, value: string])[] {
  return rows.map(read).flatMap((value) => (value ? [[name, value] as const] : []));
}
