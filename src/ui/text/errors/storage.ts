import type { TokenManagerError } from '../../../core/model/errors.ts';
import type { Wording } from '../context.ts';
import type { Description } from './description.ts';

/** What the secret storage of this computer did. */
export function storage({ code }: TokenManagerError, { localize }: Wording): Description {
  const failed = { title: localize('Secret storage failed'), remedy: 'retry' } as const;
  const keyring = localize('On Linux this usually means that no keyring is running.');
  switch (code) {
    case 'lost':
      return {
        ...failed,
        explanation: localize('The secret storage of this computer accepted a value but did not keep it.'),
        advice: keyring,
      };
    case 'late':
      return {
        ...failed,
        explanation: localize('The secret storage of this computer did not answer within a minute.'),
        advice: localize('A keyring may be waiting for its password.'),
      };
    case 'unreadable':
      return {
        ...failed,
        explanation: localize('The secret storage of this computer returned a value that is not valid.'),
      };
    default:
      return {
        ...failed,
        explanation: localize('The secret storage of this computer did not store or return a value.'),
        advice: keyring,
      };
  }
}
