import { type Item, noChildren, noLifetime } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';
import { moment, text } from '../support/fields.ts';
import { sectionRow } from '../support/sectionRow.ts';
import type { OauthProvider, User } from './api.ts';

export function userItem(user: User, localize: Localize): Item {
  const links = user.oauthProviders.map((provider) => linkItem(provider, localize));
  return {
    id: user.userId,
    kind: 'user',
    name: user.userName || user.userId,
    lifetime: noLifetime,
    ...(user.createdAt !== undefined && { createdAt: user.createdAt }),
    ...(links.length === 0 && { remark: localize('no linked logins') }),
    fields: [
      ...text(localize('Name'), user.userName),
      ...text(localize('User ID'), user.userId),
      ...text(localize('Email'), user.userEmail),
      ...text(localize('Phone'), user.userPhoneNumber),
      ...text(localize('Tags'), user.userTags?.join(', ')),
      ...text(localize('API keys'), user.apiKeys?.length.toString()),
      ...text(localize('Authenticators'), user.authenticators?.length.toString()),
      ...moment(localize('Created'), user.createdAt),
      ...moment(localize('Updated'), user.updatedAt),
    ],
    children: links.length === 0 ? noChildren : { kind: 'inline', items: links },
    actions: [],
    identifier: user.userId,
  };
}

/** An identity link: nothing here expires, and no token is held. */
export function linkItem(provider: OauthProvider, localize: Localize): Item {
  return {
    id: provider.providerId,
    kind: 'identity',
    name: provider.providerName || provider.providerId,
    status: 'active',
    lifetime: noLifetime,
    ...(provider.createdAt !== undefined && { createdAt: provider.createdAt }),
    ...(provider.issuer && { remark: provider.issuer, issuer: provider.issuer }),
    fields: [
      ...text(localize('Name'), provider.providerName),
      ...text(localize('Issuer'), provider.issuer),
      ...text(localize('Audience'), provider.audience),
      ...text(localize('Subject'), provider.subject),
      ...moment(localize('Created'), provider.createdAt),
      ...moment(localize('Updated'), provider.updatedAt),
      ...text(localize('Provider ID'), provider.providerId),
    ],
    children: noChildren,
    actions: ['revoke'],
    identifier: provider.providerId,
  };
}

/** There may be thousands, and most people never want them. */
export function subOrganizationsItem(localize: Localize): Item {
  return sectionRow('sub-organizations', localize('Sub-organizations'), { kind: 'onRequest' });
}

/** The list has ids only. */
export function organizationItem(id: string, localize: Localize): Item {
  return {
    id,
    kind: 'organization',
    name: id,
    lifetime: noLifetime,
    fields: text(localize('Organization ID'), id),
    children: { kind: 'list' },
    actions: [],
    identifier: id,
  };
}
