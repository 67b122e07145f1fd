import type { ProviderAdapter } from './contract.ts';
import type { ServiceGroup } from './serviceGroups.ts';

/** The id of a shelf service's adapter: apart from those of our own code, of users and of other extensions. */
export function shelfId(id: string): string {
  return `shelf.${id}`;
}

export function isOnShelf(adapterId: string): boolean {
  return adapterId.startsWith(shelfId(''));
}

/** What can be seen or done there. */
export type Ability = 'expiry' | 'lastUse' | 'access' | 'revoke' | 'renew' | 'pause';

/** A service that we describe, as far as it takes to choose it. */
export interface ServiceOffer {
  /** As connections remember it. */
  readonly id: string;
  readonly displayName: string;
  readonly group: ServiceGroup;
  /** What else one would call it. */
  readonly keywords: readonly string[];
  readonly abilities: readonly Ability[];
}

/** Services that we describe; read when one is looked for. */
export interface Shelf {
  offers(): Promise<readonly ServiceOffer[]>;
  /** `undefined` when no such service is described (any more) */
  adapter(id: string): Promise<ProviderAdapter | undefined>;
}
