import type { TokenManagerError } from '../core/errors.ts';
import { absoluteTime } from './timeWords.ts';
import type { Wording } from './wording.ts';

/** What the user can do about it, offered as a button or on the row. */
export type Remedy = 'retry' | 'updateCredentials' | 'showLog' | 'none';

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
      return {
        title: localize('No answer in time'),
        explanation: localize('The service did not answer within the time set in the settings.'),
        remedy: 'retry',
      };
    case 'server':
      return {
        title: localize('The service is in trouble'),
        explanation: localize('The service reported a fault of its own.'),
        remedy: 'retry',
      };
    case 'tls':
      return {
        title: localize('Certificate not trusted'),
        explanation: localize(
          'The service’s certificate is not trusted, has expired, or belongs to another host. Nothing was sent. Check the address, this computer’s clock, and its trusted certificates.',
        ),
        remedy: 'retry',
      };
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
      return {
        title: localize('Unexpected answer'),
        explanation: localize('The service answered something that this version does not understand.'),
        remedy: 'showLog',
      };
    case 'configuration':
      return configuration(error, wording);
    case 'unsupported':
      return {
        title: localize('Not possible here'),
        explanation: localize('This cannot be done here.'),
        remedy: 'none',
      };
    case 'storage':
      return {
        title: localize('Secret storage failed'),
        explanation: storage(error, wording),
        remedy: 'retry',
      };
    case 'internal':
      return {
        title: localize('Internal error'),
        explanation: localize('Something went wrong inside the extension.'),
        remedy: 'showLog',
      };
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
    case 'unusable-identifier':
      return explain(localize('The service uses an identifier that cannot be addressed safely.'));
    default:
      return explain(localize('Something entered for this connection is not right.'));
  }
}

/** The explanation with the service's own words, or at least the code, for those who must look further. */
function withParticulars(explanation: string, error: TokenManagerError, { localize }: Wording): string {
  const code = error.code ?? (error.status === undefined ? undefined : `HTTP ${error.status}`);
  if (error.detail !== '') {
    return localize('{0} ({1})', explanation, error.detail);
  }
  return code === undefined ? explanation : localize('{0} ({1})', explanation, code);
}
