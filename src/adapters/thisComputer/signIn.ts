import type { Secret } from '../../core/model/secret.ts';

/** A sign-in that a program keeps, as its file tells. */
export interface LocalSignIn {
  /** Tells it from others of the same place; never a value. */
  readonly key: string;
  /** What it signs in to, as the program calls it. */
  readonly server: string;
  /** The service whose own address is known to us; absent for any other server, also of the same product. */
  readonly service?: string;
  /** Where the server is that the access token opens. */
  readonly serverUrl?: string;
  /** The server that issued the tokens, where the file has it; it need not be the one that they open. */
  readonly issuerUrl?: string;
  readonly account?: string;
  readonly scopes?: readonly string[];
  /** Epoch milliseconds of the access token's end. */
  readonly expiresAt?: number;
  readonly access?: Secret;
  readonly refresh?: Secret;
  readonly client?: { readonly id: string; readonly secret?: Secret };
  /** The version of the program that wrote it, where its place tells, and whether a newer one writes elsewhere. */
  readonly version?: { readonly name: string; readonly isLeft: boolean };
  /** The service that lists what this token belongs to, at the address that the file names. */
  readonly connects?: { readonly adapterId: string; readonly baseUrl: string };
}
