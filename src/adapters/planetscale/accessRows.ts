import { type Item, noChildren, noLifetime } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';
import { moment, text } from '../support/fields.ts';
import { sectionRow } from '../support/sectionRow.ts';
import type { Access, Accesses, Resource, ServiceTokenAccess } from './schemas.ts';

/** Whether there will be any row for what a token may do. */
export function hasAccesses({
  oauth_accesses_by_resource: oauth,
  service_token_accesses,
}: Accesses): boolean {
  return (
    isFilled(service_token_accesses) ||
    (oauth != null &&
      (isFilled(oauth.database?.databases) ||
        isFilled(oauth.database?.accesses) ||
        isFilled(oauth.organization?.organizations) ||
        isFilled(oauth.organization?.accesses) ||
        isFilled(oauth.branch?.branches) ||
        isFilled(oauth.branch?.accesses) ||
        isFilled(oauth.user?.users) ||
        isFilled(oauth.user?.accesses)))
  );
}

function isFilled(list: readonly unknown[] | null | undefined): boolean {
  return list != null && list.length > 0;
}

/** What a token may do, by the kind of thing it may do it to; kinds without any access are left out. */
export function accessGroups(accesses: Accesses, localize: Localize): Item[] {
  const { database, organization, branch, user } = accesses.oauth_accesses_by_resource ?? {};
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
      (accesses.service_token_accesses ?? []).map((access) => serviceTokenAccessItem(access, localize)),
    ),
  ].flat();
}

function group(id: string, name: string, items: readonly Item[]): Item[] {
  return items.length === 0 ? [] : [sectionRow(id, name, { kind: 'inline', items, isPassive: true })];
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
  // It stands among accesses, in one table with them.
  const remark = place === '' ? localize('resource') : localize('resource in {0}', place);
  return {
    ...leaf(`resource:${resource.id}`, resource.name, remark),
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
