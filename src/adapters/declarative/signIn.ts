import type { HttpRequest } from '../../core/http/client.ts';
import { toResult } from '../../core/model/errors.ts';
import type { Settings } from '../../core/model/item.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Secrets } from '../../core/ports.ts';
import { requireSecret } from '../support/requireSecret.ts';
import { bodyOf } from './body.ts';
import { credentialStep, headersOf, textSetting, userStep, valuesOf } from './credential.ts';
import type { ServiceDescription } from './description.ts';
import { paramsOf } from './values.ts';

/** What every request carries. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | Secret>>;
  /** Where what was entered is exchanged first: the call that does it, and what it has brought already. */
  readonly signIn?:
    | { readonly request: Omit<HttpRequest, 'signal'>; readonly signedIn: SignedIn }
    | undefined;
}

/**
 * The token that a service gives for what was entered. It lives for minutes and in memory only; one that is no longer
 * accepted is forgotten, so that the next request asks for another.
 */
export class SignedIn {
  #token: Promise<Secret> | undefined;

  /** @param ask is called where no token is there, and where the one who asked before has given up */
  async token(ask: () => Promise<Secret>, signal: AbortSignal): Promise<Secret> {
    for (;;) {
      const asked = this.#token ?? ask();
      this.#token = asked;
      const token = await toResult(asked);
      if (token instanceof Secret) {
        return token;
      }
      this.#forget(asked);
      if (token.kind !== 'cancelled' || signal.aborted) {
        throw token;
      }
    }
  }

  /** @param refused another one may have come meanwhile */
  async forget(refused: Secret): Promise<void> {
    const asked = this.#token;
    if (asked && (await toResult(asked)) === refused) {
      this.#forget(asked);
    }
  }

  #forget(asked: Promise<Secret>): void {
    if (this.#token === asked) {
      this.#token = undefined;
    }
  }
}

/** What the requests of a connection carry. @throws `credentialMissing` */
export function credentialsOf(
  description: ServiceDescription,
  secrets: Secrets,
  settings: Settings,
  signedIn: SignedIn,
): Credentials {
  const request = signInRequest(description, secrets, settings);
  return { headers: headersOf(description, secrets, settings), signIn: request && { request, signedIn } };
}

function signInRequest(
  description: ServiceDescription,
  secrets: Secrets,
  settings: Settings,
): Omit<HttpRequest, 'signal'> | undefined {
  const { signIn, user } = description.credential;
  if (!signIn) {
    return undefined;
  }
  const values = {
    ...valuesOf(description, settings),
    ...(user && { user: textSetting(settings, userStep) }),
  };
  const secret = requireSecret(secrets[credentialStep]);
  return {
    method: 'POST',
    route: signIn.route,
    params: paramsOf(signIn.route, values),
    body: {
      type: signIn.form ? 'application/x-www-form-urlencoded' : 'application/json',
      content: secret.map((credential) => bodyOf(signIn, { ...values, credential })?.content ?? ''),
    },
    repeat: 'writes',
  };
}
