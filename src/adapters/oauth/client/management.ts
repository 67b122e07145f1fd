import type { FormIo } from '../../../core/adapter/contract.ts';
import type { HttpRequest } from '../../../core/http/client.ts';
import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import { Secret } from '../../../core/model/secret.ts';
import { day } from '../../../core/model/time.ts';
import type { Localize, Secrets } from '../../../core/ports.ts';
import { isSuccess } from '../../support/answers.ts';
import { lazy } from '../../support/lazy.ts';
import * as z from '../../support/schema.ts';
import { jsonIn, registrationAnswer, understoodAnswer } from '../protocol/answers.ts';
import { refusal } from '../protocol/refusal.ts';
import { queryOf } from '../protocol/request.ts';

/** How a client that this connection registered is managed at its server (RFC 7592). */
export interface Management {
  readonly address: Secret;
  readonly token: Secret;
  /** Absent where the client's secret does not expire. */
  readonly secretEnd?: SecretEnd;
}

/** Both in epoch milliseconds. */
export interface SecretEnd {
  readonly expiresAt: number;
  /** From when on another one is asked for. */
  readonly dueAt: number;
}

/** A week before the end, or after three quarters of a shorter life. @param seconds as a server names the end */
export function secretEnding(seconds: number, now: number): SecretEnd {
  const expiresAt = seconds * 1000;
  return { expiresAt, dueAt: Math.max(expiresAt - week, now + ((expiresAt - now) * 3) / 4) };
}

/** Whether it is of no use any more. */
export function isOverAt(now: number, end: SecretEnd | undefined): boolean {
  return end !== undefined && end.expiresAt <= now;
}

export function isDueAt(now: number, end: SecretEnd | undefined): boolean {
  return end !== undefined && end.dueAt <= now;
}

/** What a server issued for a client anew. */
export interface Reissued {
  readonly secret: Secret | undefined;
  readonly management: Management;
}

const week = 7 * day;

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
  const { registrationAddress: address, registrationToken: token } = secrets;
  const secretEnd = secretEndIn(secrets.registrationUntil?.reveal(), secrets.registrationDue?.reveal());
  return address && token ? { address, token, ...(secretEnd && { secretEnd }) } : undefined;
}

/** What was stored of it; before there was a time to ask for another one, that time was the end. */
export function secretEndIn(until: string | undefined, due: string | undefined): SecretEnd | undefined {
  const [expiresAt, dueAt] = [Number(until), Number(due)];
  return Number.isFinite(expiresAt)
    ? { expiresAt, dueAt: Number.isFinite(dueAt) ? dueAt : expiresAt }
    : undefined;
}

/** As they are stored; what is not there any more is deleted. */
export function storedManagement({ address, token, secretEnd }: Management) {
  const moment = (at: number | undefined) => (at === undefined ? undefined : new Secret(String(at)));
  return {
    registrationAddress: address,
    registrationToken: token,
    registrationUntil: moment(secretEnd?.expiresAt),
    registrationDue: moment(secretEnd?.dueAt),
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
   * Registers what is there once more, changed (RFC 7592 section 2.2): a server may give a client another secret
   * then. What it has afterwards is read again, where that can be read.
   * @param keep is told at once of a token that replaces the one used, and of another secret
   */
  async update(
    management: Management,
    change: (metadata: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
    keep: (reissued: Reissued) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Reissued> {
    const read = await this.#request('GET', management, signal);
    const known = { ...this.#successor(read, management), secret: undefined };
    await keep(known);
    const metadata = members().parse(jsonIn(read));
    const sent = Object.fromEntries(
      Object.entries(metadata).filter(([name]) => !issued.some((other) => other === name)),
    );
    const answer = await toResult(this.#request('PUT', known.management, signal, change(sent)));
    if (answer instanceof TokenManagerError && !answer.traits.mayHaveActed) {
      throw answer;
    }
    const updated = answer instanceof TokenManagerError ? known : this.#successor(answer, known.management);
    await keep(updated);
    const seen = await toResult(this.#request('GET', updated.management, new AbortController().signal));
    if (seen instanceof TokenManagerError) {
      return answer instanceof TokenManagerError ? Promise.reject(answer) : updated;
    }
    const confirmed = this.#successor(seen, updated.management);
    // The secret is what it was changed to; what is read later counts where that answer was lost.
    const secret = answer instanceof TokenManagerError ? confirmed.secret : updated.secret;
    await keep({ ...confirmed, secret });
    return { ...confirmed, secret };
  }

  /** A secret that is named without an end has none (RFC 7591 section 3.2.1). */
  #successor(body: string, { address, token, secretEnd }: Management): Reissued {
    const answer = understoodAnswer(registrationAnswer(), body);
    const { client_secret: secret, client_secret_expires_at: until } = answer;
    const next = answer.registration_access_token;
    const end =
      until === undefined ? (secret === undefined ? secretEnd : undefined) : this.#end(until, secretEnd);
    return {
      secret: secret === undefined || isMasked(secret) ? undefined : new Secret(secret),
      management: {
        address,
        token: next === undefined ? token : new Secret(next),
        ...(end && { secretEnd: end }),
      },
    };
  }

  #end(seconds: number, before: SecretEnd | undefined): SecretEnd {
    return before?.expiresAt === seconds * 1000 ? before : secretEnding(seconds, this.#io.clock.now());
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

/** Stars, as some show in place of a secret that there is. */
function isMasked(secret: string): boolean {
  return /^(.)\1*$/.test(secret);
}
