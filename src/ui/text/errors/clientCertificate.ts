import type { TokenManagerError } from '../../../core/model/errors.ts';
import type { Wording } from '../context.ts';
import type { Description } from './description.ts';

/** What is wrong with the files that a client proves itself by; `undefined` where it is something else. */
export function clientCertificate(
  { code }: TokenManagerError,
  { localize }: Wording,
): Description | undefined {
  const say = (explanation: string): Description => ({
    title: localize('Check the client certificate'),
    explanation,
    remedy: 'updateCredentials',
  });
  switch (code) {
    case 'unreadable-client-certificate':
      return say(localize('The certificate file cannot be read. Nothing was sent.'));
    case 'no-client-certificate':
      return say(localize('The certificate file holds no certificate. Nothing was sent.'));
    case 'client-certificate-expired':
      return say(localize('The client certificate is not valid at this time. Nothing was sent.'));
    case 'unreadable-client-key':
      return say(localize('The private key file cannot be read. Nothing was sent.'));
    case 'unusable-client-key':
      return say(localize('The private key file holds no private key that can be used. Nothing was sent.'));
    case 'encrypted-client-key':
      return {
        ...say(localize('The private key is protected by a passphrase. Nothing was sent.')),
        advice: localize('Enter the path of a file that holds the key without one.'),
      };
    case 'client-key-mismatch':
      return say(localize('The private key does not match the client certificate. Nothing was sent.'));
    case 'client-certificate-unusable':
      return {
        ...say(localize('VS Code’s own network stack cannot show a client certificate. Nothing was sent.')),
        advice: localize('Use the extension’s own network stack.'),
        remedy: 'proxySettings',
      };
    default:
      return undefined;
  }
}

/** How servers end a connection over the certificate of a client, in Node's codes for the alerts of TLS. */
const alerts =
  /^ERR_SSL_(?:SSLV3|TLSV1|TLSV13)_ALERT_(?:CERTIFICATE_\w+|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA)$/;

export function clientCertificateRefused(
  { code = '' }: TokenManagerError,
  { localize }: Wording,
): Description | undefined {
  return alerts.test(code)
    ? {
        title: localize('Client certificate not accepted'),
        explanation: localize('The service requires a client certificate, or does not accept this one.'),
        remedy: 'updateCredentials',
      }
    : undefined;
}
