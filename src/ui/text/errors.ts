import type { ErrorKind, TokenManagerError } from '../../core/model/errors.ts';
import type { Wording } from './context.ts';
import { internal, protocol, unsupported } from './errors/answers.ts';
import { configuration } from './errors/configuration.ts';
import type { Description, Remedy } from './errors/description.ts';
import { certificate, proxy, rateLimited, serverError } from './errors/network.ts';
import { storage } from './errors/storage.ts';

export type { Remedy } from './errors/description.ts';

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
  /** What happened, the service's own words, and what to do. */
  readonly sentence: string;
  readonly remedy: Remedy;
}

/** The one place where an error becomes words. */
export function errorWords(error: TokenManagerError, wording: Wording): ErrorWords {
  const { title, explanation, advice, remedy } = descriptions[error.kind](error, wording);
  const happened = withParticulars(explanation, error, wording);
  return { title, sentence: advice === undefined ? happened : `${happened} ${advice}`, remedy };
}

type Describe = (error: TokenManagerError, wording: Wording) => Description;

const descriptions: Readonly<Record<ErrorKind, Describe>> = {
  cancelled: (_, { localize }) => ({
    title: localize('Canceled'),
    explanation: localize('Loading was canceled.'),
    remedy: 'retry',
  }),
  network: (_, { localize }) => ({
    title: localize('Cannot reach the service'),
    explanation: localize('No connection to the service could be made, or it was interrupted.'),
    remedy: 'retry',
  }),
  timeout,
  server: serverError,
  tls: certificate,
  proxy,
  rateLimited,
  unauthorized: (_, { localize }) => ({
    title: localize('Credentials not accepted'),
    explanation: localize('The service does not accept the credentials.'),
    remedy: 'updateCredentials',
  }),
  credentialMissing: (_, { localize }) => ({
    title: localize('Credential missing'),
    explanation: localize(
      'The credentials of this connection are not in the secret storage of this computer.',
    ),
    remedy: 'updateCredentials',
  }),
  forbidden: (_, { localize }) => ({
    title: localize('Access denied'),
    explanation: localize('The credentials are valid but not allowed to do this.'),
    remedy: 'retry',
  }),
  notFound: (_, { localize }) => ({
    title: localize('Not found'),
    explanation: localize('The service does not have this, or does not show it to these credentials.'),
    remedy: 'retry',
  }),
  rejected: (_, { localize }) => ({
    title: localize('Refused by the service'),
    explanation: localize('The service understood the request and refused it.'),
    remedy: 'showLog',
  }),
  protocol,
  configuration,
  unsupported,
  storage,
  internal,
};

function timeout({ code }: TokenManagerError, { localize }: Wording): Description {
  if (code === 'sign-in') {
    return {
      title: localize('Sign-in timed out'),
      explanation: localize('Sign-in timed out: the browser did not return within 10 minutes.'),
      remedy: 'updateCredentials',
    };
  }
  return {
    title: localize('Request timed out'),
    explanation:
      code === 'guest-silent'
        ? localize('The extension that provides this service did not answer in time.')
        : localize('The service did not answer within the time set in the settings.'),
    remedy: 'retry',
  };
}

/** Codes of errors whose detail begins with the name of the extension that they are about. */
const namesExtension: readonly string[] = ['guest-failed', 'guest-silent', 'guest-answer', 'no-extension'];

/** Kinds of which the code is a word of the service’s; of the others it is Node’s or ours, and the log has it. */
const bringsTheirCode: ReadonlySet<ErrorKind> = new Set([
  'server',
  'rateLimited',
  'unauthorized',
  'forbidden',
  'notFound',
  'rejected',
]);

/** Codes of errors whose detail names the places that cannot be read; the log has them. */
const namesPlaces: readonly string[] = ['unexpected-shape', 'unusable-settings'];

/** The explanation with the service's own words in brackets, or at least its code. */
function withParticulars(explanation: string, error: TokenManagerError, { localize }: Wording): string {
  const { detail } = error;
  const code = error.code ?? '';
  if (detail !== '' && namesExtension.includes(code)) {
    // Whose doing it is comes first: the rest may be cut off.
    return localize('{0} – {1}', detail, explanation);
  }
  if (detail !== '' && !namesPlaces.includes(code)) {
    return withBrackets(explanation, detail, localize);
  }
  const said = bringsTheirCode.has(error.kind) ? error.code : undefined;
  const status = error.kind === 'protocol' || error.status === undefined ? undefined : `HTTP ${error.status}`;
  const particulars = said ?? status;
  return particulars === undefined ? explanation : withBrackets(explanation, particulars, localize);
}

/** The full stop comes after the brackets. */
function withBrackets(explanation: string, words: string, localize: Wording['localize']): string {
  const [stop = ''] = /[.。]$/u.exec(explanation) ?? [];
  const sentence = explanation.slice(0, explanation.length - stop.length);
  return localize('{0} ({1})', sentence, words) + stop;
}
