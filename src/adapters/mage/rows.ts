import { createHash } from 'node:crypto';
import { type Item, noChildren, noLifetime } from '../../core/model/item.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { sectionRow } from '../support/sectionRow.ts';
import type { MageProvider, MageToken } from './schemas.ts';

export const tokensSection = 'tokens';
const providersSection = 'providers';

export function outermostRows(isSignedIn: boolean, localize: Localize): Item[] {
  const providers = sectionRow(providersSection, providersTitle(localize), {
    kind: 'onRequest',
    caution: localize(
      'Reading this list changes something: for providers whose token has expired, Mage AI tries the refresh tokens it keeps and deletes those that it tried.',
    ),
  });
  if (!isSignedIn) {
    const name = localize('This server does not require sign-in, so there are no session tokens');
    return [{ ...sectionRow('note', name, noChildren), kind: 'note' }, providers];
  }
  return [sectionRow(tokensSection, localize('Access tokens'), { kind: 'list', open: true }), providers];
}

export function providersTitle(localize: Localize): string {
  return localize('Git and SSO providers');
}

/** What the list does not say of a token. */
export interface TokenFacts {
  /** It is the one that this connection uses. */
  readonly isOwn: boolean;
  /** The server has refused to end it, because it keeps it for a provider. */
  readonly isOfProvider: boolean;
}

/** @param now epoch milliseconds */
export function tokenItem(
  { token, expires, userId }: MageToken,
  { isOwn, isOfProvider }: TokenFacts,
  now: number,
  localize: Localize,
): Item {
  const name = mask(token);
  const canEnd = !isOfProvider && (expires === undefined || expires > now);
  return {
    id: tokenRowId(token),
    kind: 'token',
    name,
    status: 'active',
    lifetime: expires === undefined ? { kind: 'unknown' } : { kind: 'expires', at: expires },
    ...(isOwn && { isOwnCredential: true, remark: localize('this connection’s own token') }),
    ...(isOfProvider && { remark: localize('kept for a Git or SSO provider') }),
    fields: [
      { label: localize('Token'), text: name },
      ...(expires === undefined ? [] : [{ label: localize('Expires'), at: expires }]),
      ...(userId === undefined ? [] : [{ label: localize('User ID'), text: userId }]),
    ],
    children: noChildren,
    actions: canEnd ? ['revoke'] : [],
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
