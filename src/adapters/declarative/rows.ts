import { isRecord } from '../../core/json.ts';
import type { Field, Item, ItemAction, Lifetime, Status } from '../../core/model/item.ts';
import { noChildren, noLifetime } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';
import type { ServiceDescription } from './description.ts';
import { isNoMoment, momentOf } from './moments.ts';
import { textAt, valueAt } from './paths.ts';

/** A token of the list as a row; `undefined` for one without an identifier. */
export function tokenRow(
  description: ServiceDescription,
  token: unknown,
  ownId: string | undefined,
  localize: Localize,
): Item | undefined {
  const { token: map } = description;
  const id = textAt(token, map.id);
  if (id === undefined || id === '') {
    return undefined;
  }
  const status = statusOf(description, token);
  const isOwn = id === ownId;
  const scopes = scopesOf(valueAt(token, map.scopes), map.scopes !== undefined);
  return {
    id,
    kind: 'token',
    name: textAt(token, map.name)?.trim() || id,
    status,
    lifetime: lifetimeOf(description, token),
    createdAt: map.createdAt === undefined ? undefined : momentOf(valueAt(token, map.createdAt)),
    lastUsedAt: lastUseOf(description, token),
    owner: textAt(token, map.owner),
    ...(isOwn && { isOwnCredential: true, remark: localize("this connection's own token") }),
    fields: fieldsOf(description, token, localize),
    children:
      scopes.length === 0 ? noChildren : { kind: 'inline', isPassive: true, items: scopes.map(scopeRow) },
    actions: actionsOf(description, status, isOwn),
    identifier: id,
  };
}

function statusOf({ token: map }: ServiceDescription, token: unknown): Status {
  if (!map.status) {
    return 'active';
  }
  const value = valueAt(token, map.status.at);
  const text = isRecord(value) || Array.isArray(value) ? '' : String(value);
  return (Object.hasOwn(map.status.means, text) && map.status.means[text]) || 'unknown';
}

function lifetimeOf({ token: map }: ServiceDescription, token: unknown): Lifetime {
  const value = map.expiresAt === undefined ? undefined : valueAt(token, map.expiresAt);
  const at = momentOf(value);
  if (at !== undefined) {
    return { kind: 'expires', at };
  }
  // Only a service that was asked and says "none" can mean "never"; what cannot be read is not known.
  return map.noExpiry === 'never' && value === null ? { kind: 'never' } : { kind: 'unknown' };
}

/** Services that know of no use say so by `null`, or by a moment that is none. */
function lastUseOf({ token: map }: ServiceDescription, token: unknown): number | null | undefined {
  const value = map.lastUsedAt === undefined ? undefined : valueAt(token, map.lastUsedAt);
  return value === null || isNoMoment(value) ? null : momentOf(value);
}

function actionsOf(description: ServiceDescription, status: Status, isOwn: boolean): ItemAction[] {
  if (status === 'revoked') {
    return [];
  }
  // A rotated token's new value is only of use where the old one is stored.
  const rotates = description.rotate !== undefined && isOwn;
  return [...(description.revoke ? (['revoke'] as const) : []), ...(rotates ? (['renew'] as const) : [])];
}

function fieldsOf({ token: map }: ServiceDescription, token: unknown, localize: Localize): Field[] {
  const moments = [
    [localize('Created'), map.createdAt],
    [localize('Last used'), map.lastUsedAt],
    [localize('Expires'), map.expiresAt],
  ] as const;
  return [
    ...moments.flatMap(([label, place]) => momentField(label, place, token)),
    ...textField(localize('Owner'), map.owner, token),
    ...Object.entries(map.fields).flatMap(([label, place]) => textField(label, place, token)),
  ];
}

function momentField(label: string, place: string | undefined, token: unknown): Field[] {
  const at = place === undefined ? undefined : momentOf(valueAt(token, place));
  return at === undefined ? [] : [{ label, at }];
}

function textField(label: string, place: string | undefined, token: unknown): Field[] {
  const value = place === undefined ? undefined : valueAt(token, place);
  if (typeof value === 'boolean') {
    return [{ label, text: String(value) }];
  }
  const text = Array.isArray(value) ? value.filter((entry) => typeof entry === 'string').join(', ') : value;
  return (typeof text === 'string' && text !== '') || typeof text === 'number'
    ? [{ label, text: String(text) }]
    : [];
}

/** A list, or words with spaces between them as in RFC 6749 section 3.3. */
function scopesOf(value: unknown, isMapped: boolean): string[] {
  const scopes = typeof value === 'string' ? value.split(/\s+/) : Array.isArray(value) ? value : [];
  const texts = scopes.filter((scope) => typeof scope === 'string' && scope !== '').map(String);
  return isMapped ? [...new Set(texts)] : [];
}

function scopeRow(scope: string): Item {
  return {
    id: scope,
    kind: 'access',
    name: scope,
    lifetime: noLifetime,
    fields: [],
    children: noChildren,
    actions: [],
    identifier: scope,
  };
}
