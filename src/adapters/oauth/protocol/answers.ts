import { TokenManagerError } from '../../../core/model/errors.ts';
import type { Secret } from '../../../core/model/secret.ts';
import { parsed } from '../../support/answers.ts';
import { lazy } from '../../support/lazy.ts';
import * as z from '../../support/schema.ts';

/**
 * What authorization servers answer. Read leniently: a token that has been handed out cannot be had again, so
 * a member that is missing, `null` or of another type counts as left out, and no member but the one that the
 * answer is about is needed.
 */

/** What a sign-in with a code on any device begins with (RFC 8628, section 3.2). */
export interface DeviceStart {
  readonly deviceCode: Secret;
  readonly userCode: string;
  readonly page: string;
  readonly completePage: string | undefined;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

/** Seconds; more than a JavaScript date can take is no lifetime that a server meant. */
const longestLifetime = 1e11;

/** What RFC 8628 says where the server names no pace, and what a server may name. */
const usualInterval = 5;
const longestInterval = 600;
/** Seconds a user gets to enter a code where the server does not say, and at most. */
const usualCodeLifetime = 600;
const longestCodeLifetime = 86_400;

/** A text with something in it, or none. */
export const word = lazy(() => z.catch(z.optional(z.filled()), undefined));

/** A number, or a text that is one. */
const figure = lazy(() =>
  z.catch(
    z.optional(
      z.union([z.number(), z.pipe(z.string().check(z.regex(/^\s*\d+(?:\.\d+)?\s*$/)), z.transform(Number))]),
    ),
    undefined,
  ),
);

/** 0 and what is below it stand for "not known" or "never" where servers write them. */
const lifetime = lazy(() =>
  z.pipe(
    figure(),
    z.transform((seconds) =>
      seconds !== undefined && seconds > 0 && seconds <= longestLifetime ? seconds : undefined,
    ),
  ),
);

/** Separated by spaces (RFC 6749 section 3.3), by commas as at GitHub, or a list. */
export const scopeList = lazy(() =>
  z.catch(
    z.optional(
      z.pipe(
        z.union([z.string(), z.array(z.string())]),
        z.transform((scope) => [scope].flat().flatMap((text) => text.split(/[\s,]+/).filter(Boolean))),
      ),
    ),
    undefined,
  ),
);

const name = lazy(() => z.union([z.filled(), z.pipe(z.number(), z.transform(String))]));

/** RFC 6749 section 5.1. */
export const tokenAnswer = lazy(() =>
  z.object({
    access_token: z.filled(),
    token_type: word(),
    refresh_token: word(),
    id_token: word(),
    scope: scopeList(),
    expires_in: lifetime(),
  }),
);

/** RFC 8628 section 3.2; `verification_url` is what Google calls it. */
export const deviceAnswer = lazy(() =>
  z.object({
    device_code: z.filled(),
    user_code: name(),
    verification_uri: word(),
    verification_url: word(),
    verification_uri_complete: word(),
    expires_in: z.pipe(
      lifetime(),
      z.transform((seconds = usualCodeLifetime) => Math.min(seconds, longestCodeLifetime)),
    ),
    interval: z.pipe(
      figure(),
      z.transform((seconds = usualInterval) =>
        seconds >= 1 ? Math.min(seconds, longestInterval) : usualInterval,
      ),
    ),
  }),
);

/** RFC 9126 section 2.2. */
export const pushedAnswer = lazy(() => z.object({ request_uri: z.filled() }));

/** RFC 7591 section 3.2.1. */
export const registrationAnswer = lazy(() =>
  z.object({
    client_id: name(),
    client_secret: word(),
    /** 0 for one that never expires. */
    client_secret_expires_at: lifetime(),
    token_endpoint_auth_method: word(),
    /** JARM section 3. */
    authorization_signed_response_alg: word(),
    /** RFC 7592 section 3. */
    registration_client_uri: word(),
    registration_access_token: word(),
  }),
);

/** RFC 7662 section 2.2; what it says of the token besides is read as claims. */
export const introspectionAnswer = lazy(() => z.looseObject({ active: z.boolean() }));

/** The JSON value of a body, `undefined` where it is none; a byte order mark is ignored (RFC 8259 section 8.1). */
export function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

/** What the schema makes of a successful answer. @throws `protocol` */
export function understoodAnswer<T>(schema: z.ZodMiniType<T>, body: string): T {
  const value = jsonIn(body) ?? formIn(body);
  if (value === undefined) {
    // A parser's own error would quote the body, which may hold a credential.
    const code = body.trim() === '' ? 'empty-answer' : 'not-json';
    throw new TokenManagerError('protocol', '', { code });
  }
  return parsed(schema, value);
}

/** Some token endpoints answer in the form that requests are written in. */
function formIn(body: string): unknown {
  return /^(?:[\w.-]+=[^&\s]*&)*access_token=[^&\s]+(?:&[\w.-]+=[^&\s]*)*$/.test(body.trim())
    ? Object.fromEntries(new URLSearchParams(body.trim()))
    : undefined;
}

export interface ServerError {
  readonly code: string | undefined;
  readonly description: string | undefined;
}

const errorAnswer = lazy(() =>
  z.object({
    error: z.catch(
      z.optional(
        z.union([
          z.filled(),
          z.object({ code: word(), type: word(), error: word(), message: word(), description: word() }),
        ]),
      ),
      undefined,
    ),
    error_description: word(),
    error_message: word(),
    message: word(),
    /** As Okta writes them. */
    errorCode: word(),
    errorSummary: word(),
  }),
);

/** RFC 6749 section 5.2, and what servers make of it. `undefined` for an answer that names no error. */
export function errorIn(body: string): ServerError | undefined {
  const said = errorAnswer().safeParse(jsonIn(body)).data;
  if (!said) {
    return undefined;
  }
  const { error, error_description: description, errorSummary, error_message, message } = said;
  const nested = typeof error === 'object' ? error : undefined;
  const code =
    (typeof error === 'string' ? error : (nested?.code ?? nested?.error ?? nested?.type)) ?? said.errorCode;
  const words =
    description ?? nested?.message ?? nested?.description ?? errorSummary ?? error_message ?? message;
  return error === undefined && code === undefined && words === undefined
    ? undefined
    : { code: code === undefined ? undefined : standardCode(code), description: words };
}

const successMember = lazy(() =>
  z.union([
    z.object({ access_token: z.filled() }),
    z.object({ device_code: z.filled() }),
    z.object({ client_id: name() }),
    z.object({ active: z.boolean() }),
    z.object({ request_uri: z.filled() }),
  ]),
);

const namedError = lazy(() => z.object({ error: z.unknown().check(z.refine(Boolean)) }));

/** An error that came with a status of success. What was handed out beside it is not thrown away for it. */
export function errorInSuccess(body: string): ServerError | undefined {
  const value = jsonIn(body);
  const isError = namedError().safeParse(value).success && !successMember().safeParse(value).success;
  return isError ? errorIn(body) : undefined;
}

/** The codes of RFC 6749 and 8628 for what some servers say instead. */
const synonyms: Readonly<Record<string, string>> = {
  bad_refresh_token: 'invalid_grant',
  invalid_refresh_token: 'invalid_grant',
  bad_verification_code: 'invalid_grant',
  expired_refresh_token: 'invalid_grant',
  refresh_token_expired: 'invalid_grant',
  incorrect_client_credentials: 'invalid_client',
  authorization_declined: 'access_denied',
  code_expired: 'expired_token',
  expired_code: 'expired_token',
  incorrect_device_code: 'invalid_grant',
  bad_device_code: 'invalid_grant',
};

function standardCode(code: string): string {
  const lower = code.trim().toLowerCase();
  return synonyms[lower] ?? (/^[a-z_]+$/.test(lower) ? lower : code);
}
