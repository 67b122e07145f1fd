import type { Breadth, Item } from '../model/item.ts';

/**
 * Words by which services grant more than one task needs. The names of accesses have no standard; these are the
 * usual ones: everything, administration, or writing without saying what.
 * Sources: OWASP NHI5:2025 (overprivileged), and the lists of accesses in docs/services.
 */
const everything =
  /^(?:\*|all|any|api|everything|full|full[_ -]?access|full[_ -]?control|global|repo|root|superuser)$/;
const wildcard = /(?:^|[:./_-])(?:\*|all)$/;
const administration =
  /(?:^|[^a-z])(?:admin|administer|administration|administrator|admins|owner|root|sudo|superuser)(?:$|[^a-z])/;
const unboundedWrite = /^(?:write|manage|edit|delete|readwrite|read[_ -]?write|rw)$/;

/**
 * Many names are a verb and what it is done to, in either order. Changing these decides who else gets in:
 * https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps (`write:org`),
 * https://developer.okta.com/docs/api/oauth2/ (`okta.users.manage`).
 */
const changing = new Set([
  'assign',
  'delete',
  'edit',
  'grant',
  'manage',
  'modify',
  'readwrite',
  'update',
  'write',
]);
const governing = new Set([
  ...['account', 'accounts', 'billing', 'directory', 'iam', 'tenant', 'tenants', 'workspace', 'workspaces'],
  ...['org', 'organisation', 'organization', 'organizations', 'orgs', 'team', 'teams'],
  ...['member', 'members', 'membership', 'memberships', 'permissions', 'policies', 'roles', 'users'],
]);

/** Nothing else is in the name: `write_user_profile` is about something smaller. */
function changesWhoGetsIn(name: string): boolean {
  const words = name.split(/[^a-z]+/).filter((word) => word !== '' && word !== 'read');
  const objects = words.filter((word) => !changing.has(word));
  return objects.length > 0 && objects.length < words.length && objects.every((word) => governing.has(word));
}

/** Only looking, at however much, changes nothing. */
const reading = /(?:^|[^a-z])(?:get|list|read|readonly|view|viewer)(?:$|[^a-z])/;

/** Whether an access of this name, in lower case, lets its holder look and no more. */
export function onlyReads(name: string): boolean {
  return reading.test(name);
}

/** Names of one thing: https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims */
const aboutSelf = new Set(['address', 'email', 'offline_access', 'openid', 'phone', 'profile']);

/** A verb that is not alone: it is done to something, and that is named. */
const doing = new Set([
  ...changing,
  'add',
  'connect',
  'create',
  'publish',
  'pull',
  'push',
  'remove',
  'upload',
]);

function namesOneThing(name: string): boolean {
  const words = name.split(/[^a-z]+/).filter((word) => word !== '');
  return words.length > 1 && words.some((word) => doing.has(word));
}

/** How far an access of this name seems to reach: a name that says neither is not known to be harmless. */
export function breadthByName(access: string): Breadth {
  const name = access.trim().toLowerCase();
  if (unboundedWrite.test(name) || changesWhoGetsIn(name)) {
    return 'broad';
  }
  if (onlyReads(name)) {
    return 'narrow';
  }
  if (everything.test(name) || wildcard.test(name) || administration.test(name)) {
    return 'broad';
  }
  return aboutSelf.has(name) || namesOneThing(name) ? 'narrow' : 'unknown';
}

/** How far an access reaches: by the documents of its service, or else by its name. */
export function breadthOf({ breadth, name }: Item, byName = breadthByName): Breadth {
  return breadth ?? byName(name);
}
