import * as z from 'zod';
import type { FormIo } from '../../../core/adapter/contract.ts';
import type { HttpRequest } from '../../../core/http/client.ts';
import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import { Secret } from '../../../core/model/secret.ts';
import type { Localize, Secrets } from '../../../core/ports.ts';
import { isSuccess } from '../../support/answers.ts';
import { lazy } from '../../support/lazy.ts';
import { jsonIn, registrationAnswer, understoodAnswer } from '../protocol/answers.ts';
import { refusal } from '../protocol/refusal.ts';
import { queryOf } from '../protocol/request.ts';

/** How a client that this connection registered is managed at its server (RFC 7592). */
export interface Management {
  readonly address: Secret;
  readonly token: Secret;
  /** When the client's secret expires, in epoch milliseconds; absent where it does not. */
  readonly secretExpiresAt?: number;
}

/** What a server issued for a client anew. */
export interface Reissued {
  readonly secret: Secret | undefined;
  readonly management: Management;
}

const members = lazy(() => z.record(z.string(), z.unknown()));

/** Whatever the server issues, which a client is not to send back (RFC 7592 section 2.2). */
const issued = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
  'client_secret',
] as const;

export function managementIn(secrets: Secrets): Management | undefined {
  const { registrationAddress: address, registrationToken: token, registrationUntil: until } = secrets;
  const secretExpiresAt = Number(until?.reveal());
  return address && token
    ? { address, token, ...(Number.isFinite(secretExpiresAt) && { secretExpiresAt }) }
    : undefined;
}

/** As they are stored; what is not there any more is deleted. */
export function storedManagement({ address, token, secretExpiresAt }: Management) {
  return {
    registrationAddress: address,
    registrationToken: token,
    registrationUntil: secretExpiresAt === undefined ? undefined : new Secret(String(secretExpiresAt)),
  };
}

/** The registrations of one connection; each is asked about at the address that the server gave for it. */
export class RegistrationManager {
  readonly #io: FormIo;
  readonly #localize: Localize;

  constructor(io: FormIo, localize: Localize) {
    this.#io = io;
    this.#localize = localize;
  }

  /** RFC 7592 section 2.3. @returns whether the server was then seen not to know it any more */
  async unregister(management: Management, signal: AbortSignal): Promise<boolean> {
    const gone = await toResult(this.#request('DELETE', management, signal));
    if (gone instanceof TokenManagerError) {
      if (isUnknown(gone)) {
        return false;
      }
      throw gone;
    }
    const read = await toResult(this.#request('GET', management, new AbortController().signal));
    if (!(read instanceof TokenManagerError)) {
      throw new TokenManagerError(
        'rejected',
        this.#localize('The server accepted it, and still lists the client.'),
        {
          code: 'still-registered',
        },
      );
    }
    return isUnknown(read);
  }

  /**
   * Registers what is there once more, changed (RFC 7592 section 2.2): a server gives a client whose secret has
   * expired another one then.
   * @param keep is told at once of a token that replaces the one used
   */
  async update(
    management: Management,
    change: (metadata: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
    keep: (management: Management) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Reissued> {
    const read = await this.#request('GET', management, signal);
    const known = successor(read, management);
    await keep(known.management);
    const metadata = members().parse(jsonIn(read));
    const sent = Object.fromEntries(
      Object.entries(metadata).filter(([name]) => !issued.some((other) => other === name)),
    );
    const updated = await this.#request('PUT', known.management, signal, change(sent));
    return successor(updated, known.management);
  }

  async #request(
    method: HttpRequest['method'],
    { address, token }: Management,
    signal: AbortSignal,
    metadata?: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    const url = new URL(address.reveal());
    const response = await this.#io.http(url.origin).request({
      method,
      route: url.pathname,
      query: queryOf(url),
      headers: { authorization: token.map((value) => `Bearer ${value}`) },
      ...(metadata && { body: { type: 'application/json', content: JSON.stringify(metadata) } }),
      repeat: method === 'GET' ? 'reads' : 'writes',
      signal,
    });
    if (!isSuccess(response)) {
      throw refusal(response, 'management', this.#localize);
    }
    return response.body;
  }
}

/** RFC 7592 section 2: a server answers so where there is no such client, or the token is not for it. */
function isUnknown({ status }: TokenManagerError): boolean {
  return status === 401 || status === 404;
}

function successor(body: string, { address, token }: Management): Reissued {
  const answer = understoodAnswer(registrationAnswer(), body);
  const { client_secret: secret, client_secret_expires_at: until } = answer;
  const next = answer.registration_access_token;
  return {
    secret: secret === undefined ? undefined : new Secret(secret),
    management: {
      address,
      token: next === undefined ? token : new Secret(next),
      ...(until !== undefined && { secretExpiresAt: until * 1000 }),
    },
  };
}
