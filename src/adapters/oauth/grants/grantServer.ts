import type { Reach } from '../../../core/adapter/contract.ts';
import type { HttpResponse } from '../../../core/http/client.ts';
import type { Item, Settings } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import type { ReadRows } from '../../support/restClient.ts';

/** @returns `undefined` for a server that cannot be of this kind, by its issuer or by what the user entered */
export type GrantKind = (issuer: URL, settings: Settings, localize: Localize) => GrantServer | undefined;

/**
 * A kind of authorization server that tells more than the RFCs do: which applications its users have let in, and where
 * they are signed in. Each kind is one file of this folder.
 */
export interface GrantServer {
  readonly apiUrl: string;
  /**
   * Asked once, without any credential, whether the server is of this kind. Absent where the user has said so by
   * entering the address.
   */
  readonly probe?: {
    readonly route: string;
    isIt(answer: unknown): boolean;
  };
  /** What calls carry: the user's access token, or what was entered for this address, if anything was. */
  readonly credential: 'accessToken' | 'administration';
  /** Why a call may be refused altogether: whether a token can be for this API, and what to do about one that is not. */
  readonly wrongToken?: {
    isFor(held: HeldToken): boolean;
    readonly sentence: string;
  };
  readonly sections: readonly GrantSection[];
}

/** What the access token says of itself, and what came with it. */
export interface HeldToken {
  readonly audience: readonly string[];
  readonly scopes: readonly string[];
}

/** One list of the API, and what ends a row of it. */
export interface GrantSection {
  /** Unique among the outermost rows of the connection. */
  readonly id: string;
  readonly name: string;
  /** The first page, and from an answer the one after it. */
  list(own: OwnGrant): GrantRequest;
  next?(answer: GrantAnswer): GrantRequest['query'] | undefined;
  /** The list is of one user, whom the call has to name. */
  readonly isBySubject?: boolean;
  /** Why the server may refuse the list, or ending a row, to a user who is signed in. */
  readonly listNeeds: string;
  readonly endNeeds: string;
  /** @param answers a page each */
  rows(answers: readonly unknown[], own: OwnGrant, signal: AbortSignal): Promise<ReadRows<Item>>;
  reach(row: Item): Reach;
  /** The calls that end a row, by DELETE, one after the other; each of their values comes from the row's identifier. */
  end(row: Item, own: OwnGrant): readonly GrantRequest[];
}

export interface GrantRequest {
  /** Below {@link GrantServer.apiUrl}. */
  readonly route: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

export interface GrantAnswer extends Pick<HttpResponse, 'headers'> {
  readonly body: unknown;
}

/** What this connection signs in as. */
export interface OwnGrant {
  readonly clientId: string;
  /** The user, as the server names them to this client; empty where the section does not need it and none is known. */
  readonly subject: string;
}
