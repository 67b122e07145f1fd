import type { Draft, FormIo, FormStep, Option, SignIn } from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import { requireSecret } from '../support/requireSecret.ts';
import * as z from '../support/schema.ts';
import { parseSettings } from '../support/storedSettings.ts';
import { isCrash, MageApi, mageApiKey, sessionToken } from './api.ts';
import type { MageToken, MageUser } from './schemas.ts';
import { apiKeyOf, draftSettings } from './settings.ts';

const defaultBaseUrl = 'http://localhost:6789';

/** A pasted address may be that of a page below the server; the server is looked for so far up. */
const mostAddresses = 6;

export function mageForm(localize: Localize): FormStep[] {
  return [
    {
      kind: 'url',
      id: 'baseUrl',
      title: localize('Server address'),
      prompt: localize('The address of the Mage AI server, with its base path if it has one.'),
      default: defaultBaseUrl,
    },
    {
      kind: 'secret',
      id: 'apiKey',
      title: localize('API key'),
      prompt: localize('The same on every Mage AI server: keep the default unless yours is different.'),
      default: mageApiKey,
      validate: (value) =>
        isHeaderText(value) ? undefined : localize('An API key has no spaces and no special characters.'),
    },
    {
      kind: 'choice',
      id: 'access',
      title: localize('Sign in'),
      prompt: localize('How to sign in to the Mage AI server.'),
      options: (draft, io, signal) => accessOptions(draft, io, localize, signal),
    },
    {
      kind: 'secret',
      id: 'token',
      title: localize('Session token'),
      prompt: localize('As the server hands it out, raw or as a JSON Web Token.'),
      when: ({ settings }) => settings.access === 'token',
      validate: (value) =>
        isHeaderText(value)
          ? undefined
          : localize('A session token has no spaces and no special characters.'),
    },
    ...passwordSteps(localize),
  ];
}

function passwordSteps(localize: Localize): FormStep[] {
  return [
    {
      kind: 'text',
      id: 'user',
      title: localize('User'),
      prompt: localize('The e-mail address or the user name.'),
      when: ({ settings }) => settings.access === 'password',
      validate: (text) =>
        text.trim() === '' ? localize('Enter an e-mail address or a user name.') : undefined,
    },
    {
      kind: 'secret',
      id: 'password',
      isVerbatim: true,
      title: localize('Password'),
      prompt: localize('Used once, to get a session token. It is not kept.'),
      when: ({ settings }) => settings.access === 'password',
      validate: (value) => (value === '' ? localize('Enter the password.') : undefined),
    },
  ];
}

async function accessOptions(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<Option[]> {
  const { requiresSignIn } = await findServer(draft, io, localize, signal);
  if (!requiresSignIn) {
    const detail = localize('This server does not require sign-in. Anyone who can reach it has full access.');
    return [{ value: 'none', label: localize('Continue without signing in'), detail }];
  }
  return [
    {
      value: 'token',
      label: localize('Session token'),
      detail: localize('Paste a token that you already have.'),
    },
    {
      value: 'password',
      label: localize('E-mail and password'),
      detail: localize('Get a new session token. The password is not kept.'),
    },
  ];
}

export async function signIn(
  draft: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn> {
  const { access, user: name } = parseSettings(draftSettings(), draft.settings);
  const server = await findServer(draft, io, localize, signal);
  const { baseUrl } = server;
  const apiKey = apiKeyOf(draft.secrets);
  if (!server.requiresSignIn) {
    return {
      account: { id: hostAndPath(baseUrl), name: hostAndPath(baseUrl) },
      settings: { baseUrl, access: 'none' },
      secrets: { apiKey },
      notice: localize(
        '{0} does not require sign-in. Anyone who can reach it has full access.',
        hostAndPath(baseUrl),
      ),
    };
  }
  switch (access) {
    case 'none':
      throw new TokenManagerError('unauthorized', localize('The server now requires a sign-in.'));
    case 'token': {
      const token = sessionToken(requireSecret(draft.secrets.token));
      const account = await provenAccount(server.api.as(token), undefined, baseUrl, localize, signal);
      return { account, settings: { baseUrl, access }, secrets: { apiKey, token } };
    }
    case 'password': {
      const password = requireSecret(draft.secrets.password);
      const minted = await server.api.signIn(name ?? '', password, signal);
      const { token } = minted;
      const account = await keptOrEnded(server.api, token, localize, () =>
        provenAccount(server.api.as(token), minted.user, baseUrl, localize, signal),
      );
      return {
        account,
        settings: { baseUrl, access: 'token' },
        secrets: { apiKey, token },
        discard: (later) => server.api.endSession(token, later),
      };
    }
  }
}

/** A session that was made for a sign-in that fails is of no use, and would live for 30 days. */
async function keptOrEnded<T>(
  api: MageApi,
  token: Secret,
  localize: Localize,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    try {
      await api.endSession(token, new AbortController().signal);
    } catch {
      const error = TokenManagerError.from(thrown);
      const left = localize(
        'The session that was made for this sign-in could not be ended: it stays at the server until it expires.',
      );
      const detail = error.detail === '' ? left : `${error.detail} ${left}`;
      const { status, code, retryAt } = error;
      throw new TokenManagerError(error.kind, detail, {
        cause: error,
        ...(status !== undefined && { status }),
        ...(code !== undefined && { code }),
        ...(retryAt !== undefined && { retryAt }),
      });
    }
    throw thrown;
  }
}

/** Whose the token is; listing with it also proves it. */
async function provenAccount(
  api: MageApi,
  known: MageUser | undefined,
  baseUrl: string,
  localize: Localize,
  signal: AbortSignal,
): Promise<SignIn['account']> {
  const { tokens } = await api.tokens(0, false, signal);
  const user = known ?? (await userBehind(tokens, api, signal));
  const where = hostAndPath(baseUrl);
  if (!user) {
    return { id: where, name: where };
  }
  const who = user.username || user.email || localize('user {0}', user.id);
  return { id: `${user.id}@${where}`, name: localize('{0} at {1}', who, where) };
}

/** The server has no "who am I": a token row names the user by number, which may then be looked up. */
async function userBehind(
  tokens: readonly MageToken[],
  api: MageApi,
  signal: AbortSignal,
): Promise<MageUser | undefined> {
  const id = tokens.find(({ userId }) => userId !== undefined)?.userId;
  if (id === undefined) {
    return undefined;
  }
  try {
    return await api.user(id, signal);
  } catch {
    throwIfCancelled(signal);
    return { id };
  }
}

interface FoundServer {
  readonly api: MageApi;
  readonly baseUrl: string;
  readonly requiresSignIn: boolean;
}

/**
 * The server at the address that was entered or above it: people paste the address of a page, as their browser
 * shows it. The one call for it carries no credential.
 */
async function findServer(
  { settings, secrets }: Draft,
  io: FormIo,
  localize: Localize,
  signal: AbortSignal,
): Promise<FoundServer> {
  const { baseUrl: entered } = parseSettings(z.pick(draftSettings(), { baseUrl: true }), settings);
  const causes: TokenManagerError[] = [];
  for (const baseUrl of addressesAbove(entered)) {
    const api = new MageApi(io.http(baseUrl), apiKeyOf(secrets), undefined, localize);
    try {
      return { api, baseUrl, requiresSignIn: await api.requiresSignIn(signal) };
    } catch (thrown) {
      const error = TokenManagerError.from(thrown);
      if (!isOtherServer(error)) {
        throw error;
      }
      causes.push(error);
    }
  }
  const [cause] = causes;
  const status = cause?.status;
  throw new TokenManagerError('notFound', localize('There is no Mage AI server at this address.'), {
    cause,
    ...(status !== undefined && { status }),
  });
}

/** The address itself, then each shorter path. */
function addressesAbove(entered: string): string[] {
  const { origin, pathname } = new URL(entered);
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const shorter = [...segments.keys(), segments.length]
    .reverse()
    .map((length) => [origin, ...segments.slice(0, length)].join('/'))
    .filter((address) => address !== entered.replace(/\/$/, ''));
  return [entered, ...shorter].slice(0, mostAddresses);
}

/** The call needs nothing and is on every server, so whatever answers it like this is something else. */
function isOtherServer(error: TokenManagerError): boolean {
  return (
    isCrash(error) || ['notFound', 'protocol', 'rejected', 'unauthorized', 'forbidden'].includes(error.kind)
  );
}

/** The server by host and base path, the way people call it. */
function hostAndPath(baseUrl: string): string {
  const { host, pathname } = new URL(baseUrl);
  return host + pathname.replace(/\/$/, '');
}
