import { type ActError, actError } from '../../core/activity/failure.ts';
import type { ProviderAdapter } from '../../core/adapter/contract.ts';
import { extensionIdOf } from '../../core/adapter/extension.ts';
import { isDescribed } from '../../core/adapter/serviceDescriptions.ts';
import { errorKinds, type TokenManagerError } from '../../core/model/errors.ts';

/** Services by description or from an extension have names and routes of their authors' choice. */
export function adapterWord(adapterId: string): string {
  if (extensionIdOf(adapterId) !== undefined) {
    return 'from-another-extension';
  }
  return isDescribed(adapterId) ? 'described-in-settings' : adapterId;
}

/** Whether the routes in the log are those of a known API; otherwise their paths are part of an address a user entered. */
export function hasKnownRoutes(adapter: ProviderAdapter): boolean {
  return (
    adapterWord(adapter.id) === adapter.id &&
    adapter.form.some((step) => step.kind === 'url' && step.default !== '')
  );
}

/** `adapter METHOD route outcome`; the route where it is one of a known API. */
export function requestLine(message: string, knownRoutes: ReadonlySet<string>): string {
  const [, adapterId = '', method, route, outcome = ''] = /^(\S+) ([A-Z]+) (\S+) (.*)$/.exec(message) ?? [];
  return method === undefined
    ? 'another line'
    : [
        adapterWord(adapterId),
        method,
        knownRoutes.has(adapterId) ? route : '…',
        outcome.split(' ').map(outcomeWord).join(' '),
      ].join(' ');
}

function outcomeWord(word: string): string {
  return /^\d{1,9}$/.test(word) || word === 'ms' || kinds.has(word) || knownCodes.has(word) ? word : '…';
}

export function errorLine(error: TokenManagerError): string {
  return actErrorLine(actError(error));
}

/** A code that a service made up may be a name. */
export function actErrorLine({ error, status, code }: ActError): string {
  const known = code === undefined || knownCodes.has(code) ? code : 'other-code';
  return [error, status, known].filter((part) => part !== undefined).join(' ');
}

const kinds: ReadonlySet<string> = new Set(errorKinds);

const ours =
  'access-denied adapter-id-taken answer-too-large api-version certificate-file-unusable client-certificate-expired client-certificate-unusable client-key-mismatch compressed-answer credentials-in-url empty-answer encrypted-answer encrypted-client-key endless-list failed file file-format file-too-large guest-answer guest-failed guest-request guest-silent headers-too-large issuer-mismatch late list-changed lost no-adapter no-certificate-in-file no-client-certificate no-connection no-extension no-page no-row no-user not-a-url not-http not-json on-request plain-http proxy-authentication proxy-certificate proxy-refused query-in-url redirect renew repeated-id repeated-page reserved-step-id revoke sign-in unexpected-shape unknown-caller unreadable unreadable-certificate-file unreadable-client-certificate unreadable-client-key unusable-adapter unusable-client-key unusable-credential unusable-description unusable-grant unusable-identifier unusable-key-pair unusable-proxy unusable-settings unverifiable-answer wrong-sign-in-answer';

/** RFC 6749 4.1.2.1 and 5.2, RFC 7009 2.2.1, RFC 8628 3.5, RFC 6750 3.1, RFC 7591 3.2.2. */
const standard =
  'access_denied authorization_pending expired_token insufficient_scope invalid_client invalid_client_metadata invalid_grant invalid_redirect_uri invalid_request invalid_scope invalid_token server_error slow_down temporarily_unavailable unapproved_software_statement unauthorized_client unsupported_grant_type unsupported_response_type unsupported_token_type';

/** Of Node.js, OpenSSL and undici. */
const system =
  'CERT_HAS_EXPIRED CERT_NOT_YET_VALID DEPTH_ZERO_SELF_SIGNED_CERT EACCES EADDRINUSE EAI_AGAIN ECONNABORTED ECONNREFUSED ECONNRESET EHOSTDOWN EHOSTUNREACH ENETDOWN ENETUNREACH ENOENT ENOTFOUND EPIPE EPROTO ERR_INVALID_URL ERR_TLS_CERT_ALTNAME_INVALID ETIMEDOUT HOSTNAME_MISMATCH HPE_HEADER_OVERFLOW SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE UND_ERR_ABORTED UND_ERR_BODY_TIMEOUT UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_OVERFLOW UND_ERR_HEADERS_TIMEOUT UND_ERR_SOCKET';

const knownCodes: ReadonlySet<string> = new Set(
  [ours, standard, system].flatMap((codes) => codes.split(' ')),
);
