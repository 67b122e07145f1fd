import type { Localize } from '../ports.ts';
import type { AdapterFactory, ProviderAdapter } from './contract.ts';

/** What it takes to choose a service. */
export type Offer = Pick<ProviderAdapter, 'id' | 'displayName' | 'description' | 'icon'>;

/** In the user's language. */
export type OfferFactory = (localize: Localize) => Offer;

/** A service that we bring: what is heavy about it waits until it is chosen, or a connection to it is opened. */
export interface BroughtService {
  readonly offer: OfferFactory;
  load(): Promise<AdapterFactory>;
}

/** A service that can be chosen, and the way to its adapter. */
export interface Choice extends Offer {
  load(): Promise<ProviderAdapter>;
}

/** An adapter that is there already. */
export function choiceOf(adapter: ProviderAdapter): Choice {
  const { id, displayName, description, icon } = adapter;
  return { id, displayName, description, ...(icon && { icon }), load: async () => adapter };
}
