import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleSecret } from '../../servers/loopback.ts';
import { type ClientWithSecret, clientsOf, introspected, type OAuthSubject } from '../flows/oauthSubject.ts';
import { notStrict } from '../flows/strict.ts';
import { tools } from '../machine.ts';
import { freePort, startProgram } from '../program.ts';
import { folderOf, installOnce, logOf, type RealServer, runClient } from '../realServer.ts';

const id = 'keycloak';
const version = '26.4.7';
const realm = 'shop';
const password = sampleSecret('keycloak robin');
const admin = { name: 'keeper', password: sampleSecret('keycloak keeper') };
const clients = clientsOf('keycloak');
const redirectUri = 'http://127.0.0.1/callback';
export const accountRoles = ['view-applications', 'manage-consent', 'view-profile', 'manage-account'];

export const keycloak: RealServer<OAuthSubject> = {
  id,
  name: 'Keycloak',
  version,
  kind: 'OAuth 2.0 server',
  needs: [tools.java, tools.maven],
  lacks: notStrict,
  source: `org.keycloak:keycloak-quarkus-dist:${version} (zip) from Maven Central`,
  install: async (say) => {
    await installOnce(id, version, async (folder) => {
      say('the distribution, unpacked by Maven');
      await runClient(id, 'mvn', [
        '--batch-mode',
        '--quiet',
        `-Dmaven.repo.local=${folderOf('maven')}`,
        'dependency:unpack',
        `-Dartifact=org.keycloak:keycloak-quarkus-dist:${version}:zip`,
        `-DoutputDirectory=${folder}`,
      ]);
      const home = join(folder, 'home');
      renameSync(join(folder, `keycloak-${version}`), home);
      say('its configuration, built');
      await runClient(id, 'bash', [join(home, 'bin', 'kc.sh'), 'build', '--db=dev-mem']);
    });
  },
  start: async () => {
    const { url, stop } = await startKeycloakServer(realmOfTheShop());
    return {
      issuer: `${url}/realms/${realm}`,
      clients,
      ...shop,
      isLive: isLiveFor(url, clients.secret),
      secrets: [...secretsOfTheShop, clients.secret.clientSecret],
      stop,
    };
  },
};

export const secretsOfTheShop: readonly string[] = [password, admin.password];

/** What a user meets in any realm of these. */
export const shop = {
  scopes: 'openid offline_access',
  fills: { username: 'robin', password },
  person: 'robin',
  tellsGrants: true,
  isAskedAbout: ['access_token', 'refresh_token'],
} as const satisfies Partial<OAuthSubject>;

export function isLiveFor(url: string, client: ClientWithSecret): OAuthSubject['isLive'] {
  const endpoint = `${url}/realms/${realm}/protocol/openid-connect/token/introspect`;
  return (token) => introspected(endpoint, client, token);
}

/** With this realm only, beside that of its administration. */
export async function startKeycloakServer(
  definition: object,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const home = join(folderOf(id), 'home');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const imports = join(home, 'data', 'import');
  rmSync(join(home, 'data'), { recursive: true, force: true });
  mkdirSync(imports, { recursive: true });
  writeFileSync(join(imports, `${realm}-realm.json`), JSON.stringify(definition));
  const program = await startProgram({
    command: 'bash',
    args: [
      join(home, 'bin', 'kc.sh'),
      'start',
      '--optimized',
      '--cache=local',
      '--http-enabled=true',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      '--hostname-strict=false',
      '--import-realm',
    ],
    log: logOf(id),
    env: {
      KC_BOOTSTRAP_ADMIN_USERNAME: admin.name,
      KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
      // It lives for minutes: starting soon is worth more than running fast.
      JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
    },
    readyAt: `${url}/realms/${realm}/.well-known/openid-configuration`,
  });
  try {
    await letClientsRegister(url);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { url, stop: program.stop };
}

/** As is allowed from this computer; a new realm trusts no host at all. */
async function letClientsRegister(url: string): Promise<void> {
  const signedIn = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'admin-cli',
      username: admin.name,
      password: admin.password,
    }),
  });
  const { access_token: token } = await signedIn.json();
  const components = `${url}/admin/realms/${realm}/components`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const listed = await fetch(
    `${components}?type=org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy`,
    { headers },
  );
  const policies: { id: string; providerId: string; subType: string; config: object }[] = await listed.json();
  const policy = policies.find((one) => one.providerId === 'trusted-hosts' && one.subType === 'anonymous');
  const config = { ...policy?.config, 'trusted-hosts': ['127.0.0.1'] };
  const changed = await fetch(`${components}/${policy?.id}`, {
    method: 'PUT',
    headers,
    body: JSON.stringify({ ...policy, config }),
  });
  if (!changed.ok) {
    throw new Error(`Keycloak does not let clients register: ${changed.status} ${await changed.text()}`);
  }
}

/** Of every client of these realms: one that signs users in, and asks them. */
export const signsIn = {
  enabled: true,
  consentRequired: true,
  standardFlowEnabled: true,
  redirectUris: [redirectUri],
  attributes: { 'oauth2.device.authorization.grant.enabled': 'true' },
  optionalClientScopes: ['offline_access', 'phone'],
};

function realmOfTheShop() {
  const { secret, open } = clients;
  return {
    ...realmSettings(),
    clients: [
      {
        ...signsIn,
        clientId: secret.clientId,
        secret: secret.clientSecret,
        serviceAccountsEnabled: true,
        defaultClientScopes: ['basic', 'roles', 'profile'],
      },
      { ...signsIn, clientId: open.clientId, publicClient: true },
    ],
    // A client that needs consent starts without any role in its scope.
    clientScopeMappings: { account: [{ client: secret.clientId, roles: accountRoles }] },
  };
}

/** A realm without clients of its own, with one user. */
export function realmSettings() {
  return {
    realm,
    enabled: true,
    sslRequired: 'none',
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    accessTokenLifespan: 300,
    users: [
      {
        username: 'robin',
        enabled: true,
        email: 'robin@shop.example',
        emailVerified: true,
        firstName: 'Robin',
        lastName: 'Shop',
        credentials: [{ type: 'password', value: password, temporary: false }],
        realmRoles: ['offline_access'],
        clientRoles: { account: accountRoles },
      },
    ],
  };
}
