import { type Children, type Item, type Lifetime, noChildren, noLifetime } from '../../core/model.ts';
import type { Localize } from '../../core/ports.ts';
import { moment, text } from '../support/fields.ts';
import type { Access, Application, Resource, ServiceTokenAccess, Token } from './api.ts';
import type { AttachedGrant } from './attachedGrants.ts';

export function applicationItem(application: Application, open: boolean, localize: Localize): Item {
  const { scopes } = application;
  return {
    id: application.id,
    kind: 'application',
    name: application.name,
    lifetime: noLifetime,
    ...(typeof application.created_at === 'number' && { createdAt: application.created_at }),
    fields: [
      ...text(localize('Name'), application.name),
      ...text(localize('ID'), application.id),
      ...text(localize('Client ID'), application.client_id),
      ...text(localize('Redirect URI'), application.redirect_uri),
      ...text(localize('Domain'), application.domain),
      ...text(localize('Scopes'), Array.isArray(scopes) ? scopes.join(' ') : scopes),
      ...text(localize('Tokens'), application.tokens?.toString()),
      ...text(localize('Registered dynamically'), yesOrNo(application.dcr, localize)),
      ...moment(localize('Created'), application.created_at),
      ...moment(localize('Updated'), application.updated_at),
      ...text(localize('Avatar'), application.avatar),
    ],
    children: open ? { kind: 'list', open } : { kind: 'list' },
    actions: [],
    identifier: application.id,
  };
}

/** Revoke stays even when the token has expired: its entry, and its refresh token, may well live on. */
export function tokenItem(token: Token, grant: AttachedGrant | undefined, localize: Localize): Item {
  const name = token.display_name || token.name || token.id;
  const groups = accessGroups(token, localize);
  return {
    id: token.id,
    kind: 'token',
    name,
    status: 'active',
    lifetime: lifetimeOf(token.expires_at),
    createdAt: token.created_at,
    ...(token.last_used_at !== undefined && { lastUsedAt: token.last_used_at }),
    ...(token.actor_display_name && { owner: token.actor_display_name }),
    ...(grant && { remark: remarkOf(grant, localize('refresh token attached'), localize) }),
    fields: [
      ...text(localize('Name'), name),
      ...(token.name === name ? [] : text(localize('Internal name'), token.name)),
      ...text(localize('ID'), token.id),
      ...text(localize('Actor'), token.actor_display_name),
      ...text(localize('Actor type'), token.actor_type),
      ...text(localize('Actor ID'), token.actor_id),
      ...moment(localize('Expires'), token.expires_at, localize('never')),
      ...moment(localize('Last used'), token.last_used_at, localize('never')),
      ...moment(localize('Created'), token.created_at),
      ...moment(localize('Updated'), token.updated_at),
      ...text(localize('Avatar'), token.avatar_url),
    ],
    children: groups.length === 0 ? noChildren : { kind: 'inline', items: groups },
    actions: grant ? ['revoke', 'renew', 'detach'] : ['revoke', 'attach'],
    identifier: token.id,
  };
}

/** An attached grant without its token. Only a renewal tells when it expires; before one nothing is known. */
export function strayItem(grant: AttachedGrant, localize: Localize): Item {
  const { expiresAt } = grant;
  return {
    id: grant.tokenId,
    kind: 'token',
    name: grant.tokenName,
    status: expiresAt === undefined ? 'unknown' : 'active',
    lifetime: expiresAt === undefined ? { kind: 'unknown' } : { kind: 'expires', at: expiresAt },
    remark: remarkOf(grant, localize('attached grant, its token is no longer listed'), localize),
    fields: [
      ...text(localize('Name'), grant.tokenName),
      ...text(localize('ID when it was attached'), grant.tokenId),
      ...text(localize('Client ID'), grant.client.id),
      ...moment(localize('Access token expires'), expiresAt),
    ],
    children: noChildren,
    actions: ['revoke', 'renew', 'detach'],
    identifier: grant.tokenId,
  };
}

function remarkOf({ isRenewing }: AttachedGrant, remark: string, localize: Localize): string {
  return isRenewing ? localize('{0}; a renewal of it did not end, so it may be used up', remark) : remark;
}

/** What a token may do, by the kind of thing it may do it to; kinds without any access are left out. */
export function accessGroups(token: Token, localize: Localize): Item[] {
  const { database, organization, branch, user } = token.oauth_accesses_by_resource ?? {};
  return [
    group('databases', localize('Databases'), oauthRows(database?.databases, database?.accesses, localize)),
    group(
      'organizations',
      localize('Organizations'),
      oauthRows(organization?.organizations, organization?.accesses, localize),
    ),
    group('branches', localize('Branches'), oauthRows(branch?.branches, branch?.accesses, localize)),
    group('users', localize('Users'), oauthRows(user?.users, user?.accesses, localize)),
    group(
      'service-token-accesses',
      localize('Service token accesses'),
      (token.service_token_accesses ?? []).map((access) => serviceTokenAccessItem(access, localize)),
    ),
  ].flat();
}

function group(id: string, name: string, items: readonly Item[]): Item[] {
  const children: Children = { kind: 'inline', items };
  return items.length === 0
    ? []
    : [{ id, kind: 'section', name, lifetime: noLifetime, fields: [], children, actions: [] }];
}

/** First what may be done, then where; an access and a resource of the same name keep apart by their ids. */
function oauthRows(
  resources: readonly Resource[] | null | undefined,
  accesses: readonly Access[] | null | undefined,
  localize: Localize,
): Item[] {
  return [
    ...(accesses ?? []).map((access) => accessItem(access, localize)),
    ...(resources ?? []).map((resource) => resourceItem(resource, localize)),
  ];
}

function resourceItem(resource: Resource, localize: Localize): Item {
  const place = [resource.organization, resource.database].filter(Boolean).join('/');
  return {
    ...leaf(`resource:${resource.id}`, resource.name, place),
    fields: [
      ...text(localize('Name'), resource.name),
      ...text(localize('ID'), resource.id),
      ...text(localize('Database'), resource.database),
      ...text(localize('Organization'), resource.organization),
      ...text(localize('Address'), resource.url),
    ],
    identifier: resource.id,
  };
}

function accessItem({ name, description }: Access, localize: Localize): Item {
  return {
    ...leaf(`access:${name}`, name, description),
    fields: [...text(localize('Access'), name), ...text(localize('Description'), description)],
    identifier: name,
  };
}

function serviceTokenAccessItem(access: ServiceTokenAccess, localize: Localize): Item {
  return {
    ...leaf(access.id, access.access, access.resource_name),
    fields: [
      ...text(localize('Access'), access.access),
      ...text(localize('Description'), access.description),
      ...text(localize('Resource'), access.resource_name),
      ...text(localize('Resource type'), access.resource_type),
      ...text(localize('Resource ID'), access.resource_id),
      ...moment(localize('Resource deleted'), access.resource?.deleted_at),
    ],
    identifier: access.access,
  };
}

function leaf(id: string, name: string, remark: string | null | undefined): Omit<Item, 'fields'> {
  return {
    id,
    kind: 'access',
    name,
    lifetime: noLifetime,
    ...(remark && { remark }),
    children: noChildren,
    actions: [],
  };
}

/** `null` is the vendor's "never expires"; nothing at all says nothing. */
function lifetimeOf(expiresAt: number | null | undefined): Lifetime {
  if (expiresAt === undefined) {
    return { kind: 'unknown' };
  }
  return expiresAt === null ? { kind: 'never' } : { kind: 'expires', at: expiresAt };
}

function yesOrNo(value: boolean | null | undefined, localize: Localize): string | undefined {
  if (typeof value !== 'boolean') {
    return undefined;
  }
  return value ? localize('yes') : localize('no');
}
