import type { ActRecorder, ActResult } from '../activity/activity.ts';
import { actError, failedResult } from '../activity/failure.ts';
import type { HttpClient } from '../http/client.ts';
import type { RequestIds, RequestScope } from '../http/requestIds.ts';
import type { ItemNode } from '../inventory/tree.ts';
import { TokenManagerError } from '../model/errors.ts';
import { Secret } from '../model/secret.ts';
import type { Clock } from '../ports.ts';
import { findHolders, type Holder, type HolderDeps, type Holders } from './holders.ts';
import { type Certainty, TokenRecognizer, type TokenShape } from './recognize.ts';
import { revokeByValue, type ValueOutcome, type ValueRevocation } from './revokeByValue.ts';

/** What is known of services and their tokens. */
export interface LeakTables {
  readonly shapes: readonly TokenShape[];
  readonly revocations: readonly ValueRevocation[];
  /** Where each service lets its tokens be revoked, or says how; by the service's name. */
  readonly pages: Readonly<Record<string, string>>;
}

export interface LeakedTokensDeps extends HolderDeps {
  readonly activity: ActRecorder;
  readonly clock: Clock;
  readonly requestIds: RequestIds;
  tables(): Promise<LeakTables>;
  /** A client for this address and no other. */
  http(baseUrl: string): HttpClient;
}

/** A value that may be a token, and what it looks like. Its shape is `undefined` where it looks like nothing known. */
export interface Candidate {
  readonly value: Secret;
  readonly kind: { readonly shape: TokenShape; readonly certainty: Certainty } | undefined;
  /** The line of the text in which it stands first, counted from 1. */
  readonly line: number;
}

/** How a token can be revoked. */
export type Way =
  | { readonly kind: 'row'; readonly row: ItemNode }
  | { readonly kind: 'value'; readonly how: ValueRevocation; readonly shape: TokenShape }
  | { readonly kind: 'page'; readonly page: string; readonly shape: TokenShape }
  | { readonly kind: 'none' };

export interface Examined {
  readonly holders: Holders;
  readonly way: Way;
}

/** Shorter ones are words; longer ones are no token. */
const shortest = 8;
const longest = 16_000;

/** Names a leaked token, finds what it belongs to, and revokes it where its value is enough. */
export class LeakedTokens {
  readonly #deps: LeakedTokensDeps;

  constructor(deps: LeakedTokensDeps) {
    this.#deps = deps;
  }

  /** The tokens in a text, each once. A single word that has no known shape may be one of a connection. */
  async candidates(text: string): Promise<readonly Candidate[]> {
    const recognizer = new TokenRecognizer((await this.#deps.tables()).shapes);
    const found = new Map<string, Candidate>();
    for (const { start, end, shape, certainty } of recognizer.find(text)) {
      const value = text.slice(start, end);
      if (!found.has(value)) {
        const line = text.slice(0, start).split('\n').length;
        found.set(value, { value: new Secret(value), kind: { shape, certainty }, line });
      }
    }
    const word = text.trim().replace(/^(["'`])(.*)\1$/s, '$2');
    const isWord = word.length >= shortest && word.length <= longest && !/\s/.test(word);
    return found.size > 0 || !isWord
      ? [...found.values()]
      : [{ value: new Secret(word), kind: undefined, line: 1 }];
  }

  /** Nothing of the value is sent. */
  async examine({ value, kind }: Candidate, signal: AbortSignal): Promise<Examined> {
    const holders = await findHolders(value, this.#deps, signal);
    const row = holders.found.find((holder) => holder.row?.item.actions.includes('revoke'))?.row;
    return { holders, way: row ? { kind: 'row', row } : await this.#wayOf(kind?.shape, holders.found) };
  }

  /**
   * Sends the value to the service that its shape names, and looks whether it is dead.
   * @throws what kept it from being sent; then nothing was revoked
   */
  async revoke(
    value: Secret,
    { how, shape }: Extract<Way, { readonly kind: 'value' }>,
    signal: AbortSignal,
  ): Promise<ValueOutcome> {
    const { activity, clock, requestIds, http } = this.#deps;
    const scope: RequestScope = {};
    const subject = { kind: 'revokeLeakedToken', detail: `${shape.service} · ${shape.kind}` } as const;
    return activity.record(
      subject,
      () => requestIds.during(scope, () => revokeByValue(value, how, http(how.baseUrl), clock, signal)),
      recordedOutcome,
      () => scope.requestId,
    );
  }

  async #wayOf(shape: TokenShape | undefined, found: readonly Holder[]): Promise<Way> {
    if (!shape) {
      return { kind: 'none' };
    }
    const { revocations, pages } = await this.#deps.tables();
    const how = revocations.find(({ shapes }) => shapes.includes(shape.id));
    if (how && (await this.#isOf(how, found))) {
      return { kind: 'value', how, shape };
    }
    // The page of a service is not that of another server of the same product.
    const page = how ? undefined : pages[shape.service];
    return page === undefined ? { kind: 'none' } : { kind: 'page', page, shape };
  }

  /** A value that belongs to a connection is sent to that connection's own address, and to no other server. */
  async #isOf({ baseUrl }: ValueRevocation, found: readonly Holder[]): Promise<boolean> {
    for (const { connection } of found) {
      const addresses = await this.#deps.sessions.addresses(connection.id);
      if (!addresses.some(({ origin }) => origin === new URL(baseUrl).origin)) {
        return false;
      }
    }
    return true;
  }
}

function recordedOutcome(outcome: ValueOutcome): ActResult {
  switch (outcome.kind) {
    case 'dead':
      return { kind: 'revoked' };
    case 'deadBefore':
      return { kind: 'alreadyGone' };
    case 'accepted':
      return { kind: 'accepted' };
    case 'refused':
      return failedResult(new TokenManagerError('rejected', '', { status: outcome.status }));
    case 'unknown':
      return { kind: 'unknown', ...actError(outcome.error) };
  }
}
