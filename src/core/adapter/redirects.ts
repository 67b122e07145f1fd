import type { Disposable } from '../event.ts';
import type { AuthorizationRequest } from './contract.ts';

/** Where a browser can lead back to this window. */
export interface Redirects {
  /** Ready to be led back to until it is disposed. */
  open(request: Pick<AuthorizationRequest, 'wayBack' | 'state' | 'isWayFixed'>): Promise<Redirect>;
}

export interface Redirect extends Disposable {
  readonly uri: string;
  /** Resolves once, with whatever came that knows the state. */
  readonly callback: Promise<URL>;
}
