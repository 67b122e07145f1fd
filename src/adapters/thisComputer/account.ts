import type { HttpClient } from '../../core/http/client.ts';
import type { ValueFacts } from '../../core/leaks/revokeByValue.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { RevokeWay } from './revoke.ts';

/** What a service said of a token that it was shown. */
export interface Told extends ValueFacts {
  readonly isAlive: boolean;
}

/**
 * Shows a token to its service by the harmless read that the table of revocations has. A value goes only where a
 * revocation would send it: to the service that file and shape both name.
 * @returns `undefined` where there is no such service, or its answer proves nothing
 * @throws `cancelled`
 */
export async function askedOf(
  way: RevokeWay | undefined,
  http: (baseUrl: string) => HttpClient,
  signal: AbortSignal,
): Promise<Told | undefined> {
  if (way?.kind !== 'value' || !way.how.probe) {
    return undefined;
  }
  const { baseUrl, probe } = way.how;
  const answer = await toResult(
    http(baseUrl).request({ ...probe.request(way.value), repeat: 'reads', signal }),
  );
  if (answer instanceof TokenManagerError) {
    if (answer.kind === 'cancelled') {
      throw answer;
    }
    return undefined;
  }
  const isAlive = probe.isAlive(answer);
  return isAlive === undefined ? undefined : { isAlive, ...(isAlive && probe.facts?.(answer)) };
}
