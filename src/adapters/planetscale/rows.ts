import { type Item, noChildren, noLifetime } from '../../core/model/item.ts';
import type { Localize } from '../../core/ports.ts';
import { moment, text } from '../support/fields.ts';
import type { AttachedGrant } from './attachedGrants.ts';
import type { Application } from './schemas.ts';
import { remarkOf } from './tokenRows.ts';

export function applicationItem(application: Application, open: boolean, localize: Localize): Item {
  const { scopes } = application;
  return {
    id: application.id,
    kind: 'application',
    name: application.name || application.id,
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
    ],
    children: open ? { kind: 'list', open } : { kind: 'list' },
    actions: [],
    identifier: application.id,
  };
}

/** An attached grant without its token. Only a renewal tells when it expires; before one nothing is known. */
export function orphanedGrantItem(grant: AttachedGrant, localize: Localize): Item {
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

function yesOrNo(value: boolean | null | undefined, localize: Localize): string | undefined {
  if (typeof value !== 'boolean') {
    return undefined;
  }
  return value ? localize('yes') : localize('no');
}
