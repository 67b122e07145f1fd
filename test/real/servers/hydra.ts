import { join } from 'node:path';
import { sampleSecret } from '../../servers/loopback.ts';
import { clientsOf, type OAuthSubject } from '../flows/oauthSubject.ts';
import { notStrict } from '../flows/strict.ts';
import { tools } from '../machine.ts';
import { freePort, startProgram } from '../program.ts';
import { emptyDataFolder, folderOf, logOf, type RealServer, runClient } from '../realServer.ts';
import { installWithGo } from './go.ts';
import { startHydraPages } from './hydraPages.ts';

const id = 'hydra';
const version = '2.3.0';
const module = 'github.com/ory/hydra/v2';
const password = sampleSecret('hydra robin');
const clients = clientsOf('hydra');

export const hydra: RealServer<OAuthSubject> = {
  id,
  name: 'Ory Hydra',
  version,
  kind: 'OAuth 2.0 server',
  needs: [tools.go, tools.compiler],
  source: `${module}@v${version}, compiled by Go`,
  lacks: {
    'shows where the user is signed in, and signs out one session': 'it has no list of them',
    'names the setting of a client that may not see what the user has authorized':
      'whoever reaches its administration may see all',
    ...notStrict,
    'signs in with a code on another device': 'this release has no device flow',
    'shows what the server knows of a token':
      'it answers questions about tokens at its administration only, which its metadata does not tell',
  },
  install: (say) =>
    installWithGo(id, module, version, say, {
      tags: 'sqlite,json1',
      replaced: ['github.com/gobuffalo/pop/v6=github.com/ory/pop/v6@v6.2.1-0.20241121111754-e5dfc0f3344b'],
    }),
  start: async () => {
    const program = join(folderOf(id), 'hydra');
    const [port, adminPort] = [await freePort(), await freePort()];
    const [url, admin] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`];
    const pages = await startHydraPages(admin, { name: 'robin', password });
    const env = environment(url, port, adminPort, pages.url);
    await runClient(id, program, ['migrate', 'sql', '--read-from-env', '--yes'], { env });
    const server = await startProgram({
      command: program,
      args: ['serve', 'all', '--dev'],
      log: logOf(id),
      env,
      readyAt: `${url}/health/ready`,
    }).catch(async (error: unknown) => {
      await pages.stop();
      throw error;
    });
    for (const client of registrations()) {
      await post(`${admin}/admin/clients`, JSON.stringify(client), 'application/json');
    }
    return {
      issuer: url,
      clients,
      scopes: 'openid offline_access orders:read',
      clientScopes: 'orders:read',
      tellsGrants: true,
      administration: admin,
      fills: { username: 'robin', password },
      person: 'robin',
      declined: /The user did not want this/,
      undescribed: ['Introspection endpoint'],
      isAskedAbout: [],
      isLive: async (token) => {
        const body = new URLSearchParams({ token }).toString();
        const answer = await post(`${admin}/admin/oauth2/introspect`, body);
        return /"active":\s*true/.test(answer);
      },
      secrets: [password, clients.secret.clientSecret],
      stop: async () => {
        await server.stop();
        await pages.stop();
      },
    };
  },
};

function environment(url: string, port: number, adminPort: number, pages: string) {
  return {
    DSN: `sqlite://${join(emptyDataFolder(id), 'hydra.sqlite3')}?_fk=true`,
    URLS_SELF_ISSUER: url,
    URLS_LOGIN: `${pages}/login`,
    URLS_CONSENT: `${pages}/consent`,
    SERVE_PUBLIC_HOST: '127.0.0.1',
    SERVE_PUBLIC_PORT: String(port),
    SERVE_ADMIN_HOST: '127.0.0.1',
    SERVE_ADMIN_PORT: String(adminPort),
    SECRETS_SYSTEM: sampleSecret('hydra system'),
    OIDC_DYNAMIC_CLIENT_REGISTRATION_ENABLED: 'true',
    WEBFINGER_OIDC_DISCOVERY_CLIENT_REGISTRATION_URL: `${url}/oauth2/register`,
    LOG_LEVEL: 'warn',
    // It reports nothing to its makers.
    SQA_OPT_OUT: 'true',
  };
}

function registrations() {
  const common = {
    scope: 'openid offline_access orders:read',
    redirect_uris: ['http://127.0.0.1/callback'],
    response_types: ['code'],
  };
  return [
    {
      ...common,
      client_id: clients.secret.clientId,
      client_secret: clients.secret.clientSecret,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    },
    {
      ...common,
      client_id: clients.open.clientId,
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
  ];
}

async function post(address: string, body: string, type = 'application/x-www-form-urlencoded') {
  const answer = await fetch(address, { method: 'POST', headers: { 'content-type': type }, body });
  const words = await answer.text();
  if (!answer.ok) {
    throw new Error(`Hydra answered ${answer.status}: ${words}`);
  }
  return words;
}
