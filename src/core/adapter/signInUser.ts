/** What a sign-in may ask of its user besides the steps of the form. Each rejects with `cancelled`. */
export interface SignInUser {
  /**
   * Asks whether this connection may talk to addresses that the user has not entered, such as those that a
   * server's own description names. Once it has resolved, `http` has clients for them, now and later.
   */
  trust(addresses: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * Sends the user to a page in their browser, and resolves with the address, query included, that the page
   * led them back to. Rejects with `timeout` when the browser does not come back.
   */
  authorize(request: AuthorizationRequest, signal: AbortSignal): Promise<string>;
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
  /** The address of the page to open, once it is known where it shall lead back to. */
  page(redirectUri: string): Promise<string>;
}

export interface DeviceCode {
  readonly code: string;
  /** The address of the page where the user enters it. */
  readonly page: string;
  /** The same with the code in it, where there is such a page. */
  readonly completePage?: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}
