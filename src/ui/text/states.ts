import type { Item, ItemKind } from '../../core/model/item.ts';
import type { RowState } from '../../core/model/state.ts';
import type { Wording } from './context.ts';

/** The state as a word, or nothing for rows without one. */
export function stateWord(
  state: RowState,
  item: Pick<Item, 'kind'>,
  { localize }: Wording,
): string | undefined {
  switch (state) {
    case 'active':
      return item.kind === 'identity'
        ? localize('linked')
        : item.kind === 'provider'
          ? localize('connected')
          : localize('active');
    case 'expiring':
      return localize('expiring');
    case 'expired':
      return localize('expired');
    case 'inactive':
      return localize('inactive');
    case 'revoked':
      return localize('revoked');
    case 'waiting':
      return localize('waiting for approval');
    case 'unknown':
      return localize('state unknown');
    case 'none':
      return undefined;
  }
}

/** How long it still lives, or nothing where there is nothing to say. */
export function lifetimeWords(item: Item, wording: Wording): string | undefined {
  switch (item.lifetime.kind) {
    case 'expires':
      return timeLeft(item.lifetime.at, wording);
    case 'never':
      return wording.localize('never expires');
    case 'unknown':
      return wording.localize('expiry unknown');
    case 'none':
      return undefined;
  }
}

const minute = 60_000;

/**
 * How long it is until then, or since. Below a minute that is all it says: a row that is drawn anew every
 * second closes its own menu, and a screen reader would not stop reading it.
 */
export function timeLeft(at: number, { now, localize, relativeTime }: Wording): string {
  const left = at - now();
  if (Math.abs(left) >= minute) {
    return relativeTime(at, now());
  }
  return left > 0 ? localize('in less than a minute') : localize('less than a minute ago');
}

export function kindWord(kind: ItemKind, { localize }: Wording): string {
  switch (kind) {
    case 'section':
      return localize('group');
    case 'organization':
      return localize('organization');
    case 'application':
      return localize('application');
    case 'user':
      return localize('user');
    case 'provider':
      return localize('provider');
    case 'identity':
      return localize('identity link');
    case 'token':
      return localize('token');
    case 'access':
      return localize('access');
    case 'note':
      return localize('note');
  }
}
