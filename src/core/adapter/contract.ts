import type { HttpClient } from '../http/client.ts';
import type { Account, Item, ItemPath, Settings } from '../model/item.ts';
import type { Secret } from '../model/secret.ts';
import type { ClientCertificate, Clock, Localize, Secrets } from '../ports.ts';
import type { LocalSource } from './localSource.ts';
import type { ServiceIcon } from './serviceIcon.ts';
import type { SignInUser } from './signInUser.ts';

/**
 * How the product learns a kind of API. An adapter is written against this contract and proves itself by the
 * contract suite. It never sees VS Code, another adapter or another connection.
 */
export interface ProviderAdapter {
  /** Stable for ever: connections are stored under it. Lower case, no spaces. */
  readonly id: string;
  readonly displayName: string;
  /** One line for the service picker: what this connects to and what can be done there. */
  readonly description: string;
  /** What stands before its connections; left out, the same as before any. */
  readonly icon?: ServiceIcon;
  /** What Add Connection asks for, in this order. */
  readonly form: readonly FormStep[];
  /** The choices in it whose answers are addresses, or nothing: the connection may talk to the one that was chosen. */
  readonly addressChoices?: readonly string[];
  /** The texts in it that are paths of files on this computer: they can also be chosen. */
  readonly filePaths?: readonly string[];
  /**
   * The secrets in it that Update Credentials asks for only where their step then says so, knowing what is stored:
   * signing in does not use them, and where they go has not changed.
   */
  readonly keptSecrets?: readonly string[];
  /** For the secrets in it that are private keys, by the id of their step: they can also be made here. */
  readonly keyMakers?: Readonly<Record<string, KeyMaker>>;
  /** What a connection with these settings shows while TLS connections are made; read from files then. */
  clientCertificate?(settings: Settings): ClientCertificate | undefined;
  /** Where a developer's computer may already hold what the form asks for; read only when the user asks. */
  readonly localSources?: readonly LocalSource[];
  /**
   * A live call with what was entered, before anything is stored. Rejects when the service does not accept
   * it. What it resolves to is what is stored: a password that was only exchanged for a token is left out.
   */
  signIn(draft: Draft, io: FormIo, signal: AbortSignal): Promise<SignIn>;
  /** No I/O here; throws `configuration` when what was stored cannot be understood. */
  open(config: ConnectionConfig, io: AdapterIo): AdapterSession;
}

export interface ConnectionConfig {
  readonly settings: Settings;
  readonly secrets: Secrets;
}

/** What has been entered so far. */
export type Draft = ConnectionConfig;

export interface SignIn extends ConnectionConfig {
  readonly account: Account;
  /** Something the user should know before going on, such as that the server requires no sign-in. */
  readonly notice?: string;
  /**
   * Ends at the service what signing in made there, such as a session. Called when the connection is not kept;
   * rejects when it could not be ended.
   */
  discard?(signal: AbortSignal): Promise<void>;
}

interface StepBase {
  /** The key under which the answer is stored in `settings` or `secrets`; one with a dot in front is not shown. */
  readonly id: string;
  readonly title: string;
  /** The sentence under the input: what to enter and where it comes from. */
  readonly prompt: string;
  /** Left out of the walk when it says no, judged by what was entered so far. */
  when?(draft: Draft): boolean;
  /** What is typed may be nothing; a text that must sometimes be there is what `validate` is for. */
  readonly isOptional?: boolean;
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
      options(draft: Draft, io: FormIo, signal: AbortSignal): Promise<readonly Option[]>;
      /**
       * With `many` the answer is a list, and an empty one means all, also those that come later; where the step says
       * that it is not optional, leave is given for what is selected alone, and an empty list is no answer.
       */
      readonly many?: boolean;
    });

export interface KeyMaker {
  /** A new private key, as it would be entered. */
  make(draft: Draft): Promise<Secret>;
  /** What the service is told of a private key; no secret. `undefined` where what was entered is none. */
  publicHalf(entered: string): string | undefined;
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}

export interface ServiceClock extends Clock {
  /** How many milliseconds it is ahead of this computer's clock; absent or 0 where the two agree. */
  readonly offsetMs?: number;
}

export interface FormIo {
  /**
   * A client for one of the connection's own base URLs; any other origin is refused with `configuration`.
   * Credentials given to it go to that origin and nowhere else.
   */
  http(baseUrl: string): HttpClient;
  /** The service's clock, where it is known to differ from this computer's. */
  readonly clock: ServiceClock;
  /** The user who is signing in; absent where none can be asked. */
  readonly user?: SignInUser;
}

export interface AdapterIo extends FormIo {
  /**
   * The credentials as they are stored now: another window may have changed them since the session was
   * opened. `renew` and `revoke` run while no other window renews or revokes the same row.
   */
  readSecrets(): Promise<Secrets>;
  /**
   * Stores changed credentials (`undefined` deletes one) and reads them back. Until it has resolved,
   * nothing may be reported as renewed. `isIrreplaceable` says that the service has already taken back what
   * was there before: then they are kept in memory where storing fails, and the user is told.
   */
  saveSecrets(
    changes: Readonly<Record<string, Secrets[string] | undefined>>,
    options?: SaveOptions,
  ): Promise<void>;
}

export interface SaveOptions {
  readonly isIrreplaceable?: boolean;
}

/**
 * An open connection. Every optional member is a capability: where it is missing the interface does not
 * offer the action, and asking for it anyway is an `unsupported` error.
 */
export interface AdapterSession {
  /**
   * One page of the rows below `parent`, or of the outermost rows. Changes nothing at the service, except
   * below an `onRequest` row whose caution says so.
   */
  list(
    parent: ItemPath | undefined,
    cursor: string | undefined,
    options: ListOptions,
    signal: AbortSignal,
  ): Promise<Page>;
  /** Reads one row anew; `undefined` when the service no longer has it. Without it the listing is searched. */
  read?(target: ItemPath, signal: AbortSignal): Promise<Item | undefined>;
  /**
   * The row that stands for a credential or token of this value, by the identifiers of the rows from the outermost one
   * to it; `undefined` where none is known to. Sends nothing: it goes by what is stored and what lists have told.
   */
  find?(value: Secret): readonly string[] | undefined;
  readonly revocation?: Revocation;
  /**
   * Exchanges a refresh token, or the vendor's own way to a new lease of life. Never retried by itself.
   * Where {@link AdapterIo.readSecrets} shows that another window has just renewed, its result is adopted.
   */
  renew?(target: ItemPath, signal: AbortSignal, options?: RenewOptions): Promise<RenewOutcome>;
  /**
   * Ends for a while what the row allows, so that {@link resume} brings it back with the same value. What is true is
   * read again afterwards.
   */
  pause?(target: ItemPath, signal: AbortSignal): Promise<void>;
  resume?(target: ItemPath, signal: AbortSignal): Promise<void>;
  readonly attachment?: Attachment;
  readonly leftBehind?: LeftBehind;
  readonly heldTokens?: HeldTokens;
  /** What can be done about a row that another program holds; empty where there is no way to. */
  handOvers?(target: ItemPath): Promise<readonly HandOver[]>;
  /** The service's own page for this connection; a fixed address of the adapter's, never one from an answer. */
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
  revoke(target: ItemPath, signal: AbortSignal): Promise<RevokeOutcome>;
  /**
   * What became of a revocation that was not carried out at once; asked when its list has been read. Changes nothing.
   * @param reference what {@link revoke} answered
   * @throws `rejected` when it was not carried out and will not be
   */
  outcome?(target: ItemPath, reference: string, signal: AbortSignal): Promise<RevokeOutcome>;
}

export interface Reach {
  readonly sentence: string;
  readonly warnings: readonly string[];
}

/** What the service answered; what is true is read again afterwards. */
export type RevokeOutcome =
  | { readonly kind: 'accepted'; readonly survivor?: Survivor }
  /** Accepted, and the service offers no way to see whether it did anything. */
  | { readonly kind: 'unverifiable'; readonly survivor?: Survivor }
  | { readonly kind: 'alreadyGone' }
  | { readonly kind: 'waitingForApproval'; readonly reference: string }
  /** The service is still at it; `reference` names the operation there. */
  | { readonly kind: 'stillRunning'; readonly reference: string };

/** What connecting made at the service for this connection alone, such as a client, and disconnecting leaves there. */
export interface LeftBehind {
  /** What it is and what ending it does, for the question whether to disconnect. */
  readonly sentence: string;
  /** What ending it is called, in one or two words. */
  readonly action: string;
  /**
   * Ends it at the service.
   * @returns whether it was then seen to be gone
   */
  end(signal: AbortSignal): Promise<boolean>;
}

/** What should have ended with it, and is not known to have. */
export interface Survivor {
  /** As its row has it. */
  readonly name: string;
  /** Epoch milliseconds by the service's clock, where it is known. */
  readonly expiresAt?: number;
}

/** Tokens that the connection itself holds, and that are of use to its user; never one that it only lists. */
export interface HeldTokens {
  has(target: ItemPath): boolean;
  /** As it is stored now. */
  value(target: ItemPath): Promise<Secret>;
}

export interface RenewOptions {
  /**
   * It was due; no user has asked for it just now. What may have been used up by a renewal whose answer was lost
   * is then not sent again.
   */
  readonly isUnattended?: boolean;
}

export interface RenewOutcome {
  /** Epoch milliseconds, where the service said so. */
  readonly expiresAt?: number;
}

/** What can be done about something that another program holds. */
export type HandOver = LeftToProgram | NewConnection;

interface NamedChoice {
  readonly title: string;
  readonly detail?: string;
}

/** A connection to be made with what was found; nothing is stored before the user has named it. */
export interface NewConnection extends NamedChoice {
  readonly adapterId: string;
  /** What the form of that service needs not ask any more. Secrets among it go to no address but the one among it. */
  readonly known: Draft;
}

/** An act that is left to the program that holds what a row is about, with that program's own questions. */
export interface LeftToProgram extends NamedChoice {
  /** Whether it signs out of what the row is about, so that the row is read again afterwards. */
  readonly isSignOut: boolean;
  /** Resolves when the program is through with it, whatever the user has decided there. */
  run(): Promise<void>;
}

/** Credentials the user can attach to one row, so that the service lets us do more with it. */
export interface Attachment {
  form(target: ItemPath): readonly FormStep[];
  /** Stores them; resolves once they have been read back. */
  attach(target: ItemPath, entered: Draft, signal: AbortSignal): Promise<void>;
  detach(target: ItemPath): Promise<void>;
}

/** How the registration list builds an adapter: everything an adapter says is said in the user's language. */
export type AdapterFactory = (localize: Localize) => ProviderAdapter;
