import { isRecord } from '../../core/json.ts';
import type { Accesses } from './api.ts';
import { Moments, type TokenList, type TokenTexts } from './tokenList.ts';

/**
 * The tokens of an answer in which everything is as usual; `undefined` when anything is not, in which case the
 * schema has to say what it is, or what is wrong with it. This is the schema written by hand, which takes a
 * tenth of its time: a test holds that whatever this takes, the schema takes for the same.
 */
export function usualTokens(answer: unknown): TokenList | undefined {
  if (!isRecord(answer) || !Array.isArray(answer.data)) {
    return undefined;
  }
  const rows: readonly unknown[] = answer.data;
  const moments = new Moments(rows.length);
  return areUsual(rows, moments) ? { tokens: rows, moments } : undefined;
}

function areUsual(rows: readonly unknown[], moments: Moments): rows is readonly TokenTexts[] {
  for (let index = 0; index < rows.length; index++) {
    if (!isUsual(rows[index], index, moments)) {
      return false;
    }
  }
  return true;
}

function isUsual(row: unknown, index: number, moments: Moments): row is TokenTexts {
  return (
    isRecord(row) &&
    typeof row.id === 'string' &&
    row.id !== '' &&
    isText(row.name) &&
    isText(row.display_name) &&
    isText(row.avatar_url) &&
    isText(row.actor_id) &&
    isText(row.actor_display_name) &&
    isText(row.actor_type) &&
    typeof row.created_at === 'string' &&
    moments.read(index, row) &&
    isEmpty(row.service_token_accesses) &&
    areOauthAccesses(row.oauth_accesses_by_resource)
  );
}

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
  return value == null || (isRecord(value) && areResources(value[resources]) && areAccesses(value.accesses));
}

function areResources(value: unknown): boolean {
  if (!Array.isArray(value)) {
    return value == null;
  }
  for (const entry of value) {
    const isResource =
      isRecord(entry) &&
      typeof entry.id === 'string' &&
      typeof entry.name === 'string' &&
      isText(entry.organization) &&
      isText(entry.database) &&
      isText(entry.url);
    if (!isResource) {
      return false;
    }
  }
  return true;
}

function areAccesses(value: unknown): boolean {
  if (!Array.isArray(value)) {
    return value == null;
  }
  for (const entry of value) {
    if (!isRecord(entry) || typeof entry.name !== 'string' || !isText(entry.description)) {
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
