import type { TokenManagerError } from '../../../core/model/errors.ts';
import type { Wording } from '../context.ts';
import type { Description } from './description.ts';

/** What the secret storage of this computer did, or a file that programs keep their tokens in. */
export function storage({ code }: TokenManagerError, { localize }: Wording): Description {
  const failed = { title: localize('Secret storage failed'), remedy: 'retry' } as const;
  const unread = { title: localize('File not read'), remedy: 'retry' } as const;
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
    case 'file':
      return { ...unread, explanation: localize('A file of this computer is there but cannot be read.') };
    case 'file-too-large':
      return {
        ...unread,
        explanation: localize('A file of this computer is larger than 1 MB and was not read.'),
      };
    case 'file-format':
      return {
        ...unread,
        explanation: localize(
          'A file of this computer is not in a format that is known here, so what it holds is not known.',
        ),
      };
    default:
      return {
        ...failed,
        explanation: localize('The secret storage of this computer did not store or return a value.'),
        advice: keyring,
      };
  }
}
