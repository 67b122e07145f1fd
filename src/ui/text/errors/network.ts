import type { TokenManagerError } from '../../../core/model/errors.ts';
import type { Wording } from '../context.ts';
import { clientCertificateRefused } from './clientCertificate.ts';
import type { Description } from './description.ts';

/** Which of the things that can be wrong with a certificate it was; the codes are Node's. */
export function certificate(error: TokenManagerError, wording: Wording): Description {
  return clientCertificateRefused(error, wording) ?? ofService(error, wording);
}

function ofService({ code }: TokenManagerError, { localize }: Wording): Description {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return {
        title: localize('Certificate expired'),
        explanation: localize('The service’s certificate is not valid at this time. Nothing was sent.'),
        advice: localize(
          'Check this computer’s clock; if it is right, the service must renew its certificate.',
        ),
        remedy: 'retry',
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return {
        title: localize('Certificate of another host'),
        explanation: localize('The service’s certificate belongs to another host. Nothing was sent.'),
        advice: localize('Check the address of the connection.'),
        remedy: 'retry',
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return {
        title: localize('Certificate not trusted'),
        explanation: localize('The certificate authority is not trusted by this computer. Nothing was sent.'),
        advice: localize(
          'If you trust it, set its certificate as the certificate authority file of this connection.',
        ),
        remedy: 'certificateAuthority',
      };
    case 'unchecked-certificates':
      return {
        title: localize('Certificates not checked'),
        explanation: localize(
          'NODE_TLS_REJECT_UNAUTHORIZED makes VS Code’s own network stack accept every certificate. Nothing was sent.',
        ),
        advice: localize('Remove the variable, or use the extension’s own network stack.'),
        remedy: 'retry',
      };
    default:
      return {
        title: localize('No secure connection'),
        explanation: localize('No secure connection to the service could be made. Nothing was sent.'),
        advice: localize(
          'Check the address of the connection, and whether a network device intercepts the traffic.',
        ),
        remedy: 'retry',
      };
  }
}

export function proxy({ code }: TokenManagerError, { localize }: Wording): Description {
  const remedy = 'proxySettings';
  switch (code) {
    case 'proxy-authentication':
      return {
        title: localize('Proxy requires authentication'),
        explanation: localize('The proxy requires authentication.'),
        advice: localize(
          'Add user name and password to the setting http.proxy, or choose VS Code’s own network stack for integrated sign-in.',
        ),
        remedy,
      };
    case 'proxy-refused':
      return {
        title: localize('Proxy refused the connection'),
        explanation: localize('The proxy made no connection to the service.'),
        advice: localize('It may want a user name and password, or not allow this address.'),
        remedy,
      };
    case 'proxy-certificate':
      return {
        title: localize('Proxy not trusted'),
        explanation: localize(
          'No secure connection to the proxy: its certificate is not trusted, has expired, or belongs to another host.',
        ),
        remedy,
      };
    case 'unusable-proxy':
      return {
        title: localize('Proxy not usable'),
        explanation: localize('The proxy that is set is not an http or https address.'),
        advice: localize('For other proxies choose VS Code’s own network stack in the settings.'),
        remedy,
      };
    default:
      return {
        title: localize('Cannot reach the proxy'),
        explanation: localize('No connection to the proxy could be made.'),
        advice: localize('Check the setting http.proxy.'),
        remedy,
      };
  }
}

export function rateLimited(error: TokenManagerError, { localize, absoluteTime }: Wording): Description {
  const title = localize('Too many requests');
  return error.retryAt === undefined
    ? {
        title,
        explanation: localize('The service received too many requests.'),
        advice: localize('Try again later.'),
        remedy: 'retry',
      }
    : {
        title,
        explanation: localize('The service asks to wait until {0}.', absoluteTime(error.retryAt)),
        remedy: 'none',
      };
}

export function serverError(
  { retryAt }: TokenManagerError,
  { localize, absoluteTime }: Wording,
): Description {
  const title = localize('The service reported an error');
  return retryAt === undefined
    ? { title, explanation: localize('The service reported a fault of its own.'), remedy: 'retry' }
    : {
        title,
        explanation: localize('The service asks to wait until {0}.', absoluteTime(retryAt)),
        remedy: 'none',
      };
}
