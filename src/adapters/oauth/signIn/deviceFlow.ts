import type { FormIo } from '../../../core/adapter/contract.ts';
import type { SignInUser } from '../../../core/adapter/signInUser.ts';
import { checkedBaseUrl } from '../../../core/http/client.ts';
import { TokenManagerError, throwIfCancelled } from '../../../core/model/errors.ts';
import { Secret } from '../../../core/model/secret.ts';
import type { Localize } from '../../../core/ports.ts';
import type { AuthorizationServerClient, Client, Parameters, TokenResponse } from '../client/client.ts';
import type { Server } from '../discovery/server.ts';
import type { DeviceStart } from '../protocol/answers.ts';
import { isProofRefused } from '../protocol/refusal.ts';
import { challengeOf } from './authorizationPage.ts';

/** How a wait between two looks may grow while the server cannot be reached. */
const longestIntervalMs = 60_000;

/** Signing in with a code on any device (RFC 8628). */
export class DeviceFlow {
  readonly #server: AuthorizationServerClient;
  readonly #user: SignInUser;
  readonly #io: FormIo;
  readonly #localize: Localize;
  readonly #signal: AbortSignal;

  constructor(
    server: AuthorizationServerClient,
    user: SignInUser,
    io: FormIo,
    localize: Localize,
    signal: AbortSignal,
  ) {
    this.#server = server;
    this.#user = user;
    this.#io = io;
    this.#localize = localize;
    this.#signal = signal;
  }

  /** Looks again and again until the user is done, no oftener than the server allows. */
  async tokens(client: Client, parameters: Parameters, metadata: Server): Promise<TokenResponse> {
    const { clock } = this.#io;
    const { challenge, verifier } = await proofKey(metadata);
    const started = await this.#server.startDevice(client, { ...parameters, ...challenge }, this.#signal);
    this.#show(started);
    let interval = started.intervalSeconds * 1000;
    // Counted instead of compared with a clock, which may be set meanwhile. There is one look at least.
    let left = started.expiresInSeconds * 1000;
    do {
      await clock.sleep(interval, this.#signal);
      throwIfCancelled(this.#signal);
      left -= interval;
      try {
        return await this.#server.pollDevice(client, started.deviceCode, verifier, this.#signal);
      } catch (thrown) {
        interval = this.#nextInterval(TokenManagerError.from(thrown), interval);
      }
    } while (left > interval);
    throw this.#codeExpired();
  }

  #show({ userCode, page, completePage, expiresInSeconds }: DeviceStart): void {
    const complete = completePage === undefined ? undefined : webPage(completePage);
    const plain = webPage(page);
    if (plain === undefined) {
      throw new TokenManagerError('protocol', 'verification_uri', { code: 'unexpected-shape' });
    }
    this.#user.showDeviceCode({
      code: userCode,
      page: plain,
      ...(complete !== undefined && { completePage: complete }),
      expiresAt: this.#io.clock.now() + expiresInSeconds * 1000,
    });
  }

  #nextInterval(error: TokenManagerError, interval: number): number {
    switch (error.code) {
      case 'authorization_pending':
        return interval;
      case 'slow_down':
        return interval + 5000;
      case 'expired_token':
        throw this.#codeExpired();
      case 'access_denied':
        throw new TokenManagerError('rejected', this.#localize('The sign-in was declined in the browser.'), {
          code: 'access_denied',
        });
    }
    // The code is not used up by it: nothing was granted, and it is bound to no key.
    if (isProofRefused(error) && this.#server.unbind()) {
      return interval;
    }
    if (error.traits.mayPass && error.kind !== 'cancelled') {
      return Math.max(interval, Math.min(interval * 2, longestIntervalMs));
    }
    throw error;
  }

  #codeExpired(): TokenManagerError {
    const detail = this.#localize('The code was not entered in time. Begin again to get another one.');
    return new TokenManagerError('rejected', detail, { code: 'expired_token' });
  }
}

/**
 * RFC 7636 for codes on other devices, which RFC 8628 does not speak of: Keycloak takes it, and wants it from clients
 * that it requires proof keys of. Sent where the server says that it knows it; others ignore it (RFC 8628 section 3.1).
 */
async function proofKey(metadata: Server): Promise<{ challenge: Parameters; verifier?: Secret }> {
  if (!metadata.code_challenge_methods_supported?.includes('S256')) {
    return { challenge: {} };
  }
  const library = await import('../protocol/library.ts');
  const verifier = library.generateRandomCodeVerifier();
  return { challenge: await challengeOf(library, verifier, metadata), verifier: new Secret(verifier) };
}

/**
 * A page that a server names, which the browser is to open. Some leave the scheme out.
 * @returns `undefined` for what is no web page, or not one to send users to: a browser would open anything
 */
export function webPage(address: string): string | undefined {
  const isBare = /^[a-z\d-]+(?:\.[a-z\d-]+)+(?::\d+)?(?:[/?#]|$)/i.test(address);
  const url = URL.parse(isBare ? `https://${address}` : address);
  try {
    return url && url.username === '' && url.password === '' && checkedBaseUrl(url.origin)
      ? url.href
      : undefined;
  } catch {
    return undefined;
  }
}
