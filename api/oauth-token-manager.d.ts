/**
 * The public API of the extension OAuth Token Manager (`oauth-token-manager.oauth-token-manager`), version 1.
 *
 * Copy this file into your extension; it needs nothing but `@types/vscode`. How to use it, with a complete
 * example: `docs/public-api.md`.
 *
 * All texts are plain text: Markdown, links, icons and control characters in them have no effect. All moments
 * are epoch milliseconds. All objects you are given are yours to read only; what you give is checked and copied.
 */
import type { Disposable, Event, ExtensionContext } from 'vscode';

/** What `extensions.getExtension<OAuthTokensExports>('oauth-token-manager.oauth-token-manager')` exports. */
export interface OAuthTokensExports {
  /**
   * @param version of the API; an unknown one throws an error that names those there are
   * @param caller the `ExtensionContext` that your `activate` was given: the user is asked and told about your
   *   extension by the name in it
   */
  getApi(version: 1, caller: Pick<ExtensionContext, 'extension'>): OAuthTokensApi;
}

export interface OAuthTokensApi {
  readonly version: 1;

  // --- Bringing a service ---------------------------------------------------------------------------------

  /**
   * Brings a service. It is offered in Add Connection under your extension's name until it is disposed of;
   * connections that were made stay, and work again as soon as it is registered again.
   * @throws {@link ApiError} `configuration` when the adapter is not usable or its id is taken
   */
  registerAdapter(adapter: ProviderAdapter): Disposable;
  /** A credential, kept from being shown by accident. */
  secret(value: string): Secret;
  /** An error that rows and notifications show with its name, its reason and what helps. */
  error(kind: ErrorKind, detail?: string, details?: ErrorDetails): ApiError;
  /**
   * The error for an answer that is not a success, its kind by the HTTP status.
   * @param message the service's own words; what the request carried in secret is masked in them
   */
  refusal(response: HttpResponse, message?: string): ApiError;
  /**
   * The body of an answer. A whole number beyond 2^53, which JavaScript would round, comes as a text of its digits:
   * as an identifier it would name something else. @throws {@link ApiError} `protocol` when it is not JSON
   */
  json(response: HttpResponse): unknown;

  // --- Reading what is there ------------------------------------------------------------------------------

  /**
   * Whether the user has allowed your extension to read; `undefined` when they have not been asked. Asks
   * nothing.
   */
  readonly mayRead: boolean | undefined;
  /**
   * The user's connections. The first call ever asks the user, by your extension's name, and resolves once they
   * have answered; so make it when the user has just done something that explains it.
   * @throws {@link ApiError} `forbidden` with the code `access-denied` when they do not allow it
   */
  connections(): Promise<readonly ConnectionInfo[]>;
  /**
   * The rows below a connection, or below one of its rows, as far as they have been read. What has never been
   * read is read now, unless it is of the kind that only the user asks for.
   * @param path the ids of the rows from the outermost one to the one whose children are wanted
   * @throws {@link ApiError} `forbidden` as above; `unsupported` when there is no such connection or row
   */
  rows(connectionId: string, path?: readonly string[], options?: RowsOptions): Promise<Rows>;
  /**
   * Something changed: read anew what you need. Comes at most a few times a second, only while the user allows
   * you to read, and never asks.
   */
  readonly onDidChange: Event<ConnectionsChange>;
}

export interface ConnectionInfo {
  readonly id: string;
  /** `codegen`, or for a service that an extension brings `publisher.name/adapter`. */
  readonly adapterId: string;
  readonly serviceName: string;
  /** The user's own name for it. */
  readonly label: string;
  readonly account: Account;
}

export interface RowsOptions {
  /** Reads one more page first, where there is one. */
  readonly more?: boolean;
}

export interface Rows {
  readonly rows: readonly RowInfo[];
  /** Whether the service has more pages. */
  readonly hasMore: boolean;
  /** How many there are in all, where the service says so. */
  readonly total?: number;
  /** Why they could not be read; `rows` are then those of the last time they could. */
  readonly error?: ErrorInfo;
  /** Parts that could not be read while the rest could. */
  readonly problems: readonly ErrorInfo[];
}

/** What is known of a row, without the values of tokens. */
export interface RowInfo {
  readonly id: string;
  readonly kind: ItemKind;
  readonly name: string;
  readonly status?: Status;
  readonly lifetime: Lifetime;
  readonly createdAt?: number;
  readonly lastUsedAt?: number | null;
  readonly owner?: string;
  readonly remark?: string;
  readonly fields: readonly Field[];
  readonly actions: readonly ItemAction[];
  /** Whether it has, or may have, rows of its own. */
  readonly hasChildren: boolean;
}

export interface ErrorInfo {
  readonly kind: ErrorKind;
  readonly detail: string;
  readonly code?: string;
  readonly status?: number;
  readonly retryAt?: number;
}

export interface ConnectionsChange {
  /** The connections in which something changed. */
  readonly connectionIds: readonly string[];
  /** Whether connections were added, removed or reordered. */
  readonly listChanged: boolean;
}

// --- The contract of an adapter -----------------------------------------------------------------------------

/** How the product learns a kind of API. */
export interface ProviderAdapter {
  /**
   * Stable for ever: connections are stored under it, behind your extension's id. Lower-case letters, digits,
   * `.`, `-` and `_`.
   */
  readonly id: string;
  readonly displayName: string;
  /** One line for the service picker: what this connects to and what can be done there. */
  readonly description: string;
  /** What Add Connection asks for, in this order; the first step is the address. */
  readonly form: readonly FormStep[];
  /**
   * A live call with what was entered, before anything is stored. Rejects when the service does not accept
   * it. What it resolves to is what is stored: a password that was only exchanged for a token is left out.
   */
  signIn(draft: Draft, io: FormIo, signal: Signal): Promise<SignIn>;
  /** No I/O here; throws `configuration` when what was stored cannot be understood. */
  open(config: ConnectionConfig, io: AdapterIo): AdapterSession;
}

export interface ConnectionConfig {
  readonly settings: Settings;
  readonly secrets: Secrets;
}

/** What has been entered so far. */
export type Draft = ConnectionConfig;

/** What was entered besides credentials, by form step id. */
export type Settings = Readonly<Record<string, string | readonly string[]>>;

/** One connection's credentials by name. */
export type Secrets = Readonly<Record<string, Secret>>;

export interface SignIn extends ConnectionConfig {
  readonly account: Account;
  /** Something the user should know before going on, such as that the server requires no sign-in. */
  readonly notice?: string;
  /**
   * Ends at the service what signing in made there, such as a session. Called when the connection is not kept;
   * rejects when it could not be ended.
   */
  discard?(signal: Signal): Promise<void>;
}

export interface Account {
  /** Stable and comparable; tells whether new credentials belong to the same account. */
  readonly id: string;
  readonly name: string;
}

export interface StepBase {
  /** The key under which the answer is stored in `settings` or `secrets`; one with a dot in front is not shown. */
  readonly id: string;
  readonly title: string;
  /** The sentence under the input: what to enter and where it comes from. */
  readonly prompt: string;
  /** What is typed may be nothing; a text that must sometimes be there is what `validate` is for. */
  readonly isOptional?: boolean;
  /** Left out of the walk when it says no, judged by what was entered so far. */
  when?(draft: Draft): boolean;
}

export type FormStep =
  | (StepBase & {
      readonly kind: 'url';
      readonly default: string;
      /** For an endpoint, which unlike a base URL may have a query. */
      readonly allowsQuery?: boolean;
    })
  | (StepBase & {
      readonly kind: 'text';
      readonly default?: string;
      readonly placeholder?: string;
      /** A sentence when the text cannot be right. */
      validate?(text: string, draft: Draft): string | undefined;
    })
  | (StepBase & {
      readonly kind: 'secret';
      readonly default?: string;
      /** Spaces around the value belong to it, as in a password; otherwise they are pasted by accident. */
      readonly isVerbatim?: boolean;
      readonly placeholder?: string;
      validate?(value: string, draft: Draft): string | undefined;
    })
  | (StepBase & {
      readonly kind: 'choice';
      /** Fetched with what was entered so far; a single option is taken without asking. */
      options(draft: Draft, io: FormIo, signal: Signal): Promise<readonly Option[]>;
      /** With `many` the answer is a list, and an empty one means all, also those that come later; `isOptional: false` forbids it. */
      readonly many?: boolean;
    });

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

export interface FormIo {
  /**
   * A client for one of the connection's own addresses, which are the answers to the form's `url` steps; any
   * other origin is refused with `configuration`.
   */
  http(baseUrl: string): HttpClient;
  /** The service's clock, where it is known to differ from this computer's. */
  readonly clock: ServiceClock;
  /** The user who is signing in; absent where none can be asked. */
  readonly user?: SignInUser;
}

/** What a sign-in may ask of its user besides the steps of the form. Each rejects with `cancelled`. */
export interface SignInUser {
  /**
   * Asks whether this connection may talk to addresses that the user has not entered, such as those that a
   * server's own description names. Once it has resolved, `http` has clients for them, now and later.
   */
  trust(addresses: readonly string[], signal: Signal): Promise<void>;
  /**
   * Sends the user to a page in their browser, and resolves with the address, query included, that the page
   * led them back to. Rejects with `timeout` when the browser does not come back.
   */
  authorize(request: AuthorizationRequest, signal: Signal): Promise<string>;
  /** Shows a code and where it has to be entered, until the sign-in ends. */
  showDeviceCode(code: DeviceCode): void;
}

/** How the browser leads back: by a link that opens the editor, or to a port of this computer (RFC 8252). */
export type WayBack = 'editor' | 'loopback';

export interface AuthorizationRequest {
  readonly wayBack: WayBack;
  /** The server was told beforehand where browsers lead back to, so that the way cannot name this window. */
  readonly isWayFixed: boolean;
  /** The redirect has to bring it; what comes without it is ignored. */
  readonly state: string;
  /** The address of the page to open, once it is known where it leads back to; one of the connection's. */
  page(redirectUri: string): Promise<string>;
}

export interface DeviceCode {
  readonly code: string;
  /** The address of the page where the user enters it; one of the connection's. */
  readonly page: string;
  /** The same with the code in it, where there is such a page. */
  readonly completePage?: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface AdapterIo extends FormIo {
  /** The credentials of this connection as they are stored now; another window may have changed them. */
  readSecrets(): Promise<Secrets>;
  /**
   * Stores changed credentials of this connection (`undefined` deletes one) and reads them back. Until it has
   * resolved, nothing may be reported as renewed.
   */
  saveSecrets(changes: Readonly<Record<string, Secret | undefined>>, options?: SaveOptions): Promise<void>;
}

export interface SaveOptions {
  /**
   * The service has already taken back what was there before: then the new credentials are kept in memory where
   * storing them fails, and the user is told.
   */
  readonly isIrreplaceable?: boolean;
}

export interface Clock {
  now(): number;
  /** Resolves after `ms`; rejects with a `cancelled` error as soon as the signal is aborted. */
  sleep(ms: number, signal: Signal): Promise<void>;
}

export interface ServiceClock extends Clock {
  /** How many milliseconds it is ahead of this computer's clock; absent or 0 where the two agree. */
  readonly offsetMs?: number;
}

/**
 * An open connection. Every optional member is a capability: where it is missing the interface does not offer
 * the action.
 */
export interface AdapterSession {
  /** One page of the rows below `parent`, or of the outermost rows. Changes nothing at the service. */
  list(
    parent: ItemPath | undefined,
    cursor: string | undefined,
    options: ListOptions,
    signal: Signal,
  ): Promise<Page>;
  /** Reads one row anew; `undefined` when the service no longer has it. Without it the listing is searched. */
  read?(target: ItemPath, signal: Signal): Promise<Item | undefined>;
  readonly revocation?: Revocation;
  /** Exchanges a refresh token, or the vendor's own way to a new lease of life. Never retried by itself. */
  renew?(target: ItemPath, signal: Signal): Promise<RenewOutcome>;
  /**
   * Ends for a while what the row allows, so that {@link resume} brings it back with the same value. The row is read
   * again afterwards, and has to say `inactive` then.
   */
  pause?(target: ItemPath, signal: Signal): Promise<void>;
  resume?(target: ItemPath, signal: Signal): Promise<void>;
  readonly attachment?: Attachment;
  /** The service's own page for this connection, at one of the connection's own addresses. */
  readonly webPage?: string;
  dispose?(): void;
}

export interface ListOptions {
  readonly includeExpired: boolean;
  /** Whether all pages will be read, so that the biggest the service gives are best. */
  readonly all?: boolean;
}

export interface Page {
  readonly items: readonly Item[];
  /** Opaque; given back to read the next page. Absent on the last page. */
  readonly next?: string;
  /**
   * On the first page, where pages can be asked for by number: all that come after it. They are then read
   * several at a time, if all are wanted.
   */
  readonly later?: LaterPages;
  /** How many there are in all, where the service says so. */
  readonly total?: number;
  /** The service was asked for those only that have not expired; whether there are others is not known. */
  readonly leavesOutExpired?: boolean;
  /** Parts that could not be read while the rest could; each gets a row of its own. */
  readonly problems?: readonly Error[];
}

export interface LaterPages {
  readonly count: number;
  /** The cursor of one of them, counted from 0; that of the first is `next`. */
  cursor(index: number): string;
  /** How many of them may be asked for in a minute, where the service names a limit. */
  readonly perMinute?: number;
}

export interface Revocation {
  /**
   * What dies, what survives, what else is hit: shown in the confirmation, word for word.
   * @param together the rows beside it that are revoked in the same act, itself included; left out, it alone
   */
  reach(target: ItemPath, together?: readonly Item[]): Reach;
  /** Revokes at the service. What is true is read again afterwards. Never retried by itself. */
  revoke(target: ItemPath, signal: Signal): Promise<RevokeOutcome>;
  /**
   * What became of a revocation that was not carried out at once. Asked when its list has been read; changes nothing.
   * Rejects with kind `rejected` when it was not carried out and will not be.
   * @param reference what `revoke` answered
   */
  outcome?(target: ItemPath, reference: string, signal: Signal): Promise<RevokeOutcome>;
}

export interface Reach {
  readonly sentence: string;
  readonly warnings: readonly string[];
}

export type RevokeOutcome =
  | { readonly kind: 'accepted' }
  /** Accepted, and the service offers no way to see whether it did anything. */
  | { readonly kind: 'unverifiable' }
  | { readonly kind: 'alreadyGone' }
  | { readonly kind: 'waitingForApproval'; readonly reference: string }
  /** The service is still at it; `reference` names the operation there. */
  | { readonly kind: 'stillRunning'; readonly reference: string };

export interface RenewOutcome {
  readonly expiresAt?: number;
}

/** Credentials the user can attach to one row, so that the service lets us do more with it. */
export interface Attachment {
  form(target: ItemPath): readonly FormStep[];
  /** Stores them; resolves once they have been read back. */
  attach(target: ItemPath, entered: Draft, signal: Signal): Promise<void>;
  detach(target: ItemPath): Promise<void>;
}

/** A row below a connection. */
export interface Item {
  /** Unique among its siblings. The vendor's own, character for character; never the value of a token. */
  readonly id: string;
  readonly kind: ItemKind;
  readonly name: string;
  /** What the vendor says of it; absent on rows that have no state of their own (a section, an access). */
  readonly status?: Status | undefined;
  readonly lifetime: Lifetime;
  readonly createdAt?: number | undefined;
  /** `null` when the vendor says "never used". */
  readonly lastUsedAt?: number | null | undefined;
  /** On whose behalf it acts. */
  readonly owner?: string | undefined;
  /** Who vouches for it, as an address (`iss` of RFC 7519), where the service or the token says so. */
  readonly issuer?: string | undefined;
  /**
   * How far an access reaches, or a token for which the service names none, as the service's documents say: `broad` is much
   * more than one task needs. Absent where nothing but a name tells.
   */
  readonly breadth?: 'broad' | 'narrow' | 'unknown' | undefined;
  /** Whether the connection itself signs in with it: once it is revoked, nothing more can be read or done. */
  readonly isOwnCredential?: boolean | undefined;
  /** One short remark for the row itself, such as "this connection's own token". */
  readonly remark?: string | undefined;
  /** Everything the vendor gave, for the tooltip and the details page. */
  readonly fields: readonly Field[];
  readonly children: Children;
  /** What may be done to this very row, as far as the adapter has the capability. */
  readonly actions: readonly ItemAction[];
  /** What Copy Identifier copies; absent when there is nothing worth copying. */
  readonly identifier?: string | undefined;
}

export type ItemKind =
  | 'section'
  | 'organization'
  | 'application'
  | 'user'
  | 'provider'
  | 'identity'
  | 'token'
  | 'access'
  | 'note';

export type Status = 'active' | 'inactive' | 'revoked' | 'unknown';

export type Lifetime =
  | { readonly kind: 'expires'; readonly at: number }
  | { readonly kind: 'never' }
  /** It may well expire, but the vendor does not say when. */
  | { readonly kind: 'unknown' }
  /** The thing has no lifetime: an identity link, a section. */
  | { readonly kind: 'none' };

export type Field =
  | { readonly label: string; readonly text: string }
  /** A moment, worded in the user's locale and time zone. */
  | { readonly label: string; readonly at: number };

export type Children =
  | { readonly kind: 'none' }
  /** Read from the service when the row is opened. `open` asks for the row to be open at first. */
  | { readonly kind: 'list'; readonly open?: boolean }
  /** Read only when the user asks for it; `caution` says what reading does besides reading. */
  | { readonly kind: 'onRequest'; readonly caution?: string }
  /**
   * Came with the row itself. `isPassive` promises that none of them, nor what is below them, has a state, so
   * that nobody makes them just to count.
   */
  | { readonly kind: 'inline'; readonly items: readonly Item[]; readonly isPassive?: boolean };

export type ItemAction = 'revoke' | 'renew' | 'pause' | 'resume' | 'attach' | 'detach';

/** An item and the items above it, outermost first; the last one is meant. */
export type ItemPath = readonly [...above: Item[], target: Item];

// --- Speaking to a service ----------------------------------------------------------------------------------

/** Bound to one address, so that a credential cannot travel elsewhere. */
export interface HttpClient {
  readonly baseUrl: string;
  /** @throws {@link ApiError} of kind `network`, `timeout`, `tls`, `proxy`, `rateLimited`, `protocol` … */
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * Path template below the address, such as `/users/{user}`. It is what the log shows; the values of `params`
   * are percent-encoded into it, each as exactly one path segment.
   */
  readonly route: string;
  readonly params?: Readonly<Record<string, string>>;
  /** A name with several values is there once for each. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  readonly body?: HttpBody;
  /**
   * Whether a lost or busy answer may be answered by asking again: `reads` may, `writes` may not, because
   * the server may have acted. `identical` is for services that promise one effect per identical body.
   */
  readonly repeat: 'reads' | 'writes' | 'identical';
  /** Tells a busy answer (429, 502 to 504) that will not get better by waiting, such as a spent quota. */
  readonly isFinal?: (response: HttpResponse) => boolean;
  readonly signal: Signal;
}

export interface HttpBody {
  readonly type: 'application/json' | 'application/x-www-form-urlencoded';
  readonly content: string | Secret;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Before then the server asked not to be called again. */
  readonly retryAt: number | undefined;
  /** Masks what this request carried, and what looks like a credential, in the server's own words. */
  redact(text: string): string;
}

// --- Secrets and errors -------------------------------------------------------------------------------------

/**
 * A credential in memory. Every ordinary way of turning it into text yields a mask. Made by
 * {@link OAuthTokensApi.secret}, or handed to you.
 */
export interface Secret {
  reveal(): string;
  /** A secret made from this one, for instance an `Authorization` header made from a token. */
  map(change: (value: string) => string): Secret;
  equals(other: Secret): boolean;
  toString(): string;
  toJSON(): string;
}

/**
 * What went wrong, as far as it changes what the user does next.
 *
 * - `cancelled`: the user stopped it; nothing is shown.
 * - `network`, `timeout`, `server`: trying again may help.
 * - `tls`, `proxy`: something on the way; the service has seen nothing.
 * - `rateLimited`: trying again helps after `retryAt`, not before.
 * - `unauthorized`: the server does not accept the credential (also OAuth's `invalid_grant`).
 * - `credentialMissing`: there is no credential for this connection.
 * - `forbidden`: the credential is good but lacks an access.
 * - `notFound`: the object is not there, or not visible to this credential.
 * - `rejected`: the server understood the request and refused it; the reason is in `detail`.
 * - `protocol`: the answer is not what the vendor documents.
 * - `configuration`: a URL, identifier or client registration is wrong.
 * - `unsupported`: this adapter or this row cannot do what was asked.
 * - `storage`: the secret storage failed or lost a value.
 * - `internal`: a defect; whatever you throw that has none of these kinds counts as one.
 */
export type ErrorKind =
  | 'cancelled'
  | 'network'
  | 'timeout'
  | 'server'
  | 'tls'
  | 'proxy'
  | 'rateLimited'
  | 'unauthorized'
  | 'credentialMissing'
  | 'forbidden'
  | 'notFound'
  | 'rejected'
  | 'protocol'
  | 'configuration'
  | 'unsupported'
  | 'storage'
  | 'internal';

export interface ErrorDetails {
  readonly cause?: unknown;
  /** HTTP status of the answer that failed. */
  readonly status?: number;
  /** A machine word: an OAuth or vendor error code, or the system's (`ECONNREFUSED`). */
  readonly code?: string;
  /** Before then the server asked not to be called. */
  readonly retryAt?: number;
  /** It is certain that the service has seen nothing of what was asked; left out, it may have acted. */
  readonly nothingSent?: boolean;
}

/** Tell one by its `kind`, not by `instanceof`: each extension has classes of its own. */
export interface ApiError extends Error {
  readonly kind: ErrorKind;
  /** Plain text for people, without secrets. */
  readonly detail: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly retryAt: number | undefined;
  readonly nothingSent: boolean;
}

/** The platform's `AbortSignal`, where your types (DOM or Node) have it. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer T } } ? T : MinimalSignal;

export interface MinimalSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
