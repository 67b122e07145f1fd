import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { WrittenDescription } from '../../../src/adapters/declarative/description.ts';
import { sampleSecret } from '../../servers/loopback.ts';
import { describedFactory } from '../flows/described.ts';
import type { TokenServiceSubject } from '../flows/tokenServiceSubject.ts';
import { tools } from '../machine.ts';
import { freePort, startProgram } from '../program.ts';
import { emptyDataFolder, folderOf, logOf, type RealServer, runClient } from '../realServer.ts';
import { installFromPyPI, pythonOf } from './python.ts';

const id = 'jupyterHub';
const version = '6.1.1';
const proxyVersion = '5.3.0';
const keeper = sampleSecret('jupyterhub keeper');
const user = 'robin';

/** With the name of the user in it, which a description cannot yet take from the account. */
const description: WrittenDescription = {
  id: 'jupyterhub',
  name: 'JupyterHub',
  baseUrl: 'https://hub.example.com',
  credential: { title: 'API token', prefix: 'token ' },
  account: { route: '/hub/api/user', id: 'name', name: 'name' },
  list: { route: `/hub/api/users/${user}/tokens`, items: 'api_tokens' },
  token: {
    id: 'id',
    name: 'note',
    createdAt: 'created',
    lastUsedAt: 'last_activity',
    expiresAt: 'expires_at',
    noExpiry: 'never',
    scopes: 'scopes',
    fields: { Client: 'oauth_client' },
  },
  revoke: { route: `/hub/api/users/${user}/tokens/{id}` },
};

export const jupyterHub: RealServer<TokenServiceSubject> = {
  id,
  name: 'JupyterHub',
  version,
  kind: 'Service with a list of tokens',
  needs: [tools.python],
  source: `jupyterhub==${version} from PyPI and configurable-http-proxy@${proxyVersion} from npm`,
  install: async (say) => {
    await installFromPyPI(id, version, [`jupyterhub==${version}`], say, async (folder) => {
      const proxy = join(folder, 'proxy');
      say('its proxy');
      mkdirSync(proxy);
      writeFileSync(join(proxy, 'package.json'), '{ "private": true }\n');
      const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund'];
      await runClient(id, 'npm', [...npm, `configurable-http-proxy@${proxyVersion}`], { cwd: proxy });
    });
  },
  start: async () => {
    const folder = emptyDataFolder(id);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const config = join(folder, 'jupyterhub_config.py');
    writeFileSync(config, await configuration(url));
    const program = await startProgram({
      command: pythonOf(id),
      args: ['-m', 'jupyterhub', '--config', config],
      cwd: folder,
      log: logOf(id),
      env: { CONFIGPROXY_AUTH_TOKEN: sampleSecret('jupyterhub proxy') },
      readyAt: `${url}/hub/api/`,
    });
    await call(`${url}/hub/api/users/${user}`, keeper, {});
    const make = async (note: string) => {
      const made = await call(`${url}/hub/api/users/${user}/tokens`, keeper, { note, expires_in: 86_400 });
      return z.object({ id: z.string(), token: z.string() }).parse(made);
    };
    const own = await make('this connection');
    return {
      factory: describedFactory(description),
      answers: { baseUrl: url, credential: own.token },
      wrongAnswers: { baseUrl: url, credential: 'somebody-elses' },
      refusal: { kind: 'forbidden', words: /Missing or invalid credentials/ },
      account: user,
      service: description.name,
      settings: { 'oauthTokens.services': [{ ...description, baseUrl: url }] },
      answer: async (workbench) => {
        await workbench.answer('API address', url);
        await workbench.answer('API token', own.token);
      },
      make: async (name) => {
        const made = await make(name);
        return { value: made.token, isRow: (item) => item.id === made.id };
      },
      isAccepted: async (value) => {
        const answer = await fetch(`${url}/hub/api/user`, { headers: { authorization: `token ${value}` } });
        return answer.ok;
      },
      secrets: [own.token, keeper],
      stop: program.stop,
    };
  },
};

/** A hub in which a service may make users and tokens for them, as a script of its operator would. */
async function configuration(url: string): Promise<string> {
  const proxy = join(folderOf(id), 'proxy', 'node_modules', 'configurable-http-proxy', 'bin');
  const settings = {
    'JupyterHub.bind_url': url,
    'JupyterHub.hub_bind_url': `http://127.0.0.1:${await freePort()}`,
    'JupyterHub.authenticator_class': 'dummy',
    'JupyterHub.cookie_secret': Buffer.from(sampleSecret('jupyterhub cookies')).toString('hex').slice(0, 64),
    'JupyterHub.services': [{ name: 'keeper', api_token: keeper }],
    'JupyterHub.load_roles': [{ name: 'keeper', services: ['keeper'], scopes: ['admin:users', 'tokens'] }],
    'ConfigurableHTTPProxy.command': [process.execPath, join(proxy, 'configurable-http-proxy')],
    'ConfigurableHTTPProxy.api_url': `http://127.0.0.1:${await freePort()}`,
  };
  return Object.entries(settings)
    .map(([name, value]) => `c.${name} = ${JSON.stringify(value)}\n`)
    .join('');
}

async function call(address: string, token: string, body: unknown): Promise<unknown> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`JupyterHub answered ${answer.status}: ${await answer.text()}`);
  }
  return answer.json();
}
