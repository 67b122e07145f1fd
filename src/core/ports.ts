import type { Event } from './event.ts';
import type { Connection } from './model/item.ts';
import type { Secret } from './model/secret.ts';

/** What the core needs from the world. `platform/` implements each on VS Code; tests bring their own. */

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms`; rejects with a `cancelled` error as soon as the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Logger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * Translates a sentence and fills in `{0}`, `{1}` …; the same signature as `vscode.l10n.t`. The sentence
 * is always a literal, so that a test can hold the code against the translations.
 */
export type Localize = (message: string, ...args: (string | number | boolean)[]) => string;

export interface TransportRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. Values are in clear: this is the last step before the socket. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly limits: TransportLimits;
  readonly signal: AbortSignal;
}

export interface TransportLimits {
  readonly connectMs: number;
  /** From the request's last byte to the answer's headers. */
  readonly headersMs: number;
  /** For the whole body, however slowly it trickles. */
  readonly bodyMs: number;
  readonly maxBytes: number;
}

export interface TransportResponse {
  readonly status: number;
  /** Names in lower case; a repeated header is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * What a connection proves itself by while a TLS connection is made (RFC 8705). The files are read then; what is in them
 * is kept nowhere.
 */
export interface ClientCertificate {
  readonly certificateFile: string;
  readonly keyFile: string;
  /** It is shown to these and to no other, not even to a proxy. */
  readonly origins: readonly string[];
}

/**
 * One exchange over the network: no redirects, no retries, no cookies. Rejects with a TokenManagerError of
 * kind `network`, `timeout`, `tls`, `proxy`, `protocol` (answer too large) or `cancelled`.
 */
export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
}

/** The credentials of each connection. Rejects with kind `storage`. */
export interface CredentialStore {
  /** `undefined` when there is no value. */
  read(connectionId: string): Promise<Secrets | undefined>;
  /** Resolves only after the value has been read back and found equal, or is kept as `whenNotKept` says. */
  write(connectionId: string, secrets: Secrets, whenNotKept?: WhenNotKept): Promise<void>;
  delete(connectionId: string): Promise<void>;
  /** The connections that have a stored value, also those without a connection. */
  ids(): Promise<readonly string[]>;
  /** Whether `read` gives back what will be gone with this window. Absent where that never happens. */
  isForSessionOnly?(connectionId: string): boolean;
  /** Another window has disconnected it, and could delete only what is stored. */
  forgetInMemory?(connectionId: string): void;
}

/**
 * What becomes of a value that SecretStorage did not keep.
 *
 * - `ask`: the user is asked whether to keep it for this session only; what was stored before stays.
 * - `askAndDropOld`: likewise, and what was stored before is deleted, because it fits nothing any more.
 * - `keep`: it cannot be had again, so it is kept for this session without asking.
 * - `fail`: the write is rejected.
 */
export type WhenNotKept = 'ask' | 'askAndDropOld' | 'keep' | 'fail';

/**
 * Mutual exclusion between the windows that share a profile, for what may happen once only. Those who cannot
 * keep leases let work go on without: a full disk must not stop a revocation.
 */
export interface Leases {
  /**
   * Runs `work` while no other work runs under this name. A holder that died is replaced.
   * Rejects with `cancelled` when the signal is aborted before the work has begun, and not afterwards.
   */
  hold<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** One connection's credentials by name. */
export type Secrets = Readonly<Record<string, Secret>>;

/** Small documents kept on this computer for all windows of a profile; none holds a secret. Names may have slashes. */
export interface Documents {
  /** `undefined` when there is none, or none that can be understood. Rejects with kind `storage`. */
  read(name: string): Promise<unknown>;
  /** As a whole or not at all. Rejects with kind `storage`. */
  write(name: string, value: unknown): Promise<void>;
  /** The document, and those whose names begin with this one and a slash. Rejects with kind `storage`. */
  remove(name: string): Promise<void>;
}

/** What the editor itself is signed in to. It tells of accounts without asking the user, and gives no token. */
export interface EditorAccounts {
  /** What is known of without starting anything. */
  providers(): readonly AccountProvider[];
  /** Starts the extension that brings the provider. Rejects where none answers. */
  accounts(providerId: string): Promise<readonly EditorAccount[]>;
  /** What the editor has a command for; one that is missing is left to the user to find. */
  acts(): Promise<ReadonlySet<AccountAct>>;
  /** Resolves when the editor is through with it, whatever the user decided. */
  act(act: AccountAct, account?: AccountName): Promise<void>;
}

export interface AccountProvider {
  readonly id: string;
  readonly label: string;
  /** The extension that brings it, as far as one says so. */
  readonly extension: string | undefined;
  /** Whether asking it starts nothing that is not running. */
  readonly isStarted: boolean;
}

export interface EditorAccount {
  readonly id: string;
  readonly label: string;
}

export interface AccountName {
  readonly providerId: string;
  readonly accountLabel: string;
}

export type AccountAct =
  | 'signOut'
  | 'trustedExtensions'
  | 'trustedMcpServers'
  | 'preferences'
  | 'removeDynamicProviders';

/**
 * The files and variables in which programs keep their sign-ins. Only paths that a program documents are asked for; what
 * is read is never written.
 */
export interface ProgramFiles {
  readonly system: 'windows' | 'macos' | 'linux';
  /** The computer that is meant, by its own name. */
  readonly computer: string;
  readonly home: string;
  variable(name: string): string | undefined;
  join(...parts: readonly string[]): string;
  /** `undefined` when it is not there. Rejects with kind `storage` when it is there and cannot be read. */
  read(path: string): Promise<ProgramFile | undefined>;
  /** The names in a folder; empty when it is not there. */
  names(folder: string): Promise<readonly string[]>;
  /** Shows the file to the user. */
  show(path: string): Promise<void>;
  /** Opens a page of ours to choose, never an address from a file. */
  openPage(address: string): Promise<void>;
}

export interface ProgramFile {
  readonly text: string;
  /** `undefined` where the system does not say it by a mode. */
  readonly isOpenToOthers: boolean | undefined;
}

/** What lies on the user's computer outside of VS Code. */
export interface LocalMachine {
  variable(name: string): string | undefined;
  /**
   * A small text file below the user's configuration folder; `undefined` when it is not there.
   * Rejects with kind `storage` when it is there and cannot be read.
   */
  configurationFile(path: readonly string[]): Promise<string | undefined>;
}

/** What is remembered of the connections between sessions, all of it without credentials. */
export interface ConnectionIndex {
  readonly connections: readonly Connection[];
  /**
   * Connections that are just being made or forgotten. An entry that outlives its process tells the next
   * one that a credential may lie in SecretStorage without a connection.
   */
  readonly unsettled: readonly Unsettled[];
}

export interface Unsettled {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface ConnectionStore {
  /** From memory: costs nothing, also during activation. */
  read(): ConnectionIndex;
  /** Rejects with kind `storage`. */
  write(index: ConnectionIndex): Promise<void>;
  /** What {@link read} answers has changed without a {@link write} of ours: another window wrote. */
  readonly onDidChange?: Event<void>;
}

/** The files of the open folders. What is searched for is never a value: only what values look like. */
export interface WorkspaceFiles {
  /**
   * The files, as URIs, with a line that one of the patterns matches: regular expressions without look-around.
   * Links are not followed, and files that Git ignores are left out but for those with names of credential files
   * where `ignored` is set. Rejects with `unsupported` where nothing here can search, and with `cancelled`.
   */
  matching(
    patterns: readonly string[],
    options: FileSearchOptions,
    signal: AbortSignal,
  ): Promise<MatchingFiles>;
  /** The text as the editor has it, or else as it is stored. @returns `undefined` for what is no text or is gone */
  read(file: string): Promise<string | undefined>;
  /** Documents that are open and not stored as they are. */
  unsaved(): readonly string[];
}

export interface FileSearchOptions {
  /** Also `.env` and other files that Git usually ignores because they hold credentials. */
  readonly ignored: boolean;
}

export interface MatchingFiles {
  readonly files: readonly string[];
  /** False where a folder is on no disk of this computer, or something could not be read. */
  readonly isWhole: boolean;
}
