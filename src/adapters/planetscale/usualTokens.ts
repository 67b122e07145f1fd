import { fastInstant } from '../support/fastInstant.ts';
import type { Accesses, Token } from './api.ts';

/**
 * The tokens of an answer in which everything is as usual; `undefined` when anything is not, in which case the
 * schema has to say what it is, or what is wrong with it. This is the schema written by hand, which takes a
 * tenth of its time: a test holds that whatever this takes, the schema takes for the same.
 */
export function usualTokens(answer: unknown): Token[] | undefined {
  if (!isRecord(answer) || !Array.isArray(answer.data)) {
    return undefined;
  }
  const tokens: Token[] = [];
  for (const row of answer.data) {
    const token = isRecord(row) ? usualToken(row) : undefined;
    if (!token) {
      return undefined;
    }
    tokens.push(token);
  }
  return tokens;
}

function usualToken(row: Row): Token | undefined {
  const {
    id,
    name,
    display_name,
    avatar_url,
    actor_id,
    actor_display_name,
    actor_type,
    service_token_accesses,
    oauth_accesses_by_resource,
  } = row;
  const created_at = usualMoment(row.created_at);
  const updated_at = usualMoment(row.updated_at);
  const expires_at = usualMoment(row.expires_at);
  const last_used_at = usualMoment(row.last_used_at);
  return typeof id === 'string' &&
    id !== '' &&
    isText(name) &&
    isText(display_name) &&
    isText(avatar_url) &&
    isText(actor_id) &&
    isText(actor_display_name) &&
    isText(actor_type) &&
    typeof created_at === 'number' &&
    !Number.isNaN(created_at) &&
    !Number.isNaN(updated_at) &&
    !Number.isNaN(expires_at) &&
    !Number.isNaN(last_used_at) &&
    isEmpty(service_token_accesses) &&
    areOauthAccesses(oauth_accesses_by_resource)
    ? {
        id,
        name,
        display_name,
        avatar_url,
        created_at,
        updated_at,
        expires_at,
        last_used_at,
        actor_id,
        actor_display_name,
        actor_type,
        service_token_accesses,
        oauth_accesses_by_resource,
      }
    : undefined;
}

type Row = Readonly<Record<string, unknown>>;
type Oauth = Accesses['oauth_accesses_by_resource'];

function areOauthAccesses(value: unknown): value is Oauth {
  return (
    value == null ||
    (isRecord(value) &&
      isKind(value.database, 'databases') &&
      isKind(value.organization, 'organizations') &&
      isKind(value.branch, 'branches') &&
      isKind(value.user, 'users'))
  );
}

function isKind(value: unknown, resources: 'databases' | 'organizations' | 'branches' | 'users'): boolean {
  return (
    value == null ||
    (isRecord(value) && isList(value[resources], isResource) && isList(value.accesses, isAccess))
  );
}

function isResource(row: Row): boolean {
  return (
    typeof row.id === 'string' &&
    typeof row.name === 'string' &&
    isText(row.organization) &&
    isText(row.database) &&
    isText(row.url)
  );
}

function isAccess(row: Row): boolean {
  return typeof row.name === 'string' && isText(row.description);
}

function isList(value: unknown, isEntry: (row: Row) => boolean): boolean {
  if (value == null) {
    return true;
  }
  if (!Array.isArray(value)) {
    return false;
  }
  for (const entry of value) {
    if (!isRecord(entry) || !isEntry(entry)) {
      return false;
    }
  }
  return true;
}

/** Accesses of service tokens are not what an OAuth application's tokens have. */
function isEmpty(value: unknown): value is [] | null | undefined {
  return value == null || (Array.isArray(value) && value.length === 0);
}

function isText(value: unknown): value is string | null | undefined {
  return value == null || typeof value === 'string';
}

/** `NaN` for what is no moment, or is written in an unusual way. */
function usualMoment(value: unknown): number | null | undefined {
  if (value == null) {
    return value;
  }
  return typeof value === 'string' ? fastInstant(value) : Number.NaN;
}

function isRecord(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
