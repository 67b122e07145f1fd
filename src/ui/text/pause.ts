import type { PauseAct, PauseResult } from '../../core/act/pauses.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import type { Wording } from './context.ts';
import { errorWords } from './errors.ts';

/** What was seen when the row was read again. */
export function pauseSentence(act: PauseAct, result: PauseResult, name: string, wording: Wording): string {
  const { localize } = wording;
  const why = ({ error }: { readonly error: TokenManagerError }) => errorWords(error, wording).sentence;
  switch (result.kind) {
    case 'done':
      return act === 'pause' ? localize('“{0}” is paused.', name) : localize('“{0}” is active again.', name);
    case 'unchanged':
      return localize('The service accepted the request, but “{0}” is listed as before.', name);
    case 'gone':
      return localize('“{0}” is no longer listed.', name);
    case 'unverified':
      return localize(
        'The service accepted the request for “{0}”, but could not be read again. {1}',
        name,
        why(result),
      );
    case 'unknown':
      return act === 'pause'
        ? localize('Whether “{0}” was paused is not known. {1}', name, why(result))
        : localize('Whether “{0}” was resumed is not known. {1}', name, why(result));
  }
}

/** What is said before a row is paused. */
export function pauseDetail(service: string, isOwnKnown: boolean, { localize }: Wording): string {
  const lasting = localize('Whatever uses it loses its access to {0} until it is resumed.', service);
  return isOwnKnown
    ? lasting
    : `${lasting}\n\n${localize('If this connection uses it itself, it can be resumed only at the service.')}`;
}
