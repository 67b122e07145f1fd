import * as z from 'zod';
import type {
  AdapterFactory,
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  Draft,
  FormIo,
  FormStep,
  LaterPages,
  ListOptions,
  Option,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
  SignIn,
} from '../../core/adapter/contract.ts';
import { TokenManagerError, throwIfCancelled } from '../../core/model/errors.ts';
import type { Item, ItemPath } from '../../core/model/item.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Clock, Localize, Secrets } from '../../core/ports.ts';
import { isHeaderText } from '../support/headerText.ts';
import { madeOnce } from '../support/lazy.ts';
import { present } from '../support/present.ts';
import { understood } from '../support/storedSettings.ts';
import { MageApi, type MageToken, type MageUser, mageApiKey, sessionToken, tokensPerPage } from './api.ts';
import { outermostRows, providerItem, providersTitle, tokenItem, tokenRowId, tokensSection } from './rows.ts';

const defaultBaseUrl = 'http://localhost:6789';

/** Reading to the end has an end. */
const maxPages = 200;

const accessSchema = madeOnce(() => z.enum(['token', 'password', 'none']));
const settingsSchema = madeOnce(() =>
  z.object({ baseUrl: z.string(), access: accessSchema().exclude(['password']) }),
);
const draftSchema = madeOnce(() =>
  z.object({ baseUrl: z.string(), access: accessSchema(), user: z.string().optional() }),
);

/** Mage AI: a user's tokens on a server of one's own, and the Git and SSO providers it is signed in to. */
export const mage: AdapterFactory = (localize) => ({
  id: 'mage',
  displayName: 'Mage AI',
  description: localize('Session tokens and Git or SSO providers of a Mage AI server: list, revoke'),
  form: form(localize),
  signIn: (draft, io, signal) => signIn(draft, io, localize, signal),
  open: (config, io) => new MageSession(config, io, localize),
});

function form(localize: Localize): FormStep[] {
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
  if (!(await draftApi(draft, io, localize).requiresSignIn(signal))) {
    const detail = localize('This server checks nobody: whoever reaches it may do everything.');
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

async function signIn(draft: Draft, io: FormIo, localize: Localize, signal: AbortSignal): Promise<SignIn> {
  const { baseUrl, access, user: name } = understood(draftSchema(), draft.settings);
  const anonymous = draftApi(draft, io, localize);
  const apiKey = apiKeyOf(draft.secrets);
  if (!(await anonymous.requiresSignIn(signal))) {
    return {
      account: { id: place(baseUrl), name: place(baseUrl) },
      settings: { baseUrl, access: 'none' },
      secrets: { apiKey },
      notice: localize('{0} checks nobody: whoever reaches it may do everything.', place(baseUrl)),
    };
  }
  if (access === 'none') {
    throw new TokenManagerError('unauthorized', localize('The server now wants a sign-in.'));
  }
  const { token, user } =
    access === 'password'
      ? await anonymous.signIn(name ?? '', passwordOf(draft.secrets), signal)
      : { token: sessionToken(tokenOf(draft.secrets)), user: undefined };
  const api = new MageApi(io.http(baseUrl), apiKey, token, localize);
  // Also proves the token that has just been handed out.
  const { tokens } = await api.tokens(0, false, signal);
  return {
    account: account(user ?? (await userBehind(tokens, api, signal)), baseUrl, localize),
    settings: { baseUrl, access: 'token' },
    secrets: { apiKey, token },
  };
}

/** The server has no "who am I": a token row names the user by number, who may then be looked up. */
async function userBehind(
  tokens: readonly MageToken[],
  api: MageApi,
  signal: AbortSignal,
): Promise<MageUser | undefined> {
  const id = tokens.find(({ user_id }) => user_id != null)?.user_id;
  if (id == null) {
    return undefined;
  }
  try {
    return await api.user(id, signal);
  } catch {
    throwIfCancelled(signal);
    return { id };
  }
}

function account(user: MageUser | undefined, baseUrl: string, localize: Localize): SignIn['account'] {
  const where = place(baseUrl);
  if (!user) {
    return { id: where, name: where };
  }
  const who = user.username || user.email || localize('user {0}', user.id);
  return { id: `${user.id}@${where}`, name: localize('{0} at {1}', who, where) };
}

/** The server by host and base path, the way people call it. */
function place(baseUrl: string): string {
  const { host, pathname } = new URL(baseUrl);
  return host + pathname.replace(/\/$/, '');
}

function draftApi({ settings, secrets }: Draft, io: FormIo, localize: Localize): MageApi {
  const { baseUrl } = understood(settingsSchema().pick({ baseUrl: true }), settings);
  return new MageApi(io.http(baseUrl), apiKeyOf(secrets), undefined, localize);
}

function apiKeyOf({ apiKey }: Secrets): Secret {
  return apiKey ?? new Secret(mageApiKey);
}

function tokenOf({ token }: Secrets): Secret {
  return present(token);
}

function passwordOf({ password }: Secrets): Secret {
  return present(password);
}

class MageSession implements AdapterSession {
  readonly #localize: Localize;
  readonly #clock: Clock;
  readonly #api: MageApi;
  readonly #ownToken: Secret | undefined;
  /** The token values by row id: the list gives them in clear, and revoking one takes the value. */
  readonly #values = new Map<string, Secret>();
  readonly webPage: string;

  readonly revocation: Revocation = {
    reach: (target) => this.#reach(revocable(target)),
    revoke: async (target, signal) => this.#revoke(revocable(target), signal),
  };

  constructor(config: ConnectionConfig, io: AdapterIo, localize: Localize) {
    const { baseUrl, access } = understood(settingsSchema(), config.settings);
    const http = io.http(baseUrl);
    this.#localize = localize;
    this.#clock = io.clock;
    this.#ownToken = access === 'token' ? tokenOf(config.secrets) : undefined;
    this.#api = new MageApi(http, apiKeyOf(config.secrets), this.#ownToken, localize);
    this.webPage = http.baseUrl;
  }

  async list(
    parent: ItemPath | undefined,
    cursor: string | undefined,
    { includeExpired }: ListOptions,
    signal: AbortSignal,
  ): Promise<Page> {
    switch (parent?.at(-1)?.id) {
      case undefined:
        return { items: outermostRows(this.#ownToken !== undefined, this.#localize) };
      case tokensSection:
        return this.#listTokens(Number(cursor ?? 0), includeExpired, signal);
      default:
        return {
          items: (await this.#api.providers(signal)).map((provider) =>
            providerItem(provider, this.#localize),
          ),
        };
    }
  }

  async read(target: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    const [section, row] = target;
    if (!row) {
      return outermostRows(this.#ownToken !== undefined, this.#localize).find(({ id }) => id === section.id);
    }
    if (row.kind === 'provider') {
      const provider = await this.#api.provider(row.id, signal);
      return providerItem({ ...provider, provider: row.id }, this.#localize);
    }
    return this.#readToken(row, signal);
  }

  dispose(): void {
    this.#values.clear();
  }

  async #listTokens(offset: number, includeExpired: boolean, signal: AbortSignal): Promise<Page> {
    const { tokens, next, total } = await this.#api.tokens(offset, includeExpired, signal);
    if (offset === 0) {
      this.#values.clear();
    }
    for (const { token } of tokens) {
      this.#values.set(tokenRowId(token), token);
    }
    return {
      items: tokens.map((token) => this.#tokenItem(token)),
      ...(next !== undefined && { next: String(next) }),
      ...(total !== undefined && { total }),
      ...(next === offset + tokensPerPage && total !== undefined && { later: laterPages(next, total) }),
    };
  }

  /** The connection's own token is gone when the server no longer takes it: nothing can be listed with it then. */
  async #readToken(row: Item, signal: AbortSignal): Promise<Item | undefined> {
    const isExpired = row.lifetime.kind === 'expires' && row.lifetime.at <= this.#clock.now();
    try {
      const found = await this.#find(row.id, isExpired, signal);
      return found && this.#tokenItem(found);
    } catch (thrown) {
      if (this.#isOwn(row.id) && isDeadToken(thrown)) {
        return undefined;
      }
      throw thrown;
    }
  }

  async #find(id: string, includeExpired: boolean, signal: AbortSignal): Promise<MageToken | undefined> {
    let offset = 0;
    for (let page = 0; page < maxPages; page++) {
      const { tokens, next } = await this.#api.tokens(offset, includeExpired, signal);
      const found = tokens.find(({ token }) => tokenRowId(token) === id);
      if (found || next === undefined) {
        return found;
      }
      offset = next;
    }
    throw new TokenManagerError('protocol', '', { code: 'endless-list' });
  }

  #isOwn(id: string): boolean {
    return this.#ownToken !== undefined && tokenRowId(this.#ownToken) === id;
  }

  #tokenItem(token: MageToken): Item {
    const isOwn = this.#isOwn(tokenRowId(token.token));
    return tokenItem(token, isOwn, this.#clock.now(), this.#localize);
  }

  #reach({ id, kind, name }: Item): Reach {
    if (kind === 'provider') {
      return {
        sentence: this.#localize(
          'Mage AI deletes all unexpired tokens that it keeps for you for “{0}”. Pipelines and Git actions that need them stop working.',
          name,
        ),
        warnings: [
          this.#localize(
            '“{0}” itself is not told: whoever has a copy of such a token can go on using it.',
            name,
          ),
          this.#localize(
            'Expired tokens stay. Where one can be refreshed, loading the providers again may sign Mage AI in again.',
          ),
        ],
      };
    }
    return {
      sentence: this.#localize(
        'The session of token {0} ends at once, for everybody who uses this token.',
        name,
      ),
      warnings: this.#isOwn(id)
        ? [this.#localize('This connection uses this very token and will need new credentials.')]
        : [],
    };
  }

  async #revoke({ id, kind }: Item, signal: AbortSignal): Promise<RevokeOutcome> {
    if (kind === 'provider') {
      await this.#api.resetProvider(id, signal);
      return { kind: 'accepted' };
    }
    const value = this.#values.get(id) ?? (await this.#find(id, false, signal))?.token;
    return value ? this.#endSession(id, value, signal) : { kind: 'alreadyGone' };
  }

  async #endSession(id: string, value: Secret, signal: AbortSignal): Promise<RevokeOutcome> {
    try {
      await this.#api.endSession(value, signal);
      return { kind: 'accepted' };
    } catch (thrown) {
      if (!isDeadToken(thrown)) {
        throw thrown;
      }
      // Expired, or not known (any more). Provider tokens are never known here, although they are listed.
      if (thrown.code === 'expired_oauth_token' || !(await this.#find(id, false, signal))) {
        return { kind: 'alreadyGone' };
      }
      const detail = this.#localize(
        'The server keeps this token for a Git or SSO provider and ends only its own sessions this way. Revoke the provider under “{0}” instead.',
        providersTitle(this.#localize),
      );
      throw new TokenManagerError('rejected', detail, { status: 401, code: thrown.code, cause: thrown });
    }
  }
}

/** @param from the offset of the first of them */
function laterPages(from: number, total: number): LaterPages {
  return {
    count: Math.ceil((total - from) / tokensPerPage),
    cursor: (index) => String(from + index * tokensPerPage),
  };
}

function revocable(target: ItemPath): Item {
  const row = target.at(-1);
  if (!row?.actions.includes('revoke')) {
    throw new TokenManagerError('unsupported', '', { code: 'revoke' });
  }
  return row;
}

function isDeadToken(thrown: unknown): thrown is TokenManagerError & { readonly code: string } {
  return (
    thrown instanceof TokenManagerError &&
    (thrown.code === 'expired_oauth_token' || thrown.code === 'invalid_oauth_token')
  );
}
