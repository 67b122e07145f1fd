import { isAbsolute } from 'node:path';
import type { Draft, FormStep } from '../../../core/adapter/contract.ts';
import type { Localize } from '../../../core/ports.ts';
import { isByCertificate } from '../client/authentication.ts';

export const certificatePaths = ['clientCertificateFile', 'clientKeyFile'] as const;

/**
 * Where the files of a client certificate are.
 * @param mayAsk whether the client is the user's own
 */
export function certificateSteps(localize: Localize, mayAsk: (draft: Draft) => boolean): FormStep[] {
  const validate = (path: string) =>
    isAbsolute(path) ? undefined : localize('Enter the whole path of the file.');
  const when = (draft: Draft) => mayAsk(draft) && isByCertificate(draft.settings.clientAuth);
  return [
    {
      kind: 'text',
      id: 'clientCertificateFile',
      title: localize('Certificate file'),
      prompt: localize('The path of the client’s certificate, on the computer that the extension runs on.'),
      when,
      validate,
    },
    {
      kind: 'text',
      id: 'clientKeyFile',
      title: localize('Private key file'),
      prompt: localize(
        'The path of its private key (PEM, not encrypted). The key is read, and never copied.',
      ),
      when,
      validate,
    },
  ];
}
