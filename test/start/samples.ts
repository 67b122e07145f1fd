import { adapters } from '../../src/adapters/index.ts';
import type { ConnectionIndex } from '../../src/core/connections/connections.ts';
import { encoded } from '../../src/platform/storage/credentialStore.ts';
import { type Answers, Harness } from '../contract/harness.ts';
import { startCodegen } from '../servers/codegen.ts';
import { startGitLab } from '../servers/gitlab.ts';
import type { SandboxOptions } from '../servers/loopback.ts';
import { startMage } from '../servers/mage.ts';
import { startOidc } from '../servers/oidc.ts';
import { startPlanetScale } from '../servers/planetscale.ts';
import { startTurnkey } from '../servers/turnkey.ts';
import { SkippingClock } from '../unit/fakes.ts';

/** The sandbox services, and what a user types to connect to each, by adapter id and form step id. */
export async function startSandboxes(options: Pick<SandboxOptions, 'hostile'> = {}) {
  const [codegen, mage, planetscale, turnkey, oauth, gitlab] = await Promise.all([
    startCodegen(options),
    startMage(options),
    startPlanetScale(options),
    startTurnkey(options),
    startOidc({ accessTokenSeconds: 30 * 24 * 60 * 60 }),
    startGitLab(options),
  ]);
  const answers: Readonly<Record<string, Answers>> = {
    codegen: {
      baseUrl: codegen.url,
      token: codegen.credentials.token,
      organization: String(codegen.credentials.organizationId),
    },
    mage: { baseUrl: mage.url, access: 'token', token: mage.credentials.jwt },
    planetscale: {
      apiUrl: planetscale.apiUrl,
      oauthUrl: planetscale.oauthUrl,
      serviceTokenId: planetscale.credentials.serviceTokenId,
      serviceToken: planetscale.credentials.serviceToken,
      organization: planetscale.credentials.organization,
    },
    turnkey: {
      baseUrl: turnkey.url,
      organizationId: turnkey.credentials.organizationId,
      apiPublicKey: turnkey.credentials.publicKey,
      apiPrivateKey: turnkey.credentials.privateKey,
    },
    oauth: {
      issuer: oauth.url,
      method: 'paste',
      clientId: oauth.clients.shop.id,
      clientAuth: 'client_secret_basic',
      clientSecret: oauth.clients.shop.secret,
      ...oauth.grant(),
    },
    gitlab: { baseUrl: gitlab.url, credential: gitlab.credentials.token },
  };
  const servers = { codegen, mage, planetscale, turnkey, oauth, gitlab };
  return {
    ...servers,
    answers,
    stop: () => Promise.all(Object.values(servers).map((server) => server.stop())),
  };
}

/** What the demonstration puts into a fresh profile: the same that Add Connection would have stored. */
export interface Samples {
  readonly index: ConnectionIndex;
  /** SecretStorage's values by connection id. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Connects each service for real, through the adapters. */
export async function connectSamples(answers: Readonly<Record<string, Answers>>): Promise<Samples> {
  const connections: ConnectionIndex['connections'][number][] = [];
  const secrets: Record<string, string> = {};
  for (const factory of adapters) {
    const harness = new Harness(factory, new SkippingClock(Date.now()));
    const { connection } = await harness.connect(answers[harness.adapter.id] ?? {});
    connections.push(connection);
    const stored = harness.credentialStore.values.get(connection.id);
    secrets[connection.id] = encoded(stored ?? {});
    harness.dispose();
  }
  return { index: { connections, unsettled: [] }, secrets };
}
