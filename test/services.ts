import { createHash } from 'node:crypto';
import { codegen } from '../src/adapters/codegen/index.ts';
import { gitlab } from '../src/adapters/gitlab/description.ts';
import { mage } from '../src/adapters/mage/index.ts';
import { oauth } from '../src/adapters/oauth/adapter.ts';
import { planetscale } from '../src/adapters/planetscale/index.ts';
import { turnkey } from '../src/adapters/turnkey/index.ts';
import type { AdapterFactory } from '../src/core/adapter/contract.ts';
import type { Answers } from './contract/harness.ts';
import { startCodegen } from './servers/codegen.ts';
import { startGitLab } from './servers/gitlab.ts';
import type { SandboxOptions, SandboxServer } from './servers/loopback.ts';
import { startMage } from './servers/mage.ts';
import { startOidc } from './servers/oidc.ts';
import { startPlanetScale } from './servers/planetscale.ts';
import { startTurnkey } from './servers/turnkey.ts';

/**
 * The services that tests and the demonstration connect to. A new adapter gets one entry in {@link services} and
 * its name in {@link startSandboxes}; the shared tests then cover it.
 */
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
}

export type StartOptions = Pick<SandboxOptions, 'hostile' | 'now'>;

function service<Server extends Sandbox>(entry: Service<Server>): Service<Server> {
  return entry;
}

export const services = {
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
  }),
};

export type ServiceId = keyof typeof services;

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

export type Sandboxes = Awaited<ReturnType<typeof startSandboxes>>;

/** A server of each service, all on loopback. */
export async function startSandboxes(options: StartOptions = {}) {
  const [codegen, mage, planetscale, turnkey, gitlab, oauth] = await Promise.all([
    run(services.codegen, options),
    run(services.mage, options),
    run(services.planetscale, options),
    run(services.turnkey, options),
    run(services.gitlab, options),
    run(services.oauth, options),
  ]);
  const running: Readonly<Record<ServiceId, Running<Sandbox>>> = {
    codegen,
    mage,
    planetscale,
    turnkey,
    gitlab,
    oauth,
  };
  return {
    running,
    codegen: codegen.server,
    mage: mage.server,
    planetscale: planetscale.server,
    turnkey: turnkey.server,
    gitlab: gitlab.server,
    oauth: oauth.server,
    stop: () => Promise.all(Object.values(running).map(({ server }) => server.stop())),
  };
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

function present<T>(
  name: string,
  rows: readonly T[],
  read: (row: T) => string | null | undefined,
): (readonly [name: string, value: string])[] {
  return rows.map(read).flatMap((value) => (value ? [[name, value] as const] : []));
}
