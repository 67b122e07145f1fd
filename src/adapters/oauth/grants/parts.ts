import { type Children, noChildren } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import { accessRow } from '../../support/accessRow.ts';
import { isoInstant, momentOrNone } from '../../support/instants.ts';
import { lazy } from '../../support/lazy.ts';
import { nextLinkQuery } from '../../support/linkHeader.ts';
import * as z from '../../support/schema.ts';

/** What the answers of several kinds of servers have in common. */

export const words = lazy(() => z.catch(z.optional(z.array(z.string())), undefined));
export const flag = lazy(() => z.catch(z.boolean(), false));
export const list = lazy(() => z.array(z.unknown()));
export const instant = lazy(() => momentOrNone(isoInstant()));

export function scopeRows(scopes: readonly string[]): Children {
  const items = [...new Set(scopes)].map(accessRow);
  return items.length === 0 ? noChildren : { kind: 'inline', isPassive: true, items };
}

export function bySignatureAlone(localize: Localize): string {
  return localize(
    'An API that checks access tokens by their signature alone may accept them until they expire.',
  );
}

export function ownTokensEnd(localize: Localize): string {
  return localize('This connection signs in as this application: its own tokens end with it.');
}

/** What is sent for the page after this one. */
export function linkedQuery(header: string | undefined): Readonly<Record<string, string>> | undefined {
  const query = nextLinkQuery(header);
  return query === undefined ? undefined : Object.fromEntries(new URLSearchParams(query));
}
