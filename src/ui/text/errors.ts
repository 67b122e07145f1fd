import type { TokenManagerError } from '../../core/model/errors.ts';
import type { Wording } from './context.ts';
import { absoluteTime } from './time.ts';

/** What the user can do about it, offered as a button or on the row. */
export type Remedy =
  | 'retry'
  | 'updateCredentials'
  | 'certificateAuthority'
  | 'proxySettings'
  | 'serviceSettings'
  | 'showLog'
  | 'none';

/** Shows in the settings editor what decides about proxies. */
export const proxySettingsQuery =
  '@id:http.proxy,http.noProxy,http.proxyAuthorization,oauthTokens.network.stack';

/** Shows the descriptions of services in the settings editor. */
export const serviceSettingsQuery = '@id:oauthTokens.services';

/** Everything of both that an error can be about. */
export const relatedSettingsQuery = `${proxySettingsQuery},oauthTokens.services`;

export interface ErrorWords {
  /** A few words for a row. */
  readonly title: string;
  /** One or two sentences: what happened and what helps. */
  readonly sentence: string;
  readonly remedy: Remedy;
}

/** The one place where an error becomes words. */
export function errorWords(error: TokenManagerError, wording: Wording): ErrorWords {
  const { title, explanation, remedy } = describe(error, wording);
  return { title, sentence: withParticulars(explanation, error, wording), remedy };
}

interface Description {
  readonly title: string;
  readonly explanation: string;
  readonly remedy: Remedy;
}

function describe(error: TokenManagerError, wording: Wording): Description {
  const { localize } = wording;
  switch (error.kind) {
    case 'cancelled':
      return { title: localize('Stopped'), explanation: localize('Loading was stopped.'), remedy: 'retry' };
    case 'network':
      return {
        title: localize('Cannot reach the service'),
        explanation: localize('No connection to the service could be made, or it broke off.'),
        remedy: 'retry',
      };
    case 'timeout':
      if (error.code === 'sign-in') {
        return {
          title: localize('No sign-in'),
          explanation: localize('Nobody came back from the browser within ten minutes.'),
          remedy: 'updateCredentials',
        };
      }
      return {
        title: localize('No answer in time'),
        explanation:
          error.code === 'guest-silent'
            ? localize('The extension that brings this service did not answer in time.')
            : localize('The service did not answer within the time set in the settings.'),
        remedy: 'retry',
      };
    case 'server':
      return inTrouble(error, wording);
    case 'tls':
      return certificate(error, wording);
    case 'proxy':
      return proxy(error, wording);
    case 'rateLimited':
      return rateLimited(error, wording);
    case 'unauthorized':
      return {
        title: localize('Credentials not accepted'),
        explanation: localize('The service does not accept the stored credentials (any more).'),
        remedy: 'updateCredentials',
      };
    case 'credentialMissing':
      return {
        title: localize('Credential missing'),
        explanation: localize(
          'The credentials of this connection are not in the secret storage of this computer.',
        ),
        remedy: 'updateCredentials',
      };
    case 'forbidden':
      return {
        title: localize('Access missing'),
        explanation: localize('The credentials are good, but not allowed to do this.'),
        remedy: 'retry',
      };
    case 'notFound':
      return {
        title: localize('Not found'),
        explanation: localize('The service does not have this, or does not show it to these credentials.'),
        remedy: 'retry',
      };
    case 'rejected':
      return {
        title: localize('Refused by the service'),
        explanation: localize('The service understood the request and refused it.'),
        remedy: 'showLog',
      };
    case 'protocol':
      return protocol(error, wording);
    case 'configuration':
      return configuration(error, wording);
    case 'unsupported':
      return unsupported(error, wording);
    case 'storage':
      return {
        title: localize('Secret storage failed'),
        explanation: storage(error, wording),
        remedy: 'retry',
      };
    case 'internal':
      return internal(error, wording);
  }
}

function unsupported({ code }: TokenManagerError, { localize }: Wording): Description {
  return code === 'no-extension'
    ? {
        title: localize('Extension missing'),
        explanation: localize(
          'The extension that brings this service is not installed, not enabled or not running. Install or enable it, and the rows come back.',
        ),
        remedy: 'retry',
      }
    : code === 'no-adapter'
      ? {
          title: localize('Service missing'),
          explanation: localize(
            'Nothing brings this service any more: this version does not, and no description in the settings does.',
          ),
          remedy: 'serviceSettings',
        }
      : {
          title: localize('Not possible here'),
          explanation: localize('This cannot be done here.'),
          remedy: 'none',
        };
}

function internal({ code }: TokenManagerError, { localize }: Wording): Description {
  return code === 'guest-failed'
    ? {
        title: localize('Extension failed'),
        explanation: localize('Something went wrong inside the extension that brings this service.'),
        remedy: 'retry',
      }
    : {
        title: localize('Internal error'),
        explanation: localize('Something went wrong inside the extension.'),
        remedy: 'showLog',
      };
}

function inTrouble({ retryAt }: TokenManagerError, { localize, locale }: Wording): Description {
  const title = localize('The service is in trouble');
  return retryAt === undefined
    ? { title, explanation: localize('The service reported a fault of its own.'), remedy: 'retry' }
    : {
        title,
        explanation: localize('The service asks to wait until {0}.', absoluteTime(retryAt, locale)),
        remedy: 'none',
      };
}

/** Which of the things that can be wrong with a certificate it was; the codes are Node's. */
function certificate({ code }: TokenManagerError, { localize }: Wording): Description {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return {
        title: localize('Certificate expired'),
        explanation: localize(
          'The service’s certificate is not valid at this time. Nothing was sent. Check this computer’s clock; if it is right, the service must renew its certificate.',
        ),
        remedy: 'retry',
      };
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return {
        title: localize('Certificate of another host'),
        explanation: localize(
          'The service’s certificate belongs to another host. Nothing was sent. Check the address of the connection.',
        ),
        remedy: 'retry',
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return {
        title: localize('Certificate not trusted'),
        explanation: localize(
          'The service’s certificate is signed by nobody this computer trusts. Nothing was sent. If you know who signed it, set their certificate as the certificate authority file of this connection.',
        ),
        remedy: 'certificateAuthority',
      };
    default:
      return {
        title: localize('No secure connection'),
        explanation: localize(
          'No secure connection to the service could be made. Nothing was sent. Check the address of the connection, and whether something on the way changes what is sent.',
        ),
        remedy: 'retry',
      };
  }
}

function proxy({ code }: TokenManagerError, { localize }: Wording): Description {
  const remedy = 'proxySettings';
  switch (code) {
    case 'proxy-authentication':
      return {
        title: localize('Proxy wants a password'),
        explanation: localize(
          'The proxy does not let anybody through without the right user name and password. Put them into the setting http.proxy, or choose VS Code’s own network stack for integrated sign-in.',
        ),
        remedy,
      };
    case 'proxy-refused':
      return {
        title: localize('Proxy refuses'),
        explanation: localize(
          'The proxy made no connection to the service. It may want a user name and password, or not allow this address.',
        ),
        remedy,
      };
    case 'proxy-certificate':
      return {
        title: localize('Proxy not trusted'),
        explanation: localize(
          'No secure connection to the proxy could be made: its certificate is not trusted, has expired, or belongs to another host.',
        ),
        remedy,
      };
    case 'unusable-proxy':
      return {
        title: localize('Proxy not usable'),
        explanation: localize(
          'The proxy that is set is not an http or https address. For other proxies choose VS Code’s own network stack in the settings.',
        ),
        remedy,
      };
    default:
      return {
        title: localize('Cannot reach the proxy'),
        explanation: localize('No connection to the proxy could be made. Check the setting http.proxy.'),
        remedy,
      };
  }
}

function protocol({ code }: TokenManagerError, { localize }: Wording): Description {
  const incomplete = (explanation: string): Description => ({
    title: localize('Something may be missing'),
    explanation,
    remedy: 'retry',
  });
  const unexpected = (explanation: string): Description => ({
    title: localize('Unexpected answer'),
    explanation,
    remedy: 'showLog',
  });
  switch (code) {
    case 'repeated-page':
      return incomplete(localize('The service’s next page leads back to one that was read before.'));
    case 'endless-list':
      return incomplete(localize('The list has no end that could be reached.'));
    case 'list-changed':
      return incomplete(
        localize('The list became shorter while it was being read. Refresh to read it anew.'),
      );
    case 'repeated-id':
      return incomplete(
        localize('The service gives different things the same identifier; one of them is shown.'),
      );
    case 'answer-too-large':
      return unexpected(localize('The service’s answer is larger than 8 MB and was not read to its end.'));
    case 'not-http':
      return unexpected(localize('What answers at this address does not speak HTTP.'));
    case 'wrong-sign-in-answer':
      return unexpected(
        localize('What the browser brought back does not belong to this sign-in, and was not used.'),
      );
    case 'compressed-answer':
      return unexpected(localize('The service sent a compressed answer that nobody asked for.'));
    case 'guest-answer':
      return unexpected(
        localize('The extension that brings this service answered something that cannot be understood.'),
      );
    default:
      return unexpected(localize('The service answered something that this version does not understand.'));
  }
}

function rateLimited(error: TokenManagerError, { localize, locale }: Wording): Description {
  const title = localize('Too many requests');
  return error.retryAt === undefined
    ? {
        title,
        explanation: localize('The service asks for fewer requests. Try again later.'),
        remedy: 'retry',
      }
    : {
        title,
        explanation: localize('The service asks to wait until {0}.', absoluteTime(error.retryAt, locale)),
        remedy: 'none',
      };
}

function storage({ code }: TokenManagerError, { localize }: Wording): string {
  switch (code) {
    case 'lost':
      return localize(
        'The secret storage of this computer accepted a value and did not give it back. On Linux this usually means that no keyring is running.',
      );
    case 'late':
      return localize(
        'The secret storage of this computer did not answer within a minute. A keyring may be waiting for its password.',
      );
    case 'unreadable':
      return localize('What the secret storage of this computer gave back cannot be understood.');
    default:
      return localize(
        'The secret storage of this computer did not keep or give back a value. On Linux this usually means that no keyring is running.',
      );
  }
}

function configuration(error: TokenManagerError, { localize }: Wording): Description {
  const title = localize('Check the connection’s settings');
  const explain = (explanation: string): Description => ({ title, explanation, remedy: 'updateCredentials' });
  switch (error.code) {
    case 'not-a-url':
      return explain(localize('Enter a complete address, such as https://api.example.com.'));
    case 'plain-http':
      return explain(localize('Plain http is only allowed to this computer itself; use https.'));
    case 'credentials-in-url':
      return explain(localize('The address must not contain a user name or password.'));
    case 'query-in-url':
      return explain(localize('The address must not contain a query or a fragment.'));
    case 'redirect':
      return explain(localize('The service redirects to another address, which was not followed.'));
    case 'unusable-description':
      return {
        ...explain(localize('The description of this service in the settings does not fit.')),
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
          localize(
            'VS Code’s own network stack cannot use the certificate authority file of this connection. Use the extension’s own, or trust the certificate in the operating system and use no file.',
          ),
        ),
        remedy: 'certificateAuthority',
      };
    case 'issuer-mismatch':
      return explain(localize('The address and what the server says of itself do not fit together.'));
    case 'unusable-identifier':
      return explain(localize('The service uses an identifier that cannot be addressed safely.'));
    default:
      return explain(localize('Something entered for this connection is not right.'));
  }
}

/** Codes of errors whose detail begins with the name of the extension that they are about. */
const namesExtension: readonly string[] = ['guest-failed', 'guest-silent', 'guest-answer', 'no-extension'];

/** The explanation with the service's own words, or at least the code, for those who must look further. */
function withParticulars(explanation: string, error: TokenManagerError, { localize }: Wording): string {
  const code = error.code ?? (error.status === undefined ? undefined : `HTTP ${error.status}`);
  if (error.detail !== '' && namesExtension.includes(code ?? '')) {
    // Whose doing it is comes first: the rest may be cut off.
    return localize('{0} – {1}', error.detail, explanation);
  }
  if (error.detail !== '') {
    return localize('{0} ({1})', explanation, error.detail);
  }
  return code === undefined ? explanation : localize('{0} ({1})', explanation, code);
}
