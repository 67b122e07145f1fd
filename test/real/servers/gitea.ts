import { cpSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { shelfEntry } from '../../documents/shelf.ts';
import { sampleSecret } from '../../servers/loopback.ts';
import { describedFactory } from '../flows/described.ts';
import type { TokenServiceSubject } from '../flows/tokenServiceSubject.ts';
import { tools } from '../machine.ts';
import { freePort, startProgram } from '../program.ts';
import { emptyDataFolder, folderOf, logOf, type RealServer, runClient } from '../realServer.ts';
import { installWithGo } from './go.ts';

const id = 'gitea';
const version = '1.26.0';
const module = 'code.gitea.io/gitea';
const user = 'robin';
const password = sampleSecret('gitea robin');
/** As it ships. */
const { description } = shelfEntry('gitea');

/** What its own go.mod replaces. */
const replaced = [
  'github.com/jaytaylor/html2text=github.com/Necoro/html2text@v0.0.0-20250804200300-7bf1ce1c7347',
  'github.com/nektos/act=gitea.com/gitea/act@v0.261.10',
  'github.com/urfave/cli/v3=github.com/urfave/cli/v3@v3.4.1',
  'go.yaml.in/yaml/v4=go.yaml.in/yaml/v4@v4.0.0-rc.3',
  'github.com/Azure/azure-sdk-for-go/sdk/azcore=github.com/Azure/azure-sdk-for-go/sdk/azcore@v1.19.0',
  'github.com/Azure/azure-sdk-for-go/sdk/storage/azblob=github.com/Azure/azure-sdk-for-go/sdk/storage/azblob@v1.6.2',
  'github.com/microsoft/go-mssqldb=github.com/microsoft/go-mssqldb@v1.9.7',
];

export const gitea: RealServer<TokenServiceSubject> = {
  id,
  name: 'Gitea',
  version,
  kind: 'Service with a list of tokens',
  needs: [tools.go, tools.compiler],
  source: `${module}@v${version}, compiled by Go`,
  install: (say) =>
    installWithGo(id, module, version, say, {
      tags: 'sqlite,sqlite_unlock_notify',
      replaced,
      // It reads its texts and pages from files.
      more: (folder, sources) => {
        for (const name of ['options', 'templates', 'public']) {
          cpSync(join(sources, name), join(folder, name), { recursive: true });
        }
      },
    }),
  start: async () => {
    const program = join(folderOf(id), 'gitea');
    const folder = emptyDataFolder(id);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const config = join(folder, 'app.ini');
    writeFileSync(config, configuration(folder, url, port));
    const places = ['--config', config, '--work-path', folder];
    await runClient(id, program, [...places, 'migrate']);
    await runClient(id, program, [
      ...places,
      ...['admin', 'user', 'create', '--username', user, '--password', password],
      ...['--email', 'robin@shop.example', '--must-change-password=false'],
    ]);
    const server = await startProgram({
      command: program,
      args: [...places, 'web'],
      log: logOf(id),
      readyAt: `${url}/api/v1/version`,
    });
    const own = await make(url, 'this-connection', ['write:user']);
    const baseUrl = `${url}/api/v1`;
    return {
      factory: describedFactory(description),
      answers: { baseUrl, user, credential: own.value },
      wrongAnswers: { baseUrl, user, credential: 'somebody-elses' },
      account: user,
      service: 'Gitea',
      settings: { 'oauthTokens.services': [{ ...description, baseUrl }] },
      answer: async (workbench) => {
        await workbench.answer('API address', baseUrl);
        await workbench.answer('User name', user);
        await workbench.answer('Access token', own.value);
      },
      make: async (name) => {
        // Names are unique there.
        const made = await make(url, `${name}-${crypto.randomUUID()}`, ['read:user']);
        return { value: made.value, isRow: (item) => item.id === made.id };
      },
      isAccepted: async (value) => {
        const answer = await fetch(`${baseUrl}/user`, { headers: { authorization: `token ${value}` } });
        return answer.ok;
      },
      secrets: [password, own.value],
      stop: server.stop,
    };
  },
};

const madeToken = z.object({ id: z.number().transform(String), sha1: z.string() });

/** With the password, as a user at the command line does it. */
async function make(url: string, name: string, scopes: readonly string[]) {
  const answer = await fetch(`${url}/api/v1/users/${user}/tokens`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ name, scopes }),
  });
  if (!answer.ok) {
    throw new Error(`Gitea answered ${answer.status}: ${await answer.text()}`);
  }
  const { id: row, sha1: value } = madeToken.parse(await answer.json());
  return { id: row, value };
}

function configuration(folder: string, url: string, port: number): string {
  const secret = (name: string) => sampleSecret(`gitea ${name}`);
  return `
RUN_USER = ${userInfo().username}
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
ROOT_URL = ${url}/
DISABLE_SSH = true
OFFLINE_MODE = true
STATIC_ROOT_PATH = ${folderOf(id)}
LFS_JWT_SECRET = ${secret('files')}
[database]
DB_TYPE = sqlite3
PATH = ${join(folder, 'gitea.db')}
[repository]
ROOT = ${join(folder, 'repositories')}
[security]
INSTALL_LOCK = true
SECRET_KEY = ${secret('key')}
[oauth2]
JWT_SECRET = ${secret('tokens')}
[log]
MODE = console
LEVEL = Warn
`;
}
