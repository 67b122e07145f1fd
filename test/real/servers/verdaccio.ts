import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { runServer } from 'verdaccio';
import * as z from 'zod';
import { shelfEntry } from '../../documents/shelf.ts';
import { sampleSecret } from '../../servers/loopback.ts';
import { describedFactory } from '../flows/described.ts';
import type { TokenServiceSubject } from '../flows/tokenServiceSubject.ts';
import { packageVersion } from '../packageVersion.ts';
import { freePort } from '../program.ts';
import { isInstalled, type RealServer } from '../realServer.ts';

/** As it ships. It is what the npm client's `npm token` speaks to. */
const { description } = shelfEntry('verdaccio');

const password = sampleSecret('verdaccio robin');

export const verdaccio: RealServer<TokenServiceSubject> = {
  id: 'verdaccio',
  name: 'Verdaccio',
  version: packageVersion('verdaccio'),
  kind: 'Service with a list of tokens',
  source: 'verdaccio from npm, a development dependency, in this process, with the npm client beside it',
  ...isInstalled,
  start: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-verdaccio-'));
    const port = await freePort();
    const server: Server = await runServer(configuration(folder));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${port}`;
    const signedIn = await signUp(url);
    const userconfig = join(folder, 'npmrc');
    writeFileSync(userconfig, `//127.0.0.1:${port}/:_authToken=${signedIn}\n`);
    return {
      factory: describedFactory(description),
      answers: { baseUrl: url, credential: signedIn },
      wrongAnswers: { baseUrl: url, credential: 'somebody-elses' },
      account: 'robin',
      service: 'Verdaccio',
      settings: { 'oauthTokens.services': [{ ...description, baseUrl: url }] },
      answer: async (workbench) => {
        await workbench.answer('API address', url);
        await workbench.answer('Token', signedIn);
      },
      make: async (name) => {
        const value = await npmToken(url, userconfig, name);
        // The client does not print the key. What is listed of a value is its beginning and its end.
        const listed = `${value.slice(0, 5)}...${value.slice(-5)}`;
        return { value, isRow: (item) => item.name === listed };
      },
      isAccepted: async (value) => {
        const answer = await fetch(`${url}/-/npm/v1/tokens`, {
          headers: { authorization: `Bearer ${value}` },
        });
        return answer.ok;
      },
      secrets: [signedIn, password],
      stop: async () => {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
};

function configuration(folder: string) {
  const file = join(folder, 'config.yaml');
  return {
    storage: join(folder, 'storage'),
    configPath: file,
    self_path: file,
    web: { enable: false },
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    // It asks no other registry for anything.
    uplinks: {},
    packages: { '**': { access: '$all', publish: '$authenticated' } },
    // With the tokens of older releases, which are the default, it cannot tell a revoked one from a good one.
    security: { api: { jwt: { sign: { expiresIn: '29d' } } } },
    log: { type: 'file', path: join(folder, 'log'), format: 'json', level: 'warn' },
  };
}

async function signUp(url: string): Promise<string> {
  const answer = await fetch(`${url}/-/user/org.couchdb.user:robin`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'robin', password }),
  });
  return z.object({ token: z.string() }).parse(await answer.json()).token;
}

/** As a user does it at the command line. */
async function npmToken(registry: string, userconfig: string, name: string): Promise<string> {
  const args = ['token', 'create', '--name', name, '--password', password, '--json'];
  const npm = spawn('npm', args, {
    env: { ...process.env, npm_config_registry: `${registry}/`, npm_config_userconfig: userconfig },
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  const printed = await text(npm.stdout);
  return z.object({ token: z.string() }).parse(JSON.parse(printed)).token;
}
