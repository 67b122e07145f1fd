import assert from 'node:assert/strict';
import { planetscale } from '../../../src/adapters/planetscale/index.ts';
import type { Item, ItemPath } from '../../../src/core/model/item.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import type { SandboxOptions } from '../../servers/loopback.ts';
import { type PlanetScaleServer, startPlanetScale } from '../../servers/planetscale.ts';
import { type Connected, readAll, unhurried } from '../harness.ts';
import { ServiceBench } from '../serviceBench.ts';

export class Bench extends ServiceBench<PlanetScaleServer> {
  constructor() {
    super(planetscale, (now, options) => startPlanetScale({ now, ...options }));
  }

  readonly connect = (answers = {}) => this.harness.connect({ ...answersFor(this.server), ...answers });

  readonly sent = (): string[] =>
    this.server.requests.map(({ method, path }) => `${method} ${path.split('/').slice(-1)}`);

  readonly token = ({ session }: Connected, name = 'Release pipeline') =>
    rowAt(session, ['Deploy Bot', name]);

  /** Attaches what belongs to the sample token, but for what is given. */
  readonly attach = async (connected: Connected, entered: Record<string, string> = {}) => {
    const { refreshToken, clientId, clientSecret } = this.server.credentials;
    const { path, item } = await this.token(connected);
    const { clientId: id, ...values } = { refreshToken, clientId, clientSecret, ...entered };
    const secrets = Object.entries(values).map(([name, value]) => [name, new Secret(value)] as const);
    const draft = { settings: { clientId: id }, secrets: Object.fromEntries(secrets) };
    await connected.session.attachment?.attach(path, draft, unhurried());
    return { path, item };
  };

  readonly stored = (connectionId: string) => this.harness.credentialStore.read(connectionId);

  readonly clientFields = () => {
    const { clientId, clientSecret } = this.server.credentials;
    return { client_id: clientId, client_secret: clientSecret };
  };

  readonly revocationForms = (): Record<string, string>[] =>
    this.server.requests
      .filter(({ path }) => path === '/oauth/revoke')
      .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
}

export function answersFor(
  { apiUrl, oauthUrl, credentials, state }: PlanetScaleServer,
  options: SandboxOptions = {},
) {
  const { serviceTokenId, serviceToken, organization } = credentials;
  // Nothing below an application with such an id can be asked for: it is no path segment.
  const reachable = state.applications.map(({ resource }) => resource.id).filter((id) => id !== '..');
  const applications = options.hostile ? reachable : [];
  return { apiUrl, oauthUrl, serviceTokenId, serviceToken, organization, applications };
}

export function secretsOf({ credentials, state }: PlanetScaleServer): string[] {
  return [
    credentials.serviceToken,
    ...state.applications.map(({ clientSecret }) => clientSecret),
    ...state.tokens
      .slice(0, 3)
      .flatMap(({ accessToken, refreshToken }) => [accessToken ?? [], refreshToken ?? []].flat()),
  ];
}

export function without({ state }: PlanetScaleServer, access: string): void {
  for (const serviceToken of state.serviceTokens) {
    serviceToken.accesses = serviceToken.accesses.filter((name) => name !== access);
  }
}

export async function application(session: Connected['session'], name = 'Deploy Bot'): Promise<Item> {
  const row = (await readAll(session, undefined)).items.find((item) => item.name === name);
  assert(row, `no application ${name}`);
  return row;
}

export async function rowAt(session: Connected['session'], [applicationName, name]: readonly string[]) {
  const parent = await application(session, applicationName);
  const item = (await readAll(session, [parent])).items.find((row) => row.name === name);
  assert(item, `no row ${name}`);
  const path: ItemPath = [parent, item];
  return { path, item };
}

export function fieldText(fields: Item['fields'], label: string): string | undefined {
  const field = fields.find((candidate) => candidate.label === label);
  return field && 'text' in field ? field.text : undefined;
}
