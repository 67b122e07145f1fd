import { createHash } from 'node:crypto';
import * as z from 'zod';
import { mage as factory } from '../../../src/adapters/mage/index.ts';
import { sampleSecret } from '../../servers/loopback.ts';
import { type MageSubject, mageSentences } from '../flows/mage.ts';
import { tools } from '../machine.ts';
import { freePort, startProgram } from '../program.ts';
import { emptyDataFolder, logOf, type RealServer } from '../realServer.ts';
import { installFromPyPI, pythonOf } from './python.ts';

const id = 'mage';
const version = '0.9.80';
const owner = { email: 'owner@shop.example', username: 'owner', password: sampleSecret('mage owner') };
const dev = { email: 'dev@shop.example', username: 'dev', password: sampleSecret('mage dev') };
/** The public constant of every installation. */
const apiKey = 'zkWlN0PkIKSN0C11CfUHUj84OT5XOJ6tDZ6bDRO2';

const changedByPermissions: readonly string[] = [
  'signs in and names the account',
  'revokes a token, which the service then refuses',
  'names the account of a pasted token',
  'tells what a user may not who needs permissions',
];

const common = {
  version,
  kind: 'Service with a list of tokens',
  folder: id,
  needs: [tools.python],
  source: `mage-ai==${version} from PyPI`,
  install: (say: (step: string) => void) => installFromPyPI(id, version, [`mage-ai==${version}`], say),
} as const;

export const mage: RealServer<MageSubject> = {
  ...common,
  id,
  name: 'Mage AI',
  lacks: {
    'tells what a user may not who needs permissions': 'it asks for no permissions in this setting',
  },
  start: () => start({}),
};

/** The same with `REQUIRE_USER_PERMISSIONS`, which changes what users may do. */
export const mageWithPermissions: RealServer<MageSubject> = {
  ...common,
  id: 'mageWithPermissions',
  name: 'Mage AI with user permissions',
  lacks: Object.fromEntries(
    mageSentences
      .filter((sentence) => !changedByPermissions.includes(sentence))
      .map((sentence) => [sentence, 'tried without permissions']),
  ),
  start: () => start({ REQUIRE_USER_PERMISSIONS: '1' }),
};

async function start(settings: Readonly<Record<string, string>>): Promise<MageSubject> {
  const folder = emptyDataFolder(id);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram({
    command: pythonOf(id),
    args: [
      '-c',
      'from mage_ai.cli.main import app; app()',
      'start',
      'shop',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
    ],
    cwd: folder,
    log: logOf(id),
    env: {
      HOME: folder,
      MAGE_DATA_DIR: folder,
      REQUIRE_USER_AUTHENTICATION: '1',
      DEFAULT_OWNER_EMAIL: owner.email,
      DEFAULT_OWNER_USERNAME: owner.username,
      DEFAULT_OWNER_PASSWORD: owner.password,
      ...settings,
    },
    readyAt: `${url}/api/statuses`,
  });
  const api = new Api(url);
  const session = await api.session(owner);
  // It makes the user, and then fails with a traceback.
  await api.call('POST', 'users', { user: { ...dev, password_confirmation: dev.password } }, session);
  const password = { baseUrl: url, apiKey, access: 'password', user: owner.email, password: owner.password };
  return {
    factory,
    answers: password,
    wrongAnswers: { ...password, password: 'not-the-password' },
    tokenAnswers: (token) => ({ baseUrl: url, apiKey, access: 'token', token }),
    userAnswers: { ...password, user: dev.email, password: dev.password },
    account: `${owner.username} at ${new URL(url).host}`,
    branch: 'tokens',
    service: 'Mage AI',
    answer: async (workbench) => {
      await workbench.answer('Server address', url);
      await workbench.answer('API key');
      await workbench.choose('Sign in', 'E-mail and password');
      await workbench.answer('User', owner.email);
      await workbench.answer('Password', owner.password);
    },
    make: async () => {
      const value = await api.session(owner);
      const row = createHash('sha256').update(value).digest('hex').slice(0, 32);
      return { value, isRow: (item) => item.id === row };
    },
    isAccepted: async (token) =>
      (await api.call('GET', 'oauth_access_tokens', undefined, token)).status === 200,
    keepProviderToken: async (provider) => {
      const oauth = { provider, token: sampleSecret(`mage ${provider}`) };
      await api.call('POST', 'oauths', { oauth }, session);
    },
    secrets: [
      owner.password,
      dev.password,
      session,
      sampleSecret('mage github'),
      sampleSecret('mage gitlab'),
    ],
    stop: program.stop,
  };
}

const signedIn = z.object({ session: z.object({ token: z.string() }) });

class Api {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async call(method: string, path: string, body: unknown, token?: string) {
    const answer = await fetch(`${this.#url}/api/${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-api-key': apiKey,
        ...(token !== undefined && { 'oauth-token': token }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  /** A new session, as its page gets one; the token proper is inside of the JSON Web Token. */
  async session({ email, password }: typeof owner): Promise<string> {
    const { body } = await this.call('POST', 'sessions', { session: { email, password } });
    const [, claims = ''] = signedIn.parse(body).session.token.split('.');
    const payload = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return z.object({ token: z.string() }).parse(payload).token;
  }
}
