import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  ListOptions,
  Page,
  Reach,
  Revocation,
  RevokeOutcome,
} from '../../../core/adapter/contract.ts';
import type { HttpResponse } from '../../../core/http/client.ts';
import { isRecord } from '../../../core/json.ts';
import { TokenManagerError, throwIfCancelled, toResult } from '../../../core/model/errors.ts';
import type { Item, ItemPath } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import { isSuccess, json, refused } from '../../support/answers.ts';
import { parsedJson } from '../../support/parsedJson.ts';
import { sectionRow } from '../../support/sectionRow.ts';
import { oauthSettings } from '../client/settings.ts';
import { serverOf } from '../discovery/server.ts';
import { unverifiedClaims } from '../protocol/claims.ts';
import { TokenStore } from '../tokens/tokenSet.ts';
import { AccountApi } from './accountApi.ts';
import type {
  GrantAnswer,
  GrantRequest,
  GrantSection,
  GrantServer,
  HeldToken,
  OwnGrant,
} from './grantServer.ts';
import { grantKinds } from './kinds.ts';

/** No list of what one user has authorized has more of them. */
const mostPages = 100;

/** A session whose server may also tell which applications its user has authorized; else the session as it is. */
export function withGrants(
  tokens: AdapterSession,
  config: ConnectionConfig,
  io: AdapterIo,
  localize: Localize,
): AdapterSession {
  const { method, clientId } = oauthSettings(config.settings);
  const issuer = URL.parse(serverOf(config.settings).issuer);
  const server =
    issuer &&
    grantKinds.map((kind) => kind(issuer, config.settings, localize)).find((one) => one !== undefined);
  // A client that signs in for itself has let no other in.
  return server && method !== 'clientCredentials'
    ? new GrantsSession(tokens, server, { io, localize, clientId, store: new TokenStore(config.secrets, io) })
    : tokens;
}

interface Context {
  readonly io: AdapterIo;
  readonly localize: Localize;
  readonly clientId: string;
  readonly store: TokenStore;
}

/** The tokens of a connection, and beside them the lists of the server's account API. */
class GrantsSession implements AdapterSession {
  readonly #tokens: AdapterSession;
  readonly #server: GrantServer;
  readonly #context: Context;
  readonly #api: AccountApi;
  /** Whether the server is of that kind; not known until it has answered. */
  #isIt: boolean | undefined;
  readonly renew?: NonNullable<AdapterSession['renew']>;
  readonly find?: NonNullable<AdapterSession['find']>;
  readonly leftBehind?: NonNullable<AdapterSession['leftBehind']>;
  readonly heldTokens?: NonNullable<AdapterSession['heldTokens']>;
  readonly revocation: Revocation = {
    reach: (target, together) => this.#reach(target, together),
    revoke: (target, signal) => this.#revoke(target, signal),
  };

  constructor(tokens: AdapterSession, server: GrantServer, context: Context) {
    this.#tokens = tokens;
    this.#server = server;
    this.#context = context;
    this.#api = new AccountApi(server.apiUrl, context.io);
    const { renew, find, leftBehind, heldTokens } = tokens;
    if (heldTokens) {
      this.heldTokens = heldTokens;
    }
    if (leftBehind) {
      this.leftBehind = leftBehind;
    }
    if (renew) {
      this.renew = (...args) => renew.apply(tokens, args);
    }
    if (find) {
      this.find = (value) => find.call(tokens, value);
    }
  }

  async list(
    parent: ItemPath | undefined,
    cursor: string | undefined,
    options: ListOptions,
    signal: AbortSignal,
  ): Promise<Page> {
    const section = parent && this.#sectionOf(parent);
    if (section) {
      const { rows, problems } = await this.#rows(section, signal);
      return { items: rows, problems };
    }
    // Before the tokens, whose moments are told by the clock of an answer.
    const isIt = !parent && (await this.#asksItself(signal));
    const page = await this.#tokens.list(parent, cursor, options, signal);
    return isIt ? { ...page, items: [...page.items, ...this.#server.sections.map(sectionItem)] } : page;
  }

  async read(target: ItemPath, signal: AbortSignal): Promise<Item | undefined> {
    const section = this.#sectionOf(target);
    if (!section) {
      return this.#tokens.read?.(target, signal);
    }
    const [, grant, ...below] = target;
    if (!grant) {
      return sectionItem(section);
    }
    const { rows } = await this.#rows(section, signal);
    const row = rows.find(({ id }) => id === grant.id);
    const [scope] = below;
    return scope && row?.children.kind === 'inline'
      ? row.children.items.find(({ id }) => id === scope.id)
      : row;
  }

  dispose(): void {
    this.#tokens.dispose?.();
  }

  #sectionOf([outermost]: ItemPath): GrantSection | undefined {
    return this.#server.sections.find(({ id }) => id === outermost?.id);
  }

  /** What the server says of itself at its issuer, which needs no credential. What is not known is asked again. */
  async #asksItself(signal: AbortSignal): Promise<boolean> {
    const { apiUrl, probe } = this.#server;
    if (!probe) {
      return true;
    }
    if (this.#isIt === undefined) {
      const { route } = probe;
      const http = this.#context.io.http(new URL(apiUrl).origin);
      const answer = await toResult(http.request({ method: 'GET', route, repeat: 'reads', signal }));
      if (answer instanceof TokenManagerError) {
        throwIfCancelled(signal);
        return false;
      }
      this.#isIt = isSuccess(answer) && probe.isIt(parsedJson(answer.body));
    }
    return this.#isIt;
  }

  async #rows(section: GrantSection, signal: AbortSignal) {
    const own = await this.#own(section);
    const first = section.list(own);
    const answers: unknown[] = [];
    let query = first.query;
    for (let page = 1; page <= mostPages; page++) {
      const request = { ...first, ...(query && { query }) };
      const { body, headers } = await this.#read(request, section.listNeeds, signal);
      answers.push(body);
      const next = section.next?.({ body, headers });
      if (next === undefined) {
        return section.rows(answers, own, signal);
      }
      // Whom it is about is not the server's word.
      query = { ...next, ...first.query };
    }
    throw new TokenManagerError('protocol', 'next', { code: 'unexpected-shape' });
  }

  async #read(request: GrantRequest, needs: string, signal: AbortSignal): Promise<GrantAnswer> {
    const answer = await this.#call('GET', request, needs, signal);
    return { body: json(answer), headers: answer.headers };
  }

  /** @throws `configuration` where the user has to be named and the server has not said how */
  async #own({ isBySubject = false }: GrantSection): Promise<OwnGrant> {
    const { store, clientId, localize } = this.#context;
    const { idToken, accessToken } = await store.newest();
    const said = [idToken, accessToken].map((token) => token && unverifiedClaims(token.reveal())?.sub);
    const subject = said.find((name) => name !== undefined);
    if (isBySubject && subject === undefined) {
      const detail = localize('The server has not said who you are. Sign in again with the scope “openid”.');
      throw new TokenManagerError('configuration', detail, { nothingSent: true });
    }
    return { clientId, subject: subject ?? '' };
  }

  #reach(target: ItemPath, together: readonly Item[] | undefined): Reach {
    const section = this.#sectionOf(target);
    if (section) {
      return section.reach(grantIn(target));
    }
    return this.#ofTokens().reach(target, together);
  }

  async #revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome> {
    const section = this.#sectionOf(target);
    if (!section) {
      return this.#ofTokens().revoke(target, signal);
    }
    const grant = grantIn(target);
    // A server may answer alike to what it ended and to what was not there any more.
    const { rows } = await this.#rows(section, signal);
    if (!rows.some(({ id }) => id === grant.id)) {
      return { kind: 'alreadyGone' };
    }
    let isEnded = false;
    for (const request of section.end(grant, await this.#own(section))) {
      const ended = await toResult(this.#call('DELETE', request, section.endNeeds, signal));
      if (ended instanceof TokenManagerError && ended.kind !== 'notFound') {
        throw isEnded ? ofTheRest(ended, this.#context.localize) : ended;
      }
      isEnded ||= !(ended instanceof TokenManagerError);
    }
    return { kind: isEnded ? 'accepted' : 'alreadyGone' };
  }

  #ofTokens(): Revocation {
    if (!this.#tokens.revocation) {
      throw new TokenManagerError('unsupported', '', { code: 'revoke' });
    }
    return this.#tokens.revocation;
  }

  async #call(
    method: 'GET' | 'DELETE',
    request: GrantRequest,
    needs: string,
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const call = { ...request, method, signal };
    if (this.#server.credential === 'administration') {
      const response = await this.#api.sendAsAdministrator(call);
      if (!isSuccess(response)) {
        throw this.#refusal(response, undefined, needs);
      }
      return response;
    }
    const { store, localize } = this.#context;
    const { accessToken, facts } = await store.newest();
    if (!accessToken) {
      const detail = localize('No access token is held. Renew it, or update the credentials.');
      throw new TokenManagerError('unauthorized', detail, { nothingSent: true });
    }
    const response = await this.#api.send(call, accessToken);
    if (!isSuccess(response)) {
      const { aud = [], scope = [] } = unverifiedClaims(accessToken.reveal()) ?? {};
      throw this.#refusal(response, { audience: aud, scopes: facts.scope ?? scope }, needs);
    }
    return response;
  }

  /** Keycloak says only `HTTP 401 Unauthorized`: what is missing can be seen at the token, or follows from the call. */
  #refusal(response: HttpResponse, held: HeldToken | undefined, needs: string): TokenManagerError {
    const { localize } = this.#context;
    const theirs = wordsIn(parsedJson(response.body));
    const ours = this.#missing(response.status, held, needs);
    return refused(response, {
      kind: response.status === 401 && ours === this.#server.wrongToken?.sentence ? 'forbidden' : undefined,
      message:
        ours !== undefined && theirs !== undefined
          ? localize('{0} The server says: {1}', ours, theirs)
          : (ours ?? theirs),
    });
  }

  #missing(status: number, held: HeldToken | undefined, needs: string): string | undefined {
    if (status === 401 && held) {
      const { wrongToken } = this.#server;
      return wrongToken && !wrongToken.isFor(held)
        ? wrongToken.sentence
        : this.#context.localize('The access token has expired or was ended. Renew it, then refresh.');
    }
    return status === 403 || status === 401 ? needs : undefined;
  }
}

function sectionItem({ id, name }: GrantSection): Item {
  return sectionRow(id, name, { kind: 'list' });
}

/** Why a row was not ended altogether. */
function ofTheRest({ kind, detail, status, code, retryAt }: TokenManagerError, localize: Localize) {
  const sentence = localize('Only a part of it was revoked.');
  return new TokenManagerError(kind, `${sentence} ${detail}`.trim(), {
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(retryAt !== undefined && { retryAt }),
  });
}

/** @throws `unsupported` for a row that does not offer to be ended */
function grantIn([, grant, ...below]: ItemPath): Item {
  if (!grant?.actions.includes('revoke') || below.length > 0) {
    throw new TokenManagerError('unsupported', '', { code: 'revoke' });
  }
  return grant;
}

function wordsIn(body: unknown): string | undefined {
  const {
    errorMessage,
    errorSummary,
    detail,
    error_description: description,
    error,
  } = isRecord(body) ? body : {};
  return [errorMessage, errorSummary, detail, description, error].find(
    (text): text is string => typeof text === 'string' && text !== '',
  );
}
