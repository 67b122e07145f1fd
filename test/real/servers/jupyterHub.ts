import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { shelfEntry } from '../../documents/shelf.ts';
import { sampleSecret } from '../../servers/loopback.ts';
import { describedFactory } from '../flows/described.ts';
import type { TokenServiceSubject } from '../flows/tokenServiceSubject.ts';
import { tools } from '../machine.ts';
import { freePort, startProgram } from '../program.ts';
import {
  emptyDataFolder,
  folderOf,
  logOf,
  type RealServer,
  runClient,
  type Stoppable,
} from '../realServer.ts';
import { installFromPyPI, pythonOf } from './python.ts';

const id = 'jupyterHub';
const version = '6.1.1';
const proxyVersion = '5.3.0';
const keeper = sampleSecret('jupyterhub keeper');
const user = 'robin';

/** As it ships. */
const { description } = shelfEntry('jupyterhub');

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
    const { url, program } = await startHub();
    await call(`${url}/hub/api/users/${user}`, keeper, {});
    const make = async (note: string) => {
      const made = await call(`${url}/hub/api/users/${user}/tokens`, keeper, { note, expires_in: 86_400 });
      return z.object({ id: z.string(), token: z.string() }).parse(made);
    };
    const own = await make('this connection');
    return {
      factory: describedFactory(description),
      answers: { baseUrl: `${url}/hub/api`, credential: own.token },
      wrongAnswers: { baseUrl: `${url}/hub/api`, credential: 'somebody-elses' },
      // Asked whose the token is, it answers 403 with `"message": null`.
      refusal: { kind: 'unauthorized', words: /^$/ },
      account: user,
      service: description.name,
      settings: { 'oauthTokens.services': [{ ...description, baseUrl: `${url}/hub/api` }] },
      answer: async (workbench) => {
        await workbench.answer('API address', `${url}/hub/api`);
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

/**
 * The hub and its proxy. A hub would start the proxy itself, in a session of its own, where it would outlive a run
 * that is broken off.
 */
async function startHub(): Promise<{ readonly url: string; readonly program: Stoppable }> {
  const folder = emptyDataFolder(id);
  const [port, apiPort, hubPort] = [await freePort(), await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const api = `http://127.0.0.1:${apiPort}`;
  const hub = `http://127.0.0.1:${hubPort}`;
  const env = { CONFIGPROXY_AUTH_TOKEN: sampleSecret('jupyterhub proxy') };
  const script = join(folderOf(id), 'proxy/node_modules/configurable-http-proxy/bin/configurable-http-proxy');
  const proxy = await startProgram({
    command: process.execPath,
    args: [
      script,
      '--ip=127.0.0.1',
      `--port=${port}`,
      '--api-ip=127.0.0.1',
      `--api-port=${apiPort}`,
      `--default-target=${hub}`,
    ],
    log: logOf(id),
    env,
    // It tells its routes to the hub alone.
    readyAt: `${api}/api/routes`,
    readyStatus: 403,
  });
  try {
    const config = join(folder, 'jupyterhub_config.py');
    writeFileSync(config, configuration(url, api, hub));
    const program = await startProgram({
      command: pythonOf(id),
      args: ['-m', 'jupyterhub', '--config', config],
      cwd: folder,
      log: logOf(id),
      env,
      readyAt: `${url}/hub/api/`,
    });
    const stop = async () => {
      await program.stop();
      await proxy.stop();
    };
    return { url, program: { stop } };
  } catch (error) {
    await proxy.stop();
    throw error;
  }
}

/** A hub in which a service may make users and tokens for them, as a script of its operator would. */
function configuration(url: string, api: string, hub: string): string {
  const settings = {
    'JupyterHub.bind_url': url,
    'JupyterHub.hub_bind_url': hub,
    'JupyterHub.authenticator_class': 'dummy',
    'JupyterHub.cookie_secret': Buffer.from(sampleSecret('jupyterhub cookies')).toString('hex').slice(0, 64),
    'JupyterHub.services': [{ name: 'keeper', api_token: keeper }],
    'JupyterHub.load_roles': [{ name: 'keeper', services: ['keeper'], scopes: ['admin:users', 'tokens'] }],
    'ConfigurableHTTPProxy.api_url': api,
  };
  return Object.entries(settings)
    .map(([name, value]) => `c.${name} = ${JSON.stringify(value)}\n`)
    .concat('c.ConfigurableHTTPProxy.should_start = False\n')
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
