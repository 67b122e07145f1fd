/**
 * The words of the product. There is no field here that a credential could sit in: adapters keep those to
 * themselves as `Secret` and name tokens by the vendor's id, or by a hash where the value is the only name.
 */

/** One account at one service: the root of the tree. */
export interface Connection {
  /** Random, ours. Names the SecretStorage entry and prefixes every row id. */
  readonly id: string;
  readonly adapterId: string;
  /** The adapter's display name, kept so that a row can be named before any adapter is loaded. */
  readonly serviceName: string;
  /** The user's own name for it. */
  readonly label: string;
  /** Who the service said we are. */
  readonly account: Account;
  /** What was entered besides credentials, by form step id: URLs, organization, chosen users … */
  readonly settings: Settings;
  /** Another text after each act that other windows should read the service anew for. */
  readonly revision?: string;
}

export interface Account {
  /** Stable and comparable; tells whether new credentials belong to the same account. */
  readonly id: string;
  readonly name: string;
}

export type Settings = Readonly<Record<string, string | readonly string[]>>;

/**
 * A row below a connection, as an adapter describes it. All texts are plain text.
 *
 * A connection may have 100,000 of them, so an adapter may keep what its service said in a few words and work
 * the members out in getters; a plain object is as good where there are few. Never spread one: a copy would
 * have none of what a getter knows. `plainItem` makes a copy that has everything.
 *
 * Its texts stay as they are: they are searched for credentials once, and again when another one becomes known. What is
 * different later is another row.
 */
export interface Item {
  /** Unique among its siblings. The vendor's own, character for character, for use in requests. */
  readonly id: string;
  readonly kind: ItemKind;
  readonly name: string;
  /** What the vendor says of it; absent on rows that have no state of their own (a section, an access). */
  readonly status?: Status | undefined;
  readonly lifetime: Lifetime;
  /** Epoch milliseconds. */
  readonly createdAt?: number | undefined;
  /** Epoch milliseconds; `null` when the vendor says "never used". */
  readonly lastUsedAt?: number | null | undefined;
  /** On whose behalf it acts. */
  readonly owner?: string | undefined;
  /** Who vouches for it, as an address (`iss` of RFC 7519), where the service or the token says so. */
  readonly issuer?: string | undefined;
  /**
   * How far an access reaches, or a token for which its service names none, as the service's documents say; absent where
   * nothing but a name tells.
   */
  readonly breadth?: Breadth | undefined;
  /** Whether the connection itself signs in with it: once it is revoked, nothing more can be read or done. */
  readonly isOwnCredential?: boolean | undefined;
  /** One short remark for the row itself, such as "this connection’s own token". */
  readonly remark?: string | undefined;
  /** Everything the vendor gave, for the tooltip and the details page. */
  readonly fields: readonly Field[];
  readonly children: Children;
  /** What may be done to this very row, as far as the adapter has the capability. */
  readonly actions: readonly ItemAction[];
  /** What Copy Identifier copies; absent when there is nothing worth copying. */
  readonly identifier?: string | undefined;
}

/** Their order is kept on disk: new ones come last. */
export const itemKinds = [
  'section',
  'organization',
  'application',
  'user',
  'provider',
  'identity',
  'token',
  'access',
  'note',
] as const;

export type ItemKind = (typeof itemKinds)[number];

export type Status = 'active' | 'inactive' | 'revoked' | 'unknown';

/** `broad`: much more than one task needs. `unknown`: the name alone cannot tell. */
export type Breadth = 'broad' | 'narrow' | 'unknown';

export type Lifetime =
  /** Epoch milliseconds. */
  | { readonly kind: 'expires'; readonly at: number }
  | { readonly kind: 'never' }
  /** It may well expire, but the vendor does not say when. */
  | { readonly kind: 'unknown' }
  /** The thing has no lifetime: an identity link, a section. */
  | { readonly kind: 'none' };

export type Field =
  | { readonly label: string; readonly text: string }
  /** Epoch milliseconds, worded by the interface in the user's locale and time zone. */
  | { readonly label: string; readonly at: number };

export type Children =
  | { readonly kind: 'none' }
  /** Read from the service when the row is opened. `open` asks for the row to be open at first. */
  | { readonly kind: 'list'; readonly open?: boolean }
  /** Read only when the user asks for it; `caution` says what reading does besides reading. */
  | { readonly kind: 'onRequest'; readonly caution?: string }
  /**
   * Came with the row itself. `isPassive` promises that none of them, nor what is below them, has a state,
   * so that they are not made just to be counted.
   */
  | { readonly kind: 'inline'; readonly items: readonly Item[]; readonly isPassive?: boolean };

export type ItemAction = 'revoke' | 'renew' | 'pause' | 'resume' | 'attach' | 'detach';

/** An item and the items above it, outermost first; the last one is meant. */
export type ItemPath = readonly [...above: Item[], target: Item];

export const noChildren: Children = { kind: 'none' };
export const noLifetime: Lifetime = { kind: 'none' };

/**
 * Whether a row is what users look for: a token, a login, a connected provider, or whatever else has a state of
 * its own. Rows above entries hold them, rows below are parts of them.
 */
export function isEntry({ kind, status, children }: Item): boolean {
  return (
    kind === 'token' ||
    kind === 'identity' ||
    kind === 'provider' ||
    (status !== undefined && children.kind === 'none')
  );
}
