import type { HttpClient, HttpRequest, HttpResponse } from '../http/client.ts';
import { isRecord, parseJson } from '../json.ts';
import { displayText } from '../model/displayText.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { Secret } from '../model/secret.ts';
import type { Clock } from '../ports.ts';

/** A request without what is the same for all: whether it may be repeated, and how it is stopped. */
export type ValueRequest = Omit<HttpRequest, 'repeat' | 'signal'>;

/** What a service tells of a value while it takes it. */
export interface ValueFacts {
  readonly account?: string;
  readonly scopes?: readonly string[];
}

/** A harmless read by which a service shows whether it takes a value. */
export interface ValueProbe {
  request(value: Secret): ValueRequest;
  /** `undefined` where the answer proves neither. */
  isAlive(response: HttpResponse): boolean | undefined;
  /** What else stands in the answer to one that is alive. */
  facts?(response: HttpResponse): ValueFacts;
}

export interface ValueIdentification {
  request(value: Secret): ValueRequest;
  /** `undefined` where no entry is this very value: then nothing is revoked. */
  idIn(response: HttpResponse, value: Secret): string | undefined;
}

/** How a service revokes a token that is presented, without other credentials. */
export interface ValueRevocation {
  /** The ids of the shapes that it is for. */
  readonly shapes: readonly string[];
  /** The only address that the value is sent to. */
  readonly baseUrl: string;
  /** @param id what {@link identify} found; empty where the value is enough */
  revoke(value: Secret, id: string): ValueRequest;
  /** Where the service revokes by an identifier: the read by which the value tells its own. */
  readonly identify?: ValueIdentification;
  /** Whether the service says that it has revoked, or is going to. */
  isAccepted(response: HttpResponse): boolean;
  /** Absent where the service shows in no way whether it still takes the value. */
  readonly probe?: ValueProbe;
  /** Whether other servers of the same product issue tokens that look the same, and this one knows nothing of those. */
  readonly hasOtherServers?: boolean;
  /** Whether the service tells the owner, who may be another person. */
  readonly tellsOwner?: boolean;
  /** The page that documents both calls. */
  readonly source: string;
}

/**
 * What was seen.
 *
 * - `dead`: the service does not take the value any more.
 * - `deadBefore`: it did not take it even before; nothing was sent to revoke it.
 * - `accepted`: the service accepted the revocation, and has not been seen to refuse the value yet, or cannot be.
 * - `refused`: the service did not revoke it.
 * - `unknown`: the answer was lost, or reading again proved nothing.
 */
export type ValueOutcome =
  | { readonly kind: 'dead' | 'deadBefore' | 'accepted' }
  /** `words` are the service's own, in which the value is masked; empty where it gave none. */
  | { readonly kind: 'refused'; readonly status: number; readonly words: string }
  | { readonly kind: 'unknown'; readonly error: TokenManagerError };

/** Some services revoke a moment after they have answered. */
const probeAfterMs = [0, 1000, 3000, 6000];

/**
 * Revokes one value at its service and looks whether it is dead.
 * @throws what kept the first look or the request from being sent; then nothing was revoked
 */
export async function revokeByValue(
  value: Secret,
  how: ValueRevocation,
  http: HttpClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<ValueOutcome> {
  const { probe } = how;
  const read = async () =>
    probe?.isAlive(await http.request({ ...probe.request(value), repeat: 'reads', signal }));
  if ((await read()) === false) {
    return { kind: 'deadBefore' };
  }
  const id = await identified(value, how, http, signal);
  const answer = await toResult(http.request({ ...how.revoke(value, id), repeat: 'writes', signal }));
  if (answer instanceof TokenManagerError && (answer.nothingSent || !answer.traits.mayHaveActed)) {
    throw answer;
  }
  const isRefused = !(answer instanceof TokenManagerError) && !how.isAccepted(answer);
  const waits = probe ? (isRefused ? probeAfterMs.slice(0, 1) : probeAfterMs) : [];
  let problem: TokenManagerError | undefined;
  for (const wait of waits) {
    const looked = await toResult(clock.sleep(wait, signal).then(read));
    if (looked === false) {
      return { kind: 'dead' };
    }
    problem = looked instanceof TokenManagerError ? looked : undefined;
    if (problem?.kind === 'cancelled') {
      break;
    }
  }
  if (answer instanceof TokenManagerError) {
    return { kind: 'unknown', error: problem ?? answer };
  }
  return isRefused
    ? { kind: 'refused', status: answer.status, words: wordsOf(answer) }
    : { kind: 'accepted' };
}

/** @throws `notFound` rather than revoke what may be another token */
async function identified(
  value: Secret,
  { identify }: ValueRevocation,
  http: HttpClient,
  signal: AbortSignal,
): Promise<string> {
  if (!identify) {
    return '';
  }
  const response = await http.request({ ...identify.request(value), repeat: 'reads', signal });
  const id = identify.idIn(response, value);
  if (id === undefined) {
    throw new TokenManagerError('notFound', '', { nothingSent: true });
  }
  return id;
}

/** Services name the member that holds their sentence differently. */
function wordsOf(response: HttpResponse): string {
  let body: unknown;
  try {
    body = parseJson(response.body);
  } catch {
    return '';
  }
  const said = isRecord(body) ? [body.message, body.error_description, body.detail, body.error] : [];
  const words = said.find((text) => typeof text === 'string');
  return words === undefined ? '' : displayText(response.redact(words), 200);
}
