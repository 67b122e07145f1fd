import {
  type Children,
  type Field,
  type Item,
  type ItemAction,
  type Lifetime,
  noChildren,
  noLifetime,
  type Status,
} from '../../../core/model/item.ts';
import type { Secret } from '../../../core/model/secret.ts';
import type { Localize } from '../../../core/ports.ts';
import { accessRow } from '../../support/accessRow.ts';
import { moment, text } from '../../support/fields.ts';
import type { Client, TokenKind } from '../client/client.ts';
import { type Claims, personIn, unverifiedClaims } from '../protocol/claims.ts';
import { publicKeyIn } from '../protocol/keys.ts';
import type { Facts } from './tokenSet.ts';

/** What the server said of a token when asked; `unasked` where it cannot be asked. */
export type Answer =
  | { readonly kind: 'active'; readonly claims: Claims }
  | { readonly kind: 'inactive' }
  /** "Not active" from a server that may say so of a token that works. */
  | { readonly kind: 'unconfirmed' }
  | { readonly kind: 'unasked' };

export interface EndOfSecret {
  readonly at: number;
  readonly isOver: boolean;
  /** Whether another one is wanted. */
  readonly isDue: boolean;
  /** Whether a renewal asks the server for another one. */
  readonly isReplaceable: boolean;
}

export interface TokenRow {
  readonly kind: TokenKind | 'id_token';
  readonly token: Secret;
  readonly answer: Answer;
  readonly facts: Facts;
  /** How far the server's clock, by which rows are judged, is ahead of the one that the facts were noted by. */
  readonly clockOffsetMs: number;
  readonly client: Client | undefined;
  /** Whether the client is one that this connection registered and can take back. */
  readonly isRegistered: boolean;
  /** Of the secret of a client that was registered, where it ends. */
  readonly secretEnd: EndOfSecret | undefined;
  readonly actions: readonly ItemAction[];
}

export function tokenItem(row: TokenRow, localize: Localize): Item {
  const { kind, answer, facts, actions } = row;
  const said = answer.kind === 'active' ? answer.claims : undefined;
  const own = unverifiedClaims(row.token.reveal());
  const issuedAt =
    inMs(said?.iat) ?? (isFromResponse(row) ? serverTime(facts.issuedAt, row) : undefined) ?? inMs(own?.iat);
  const scopes = said?.scope ?? (kind === 'access_token' ? facts.scope : undefined) ?? own?.scope ?? [];
  const remark = remarkOf(row, localize);
  const owner = personIn(said) ?? personIn(own);
  const issuer = said?.iss ?? own?.iss;
  return {
    id: kind,
    kind: 'token',
    name: nameOf(kind, localize),
    ...(kind !== 'id_token' && { status: statusOf(row) }),
    lifetime: lifetimeOf(row, said, own),
    ...(issuedAt !== undefined && { createdAt: issuedAt }),
    ...(owner !== undefined && { owner }),
    ...(issuer !== undefined && { issuer }),
    ...(remark !== undefined && { remark }),
    fields: [
      ...text(localize('Source'), sourceOf(row, own, localize)),
      ...(said ? claimFields(said, localize) : []),
      ...responseFields(row, said, localize),
      ...(own ? unverifiedFields(own, said, localize) : []),
      ...clientFields(row, said, localize),
    ],
    children: scopeRows(scopes, localize),
    actions: answer.kind === 'inactive' ? actions.filter((action) => isOfUse(action, kind)) : actions,
  };
}

/** Stands where no token is held any more. */
export function nothingHeld(localize: Localize): Item {
  return {
    id: 'nothing',
    kind: 'note',
    name: localize('No token left'),
    remark: localize('Update Credentials signs in again'),
    lifetime: noLifetime,
    fields: [],
    children: noChildren,
    actions: [],
  };
}

/** A dead access token can still be renewed by its refresh token; a dead refresh token can nothing. */
function isOfUse(action: ItemAction, kind: TokenRow['kind']): boolean {
  return action === 'renew' && kind === 'access_token';
}

export function nameOf(kind: TokenRow['kind'], localize: Localize): string {
  switch (kind) {
    case 'access_token':
      return localize('Access token');
    case 'refresh_token':
      return localize('Refresh token');
    case 'id_token':
      return localize('ID token');
  }
}

/** A token that was pasted, and that the server cannot be asked about, may be worth nothing. */
function statusOf(row: TokenRow): Status {
  const { answer, facts, kind } = row;
  if (answer.kind === 'active' || answer.kind === 'inactive') {
    return answer.kind;
  }
  if (answer.kind === 'unconfirmed') {
    return 'unknown';
  }
  if (isAccepted(row) || (kind === 'refresh_token' && (facts.isRenewing || facts.isRefused))) {
    return 'unknown';
  }
  return facts.issuedAt === undefined ? 'unknown' : 'active';
}

function remarkOf(row: TokenRow, localize: Localize): string | undefined {
  const { answer, facts, kind } = row;
  if (answer.kind === 'inactive') {
    return localize('the server no longer accepts it');
  }
  if (isAccepted(row)) {
    return localize('the server accepted its revocation, which cannot be verified');
  }
  if (facts.isRefused && kind === 'refresh_token') {
    return localize('refused by the server at the last renewal');
  }
  if (facts.isRenewing && kind !== 'id_token') {
    return localize('last renewal was interrupted; the refresh token may be invalid');
  }
  return (
    (kind === 'access_token' ? accessRemark(row, localize) : undefined) ??
    secretRemark(row, localize) ??
    unconfirmedRemark(row, localize)
  );
}

/** On the row that is renewed, for which the client needs its secret. */
function secretRemark({ secretEnd, actions }: TokenRow, localize: Localize): string | undefined {
  if (!secretEnd?.isDue || !actions.includes('renew')) {
    return undefined;
  }
  if (secretEnd.isReplaceable) {
    return secretEnd.isOver
      ? localize('the client’s secret has expired; Renew Token asks for another one')
      : localize('the client’s secret expires soon; Renew Token asks for another one');
  }
  return secretEnd.isOver
    ? localize('the client’s secret has expired; Update Credentials registers another client')
    : localize('the client’s secret expires soon; Update Credentials registers another client');
}

function accessRemark(row: TokenRow, localize: Localize): string | undefined {
  if (row.facts.hasSurvivor) {
    return localize('the server did not revoke it with its refresh token, so it works until it expires');
  }
  return (row.facts.vainRenewals ?? 0) > 0
    ? localize('the last renewal did not extend the lifetime')
    : undefined;
}

function unconfirmedRemark({ answer }: TokenRow, localize: Localize): string | undefined {
  return answer.kind === 'unconfirmed' ? localize('the server does not say whether it is active') : undefined;
}

function isAccepted({ facts, kind }: TokenRow): boolean {
  return facts.accepted?.some((accepted) => accepted === kind) ?? false;
}

function isFromResponse({ kind, facts }: TokenRow): boolean {
  return kind === 'access_token' && facts.issuedAt !== undefined;
}

/** An ID token is the record of a sign-in: that it ends within the hour is nothing to warn of. */
function lifetimeOf(row: TokenRow, said: Claims | undefined, own: Claims | undefined): Lifetime {
  if (row.kind === 'id_token') {
    return noLifetime;
  }
  const known = row.kind === 'access_token' ? serverTime(row.facts.expiresAt, row) : undefined;
  const at = inMs(said?.exp) ?? known ?? inMs(own?.exp);
  return at === undefined ? { kind: 'unknown' } : { kind: 'expires', at };
}

function sourceOf(row: TokenRow, own: Claims | undefined, localize: Localize): string {
  const { answer } = row;
  if (answer.kind === 'active') {
    return localize('the server’s answer about this token (introspection)');
  }
  const rest = isFromResponse(row)
    ? localize('the token response')
    : own
      ? localize('unverified claims of the token itself')
      : localize('not available');
  switch (answer.kind) {
    case 'inactive':
      return localize('state: the server’s answer “not active” (introspection); everything else: {0}', rest);
    case 'unconfirmed':
      return localize(
        'the server answers “not active”, which proves nothing here; everything else: {0}',
        rest,
      );
    case 'unasked':
      return rest;
  }
}

function claimFields(said: Claims, localize: Localize): Field[] {
  return [
    ...text(localize('Scopes'), said.scope?.join(' ')),
    ...text(localize('Audience'), said.aud?.join(', ')),
    ...text(localize('Subject'), said.sub),
    ...text(localize('User'), said.username),
    ...text(localize('Client'), said.client_id),
    ...text(localize('Issuer'), said.iss),
    ...text(localize('Token type'), said.token_type),
    ...text(localize('Bound to the certificate (SHA-256)'), said.cnf?.['x5t#S256']),
    ...moment(localize('Issued'), inMs(said.iat)),
    ...moment(localize('Not before'), inMs(said.nbf)),
    ...moment(localize('Expires'), inMs(said.exp)),
  ];
}

function clientFields(
  { client, isRegistered, secretEnd }: TokenRow,
  said: Claims | undefined,
  localize: Localize,
): Field[] {
  const key = client?.auth === 'private_key_jwt' ? client.secret : undefined;
  return [
    ...text(
      isRegistered ? localize('Client (registered by this connection)') : localize('Client'),
      said?.client_id === undefined || isRegistered ? client?.id : undefined,
    ),
    ...moment(localize('Client secret expires'), secretEnd?.at),
    ...text(localize('Public key of the client'), key && publicKeyIn(key.reveal())),
  ];
}

/** What the server told when it issued the token, and has not told otherwise since. */
function responseFields(row: TokenRow, said: Claims | undefined, localize: Localize): Field[] {
  const { facts } = row;
  const unless = <T>(known: unknown, value: T | undefined) => (known === undefined ? value : undefined);
  return isFromResponse(row)
    ? [
        ...text(
          facts.isScopeAssumed ? localize('Scopes (as requested)') : localize('Scopes (token response)'),
          unless(said?.scope, facts.scope)?.join(' '),
        ),
        ...text(localize('Token type (token response)'), unless(said?.token_type, facts.tokenType)),
        ...moment(localize('Received (this computer’s clock)'), serverTime(facts.issuedAt, row)),
        // A response names a lifetime, not a moment.
        ...moment(
          localize('Expires (computed from the token response)'),
          unless(said?.exp, serverTime(facts.expiresAt, row)),
        ),
      ]
    : [];
}

/** What only the token itself says, without a proof. */
function unverifiedFields(own: Claims, said: Claims | undefined, localize: Localize): Field[] {
  const unless = <T>(known: unknown, value: T | undefined) => (known === undefined ? value : undefined);
  return [
    ...text(localize('Scopes (unverified claim)'), unless(said?.scope, own.scope)?.join(' ')),
    ...text(localize('Audience (unverified claim)'), unless(said?.aud, own.aud)?.join(', ')),
    ...text(localize('Subject (unverified claim)'), unless(said?.sub, own.sub)),
    ...text(localize('User (unverified claim)'), unless(said?.username, own.preferred_username ?? own.email)),
    ...text(localize('Client (unverified claim)'), unless(said?.client_id, own.client_id ?? own.azp)),
    ...text(localize('Issuer (unverified claim)'), unless(said?.iss, own.iss)),
    ...moment(localize('Issued (unverified claim)'), unless(said?.iat, inMs(own.iat))),
    ...moment(localize('Expires (unverified claim)'), unless(said?.exp, inMs(own.exp))),
  ];
}

function scopeRows(scopes: readonly string[], localize: Localize): Children {
  const items = [...new Set(scopes)].map(
    (scope): Item => ({
      ...accessRow(scope),
      fields: text(localize('Scope'), scope),
      identifier: scope,
    }),
  );
  return items.length === 0 ? noChildren : { kind: 'inline', items };
}

/** A moment that was noted by this computer's clock, by the server's. */
function serverTime(at: number | undefined, { clockOffsetMs }: TokenRow): number | undefined {
  return at === undefined ? undefined : at + clockOffsetMs;
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
