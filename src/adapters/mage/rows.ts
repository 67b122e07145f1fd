import { createHash } from 'node:crypto';
import { type Item, noChildren, noLifetime } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import type { MageProvider, MageToken } from './api.ts';

export const tokensSection = 'tokens';
export const providersSection = 'providers';

export function outermostRows(isSignedIn: boolean, localize: Localize): Item[] {
  const none = { lifetime: noLifetime, fields: [], actions: [] };
  const providers: Item = {
    ...none,
    id: providersSection,
    kind: 'section',
    name: providersTitle(localize),
    children: {
      kind: 'onRequest',
      caution: localize(
        'Reading this list changes something: for providers whose token has expired, Mage AI tries the refresh tokens it keeps and deletes those that it tried.',
      ),
    },
  };
  if (!isSignedIn) {
    const name = localize('This server checks nobody, so there are no session tokens');
    return [{ ...none, id: 'note', kind: 'note', name, children: noChildren }, providers];
  }
  const name = localize('Access tokens');
  return [
    { ...none, id: tokensSection, kind: 'section', name, children: { kind: 'list', open: true } },
    providers,
  ];
}

export function providersTitle(localize: Localize): string {
  return localize('Git and SSO providers');
}

/** @param now epoch milliseconds */
export function tokenItem(
  { token, expires, user_id }: MageToken,
  isOwn: boolean,
  now: number,
  localize: Localize,
): Item {
  const name = mask(token);
  return {
    id: tokenRowId(token),
    kind: 'token',
    name,
    status: 'active',
    lifetime: { kind: 'expires', at: expires },
    ...(isOwn && { isOwnCredential: true, remark: localize("this connection's own token") }),
    fields: [
      { label: localize('Token'), text: name },
      { label: localize('Expires'), at: expires },
      ...(user_id == null ? [] : [{ label: localize('User ID'), text: String(user_id) }]),
    ],
    children: noChildren,
    actions: expires > now ? ['revoke'] : [],
  };
}

export function providerItem({ provider, authenticated, expires }: MageProvider, localize: Localize): Item {
  const connected = authenticated === true;
  return {
    id: provider,
    kind: 'provider',
    name: provider,
    status: connected ? 'active' : 'inactive',
    lifetime: !connected
      ? noLifetime
      : expires == null
        ? { kind: 'unknown' }
        : { kind: 'expires', at: expires },
    fields: [
      {
        label: localize('Signed in'),
        text: connected ? localize('yes') : localize('no'),
      },
      ...(expires == null ? [] : [{ label: localize('Expires'), at: expires }]),
    ],
    children: noChildren,
    actions: connected ? ['revoke'] : [],
    identifier: provider,
  };
}

/** The server gives tokens no id. A hash names one for good and says nothing about it. */
export function tokenRowId(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex').slice(0, 32);
}

/** The end of a token, where enough stays hidden before it. */
function mask(token: Secret): string {
  const characters = [...token.reveal()];
  return `…${characters.length < 16 ? '' : characters.slice(-4).join('')}`;
}
