import { isRecord } from '../../core/json.ts';
import type { Breadth, Field, Item, ItemAction, Lifetime, Status } from '../../core/model/item.ts';
import { noChildren } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';
import { accessRow } from '../support/accessRow.ts';
import { describedBreadth } from './breadth.ts';
import type { MomentMap, Section, TokenMap } from './description.ts';
import { type Moment, momentAt } from './moments.ts';
import { textAt, valueAt, valuesAt } from './paths.ts';

export interface RowContext {
  readonly ownId: string | undefined;
  /** Epoch milliseconds by the service's clock. */
  readonly now: number;
  readonly localize: Localize;
}

/** A token of the list as a row; `undefined` for one without an identifier. */
export function tokenRow(section: Section, token: unknown, context: RowContext): Item | undefined {
  const { token: map } = section;
  const { now, localize } = context;
  const id = textAt(token, map.id);
  if (id === undefined || id === '') {
    return undefined;
  }
  const status = statusOf(map, token);
  const lifetime = lifetimeOf(map, token, now);
  const isOwn = isOwnToken(section, token, id, context.ownId);
  const breadthOf = (access: string) => describedBreadth(map, access, isOwn);
  const grants = grantsOf(map, token, breadthOf);
  // The word that stands for them is all there is where a service leaves them out.
  const standsFor = grants.length > 0 ? map.grants?.insteadOf : undefined;
  const scopes = scopesOf(map, token).filter((scope) => scope !== standsFor);
  const accesses = [...scopes.map((scope) => scopeRow(scope, breadthOf)), ...grants];
  return {
    id,
    kind: 'token',
    name: textAt(token, map.name)?.trim() || id,
    status,
    lifetime,
    createdAt: atOf(mapped(map.createdAt, token, now)),
    lastUsedAt: lastUseOf(map, token, now),
    owner: textAt(token, map.owner),
    ...(accesses.length === 0 && map.breadth?.absent && { breadth: map.breadth.absent }),
    ...(isOwn && { isOwnCredential: true, remark: localize('this connection’s own token') }),
    fields: fieldsOf(map, token, context),
    children: accesses.length === 0 ? noChildren : { kind: 'inline', isPassive: true, items: accesses },
    actions: actionsOf(section, status, isOwn, isOver(lifetime, now)),
    identifier: id,
  };
}

function isOwnToken({ own }: Section, token: unknown, id: string, ownId: string | undefined): boolean {
  if (own && 'at' in own) {
    const value = valueAt(token, own.at);
    return own.is === undefined ? value === true : String(value) === own.is;
  }
  return id === ownId;
}

/** The first of several places that says something known counts. */
function statusOf({ status }: TokenMap, token: unknown): Status {
  if (!status) {
    return 'active';
  }
  for (const { at, means } of [status].flat()) {
    const text = statusText(valueAt(token, at));
    const meaning = Object.hasOwn(means, text) ? means[text] : text === 'null' ? undefined : means['*'];
    if (meaning !== undefined) {
      return meaning;
    }
  }
  return 'unknown';
}

/** What is not there says as much as `null`; an object or a list has no text. */
export function statusText(value: unknown): string {
  return isRecord(value) || Array.isArray(value) ? '' : String(value ?? null);
}

function mapped(map: MomentMap | undefined, token: unknown, now: number): Moment {
  return map === undefined ? { kind: 'absent' } : momentAt(token, map, now);
}

function atOf(moment: Moment): number | undefined {
  return moment.kind === 'at' ? moment.at : undefined;
}

function isOver(lifetime: Lifetime, now: number): boolean {
  return lifetime.kind === 'expires' && lifetime.at <= now;
}

function lifetimeOf({ expiresAt, noExpiry }: TokenMap, token: unknown, now: number): Lifetime {
  const moment = mapped(expiresAt, token, now);
  if (moment.kind === 'at') {
    return { kind: 'expires', at: moment.at };
  }
  // Only a service that was asked and says "none" can mean "never"; what cannot be read is not known.
  const isNever = moment.kind === 'never' || (moment.kind === 'null' && noExpiry === 'never');
  return isNever ? { kind: 'never' } : { kind: 'unknown' };
}

/** Services that know of no use say so by `null`, or by a moment that is none. */
function lastUseOf({ lastUsedAt }: TokenMap, token: unknown, now: number): number | null | undefined {
  const moment = mapped(lastUsedAt, token, now);
  return moment.kind === 'never' || moment.kind === 'null' || moment.kind === 'none' ? null : atOf(moment);
}

function actionsOf(
  { revoke, rotate, extend, pause, resume }: Section,
  status: Status,
  isOwn: boolean,
  isOver: boolean,
): ItemAction[] {
  if (status === 'revoked') {
    return [];
  }
  // A rotated token's new value is only of use where the old one is stored; a longer life is of use everywhere.
  const renews = (rotate !== undefined && isOwn) || extend !== undefined;
  const revokes = revoke !== undefined && (revoke.from?.includes(status) ?? true);
  // What is paused cannot resume itself.
  const pauses = pause !== undefined && status === 'active' && !isOwn && !isOver;
  const resumes = resume !== undefined && status === 'inactive' && !isOver;
  const offered: Readonly<Partial<Record<ItemAction, boolean>>> = {
    revoke: revokes,
    renew: renews,
    pause: pauses,
    resume: resumes,
  };
  return (['revoke', 'renew', 'pause', 'resume'] as const).filter((action) => offered[action]);
}

function fieldsOf(map: TokenMap, token: unknown, { now, localize }: RowContext): Field[] {
  const moments = [
    [localize('Created'), map.createdAt],
    [localize('Last used'), map.lastUsedAt],
    [localize('Expires'), map.expiresAt],
  ] as const;
  return [
    ...moments.flatMap(([label, place]) => {
      const at = atOf(mapped(place, token, now));
      return at === undefined ? [] : [{ label, at }];
    }),
    ...textField(localize('Owner'), map.owner, token),
    ...Object.entries(map.fields).flatMap(([label, place]) => textField(label, place, token)),
  ];
}

function textField(label: string, place: string | undefined, token: unknown): Field[] {
  const text = place === undefined ? '' : fieldText(token, place);
  return text === '' ? [] : [{ label, text }];
}

function fieldText(token: unknown, place: string): string {
  const single = textAt(token, place);
  return single ?? textsAt(token, place).join(', ');
}

function textsAt(token: unknown, place: string): string[] {
  const isText = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  return valuesAt(token, place)
    .filter((value) => isText(value) && value !== '')
    .map(String);
}

/** A list, or words with spaces between them as in RFC 6749 section 3.3, or with what the description says. */
function scopesOf({ scopes }: TokenMap, token: unknown): string[] {
  if (scopes === undefined) {
    return [];
  }
  const place = typeof scopes === 'string' ? scopes : scopes.at;
  const separator = typeof scopes === 'string' ? /\s+/ : scopes.separator;
  const found = valueAt(token, place);
  const words = typeof found === 'string' ? found.split(separator) : textsAt(token, place);
  const texts = words.map((word) => word.trim()).filter((word) => word !== '');
  return [...new Set(texts)];
}

/** What a token may do there, one row for each place. */
function grantsOf({ grants }: TokenMap, token: unknown, breadthOf: BreadthOf): Item[] {
  return grants
    ? valuesAt(token, grants.items).flatMap((grant, index) => {
        const name = textsAt(grant, grants.names).join(', ');
        const fields = Object.entries(grants.fields).flatMap(([label, place]) =>
          textField(label, place, grant),
        );
        const where = fields.map(({ label, ...value }) =>
          'text' in value ? `${label} ${value.text}` : label,
        );
        return name === ''
          ? []
          : [
              {
                ...scopeRow(name, breadthOf),
                id: `${index} ${name}`,
                owner: where.join(' · ') || undefined,
                fields,
              },
            ];
      })
    : [];
}

type BreadthOf = (access: string) => Breadth | undefined;

function scopeRow(scope: string, breadthOf: BreadthOf): Item {
  const breadth = breadthOf(scope);
  return { ...accessRow(scope), ...(breadth !== undefined && { breadth }), identifier: scope };
}
