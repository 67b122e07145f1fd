import type { TokenManagerError } from '../../../core/model/errors.ts';
import type { Wording } from '../context.ts';
import { clientCertificate } from './clientCertificate.ts';
import type { Description } from './description.ts';

export function configuration(error: TokenManagerError, wording: Wording): Description {
  return clientCertificate(error, wording) ?? ofSettings(error, wording);
}

function ofSettings(error: TokenManagerError, { localize }: Wording): Description {
  const title = localize('Check the connection’s settings');
  const explain = (explanation: string): Description => ({ title, explanation, remedy: 'updateCredentials' });
  switch (error.code) {
    case 'not-a-url':
      return explain(localize('Enter a complete address, such as https://api.example.com.'));
    case 'plain-http':
      return explain(localize('HTTP is only allowed to this computer. Use HTTPS.'));
    case 'credentials-in-url':
      return explain(localize('The address must not contain a user name or password.'));
    case 'query-in-url':
      return explain(localize('The address must not contain a query or a fragment.'));
    case 'redirect':
      // Other credentials lead to the same address.
      return {
        ...explain(localize('The service redirects to another address, which was not followed.')),
        remedy: 'showLog',
      };
    case 'unusable-description':
      return {
        ...explain(localize('The description of this service in the settings is not valid.')),
        remedy: 'serviceSettings',
      };
    case 'unreadable-certificate-file':
      return {
        ...explain(localize('The certificate authority file of this connection cannot be read.')),
        remedy: 'certificateAuthority',
      };
    case 'no-certificate-in-file':
      return {
        ...explain(localize('The certificate authority file of this connection holds no certificate.')),
        remedy: 'certificateAuthority',
      };
    case 'certificate-file-unusable':
      return {
        ...explain(
          localize('VS Code’s own network stack cannot use this connection’s certificate authority file.'),
        ),
        advice: localize(
          'Use the extension’s own network stack, or trust the certificate in the operating system.',
        ),
        remedy: 'certificateAuthority',
      };
    case 'issuer-mismatch':
      return explain(localize('Issuer mismatch between the address and the metadata.'));
    case 'unusable-credential':
      return explain(
        localize('A credential has a line break or another character that cannot be sent to the service.'),
      );
    case 'unusable-identifier':
      return {
        ...explain(localize('The service uses an identifier that cannot be addressed safely.')),
        remedy: 'showLog',
      };
    default:
      return explain(localize('A value of this connection is not valid.'));
  }
}
