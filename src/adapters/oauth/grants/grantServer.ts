import type { Reach } from '../../../core/adapter/contract.ts';
import type { Item } from '../../../core/model/item.ts';
import type { ReadRows } from '../../support/restClient.ts';

/**
 * A kind of authorization server that tells its users more than the RFCs do: which applications they have let in, and
 * where they are signed in. Each kind is one file of this folder.
 */
export interface GrantServer {
  /** Of its account API, which takes the user's access token; it begins with the issuer. */
  readonly apiUrl: string;
  /** Whether this is what the server answers about itself at its issuer, to a request without any credential. */
  isIt(answer: unknown): boolean;
  /** What an access token must be for (its `aud`), and what to do about one that is not. */
  readonly audience: string;
  readonly wrongAudience: string;
  readonly sections: readonly GrantSection[];
}

/** One list of the account API, and what ends a row of it. */
export interface GrantSection {
  /** Unique among the outermost rows of the connection. */
  readonly id: string;
  readonly name: string;
  /** Below {@link GrantServer.apiUrl}. */
  readonly route: string;
  /** Why the server may refuse the list, or ending a row, to a user who is signed in. */
  readonly listNeeds: string;
  readonly endNeeds: string;
  rows(answer: unknown, own: OwnGrant, signal: AbortSignal): Promise<ReadRows<Item>>;
  reach(row: Item): Reach;
  /** The call that ends a row, by DELETE; each of its values comes from the row's identifier. */
  end(row: Item): { readonly route: string; readonly params: Readonly<Record<string, string>> };
}

/** What this connection signs in as. */
export interface OwnGrant {
  readonly clientId: string;
}
