import type { Item, ItemKind } from '../../core/model/item.ts';
import type { RowState } from '../../core/model/state.ts';
import { minute } from '../../core/model/time.ts';
import { rounded } from '../../core/time/units.ts';
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
      return localize('expiring soon');
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

/** When it ends, or nothing where there is nothing to say. */
export function lifetimeWords(item: Pick<Item, 'lifetime'>, wording: Wording): string | undefined {
  switch (item.lifetime.kind) {
    case 'expires':
      return expiryWords(item.lifetime.at, wording);
    case 'never':
      return wording.localize('never expires');
    case 'unknown':
      return wording.localize('expiry unknown');
    case 'none':
      return undefined;
  }
}

/** "expires in 3 days", "expired 2 hours ago". */
export function expiryWords(at: number, wording: Wording): string {
  const { now, localize } = wording;
  const left = timeLeft(at, wording);
  return at > now() ? localize('expires {0}', left) : localize('expired {0}', left);
}

/**
 * State and end of a row as one list of words: nothing twice, and no future end of what is dead already.
 * @param item as it is at the service
 * @param wording with the time at the service
 */
export function standingWords(
  state: RowState,
  item: Pick<Item, 'kind' | 'lifetime'>,
  wording: Wording,
): string[] {
  const word = stateWord(state, item, wording);
  const lifetime = lifetimeWords(item, wording);
  const isOver = state === 'inactive' || state === 'revoked';
  const words = [
    state === 'expired' && item.lifetime.kind === 'expires' ? undefined : word,
    isOver ? undefined : lifetime,
  ];
  return words.filter((each) => each !== undefined);
}

/** The same where an icon shows the state: the end comes first, and of an active row it says enough. */
export function briefStandingWords(
  state: RowState,
  item: Pick<Item, 'kind' | 'lifetime'>,
  wording: Wording,
): string[] {
  const isAlive = state === 'active' || state === 'expiring';
  const { kind } = item.lifetime;
  if (isAlive && (kind === 'expires' || kind === 'never')) {
    return standingWords(state, item, wording).slice(-1);
  }
  return isAlive ? standingWords(state, item, wording).slice(0, 1) : standingWords(state, item, wording);
}

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

/** As short as it can be said, for the status bar: "2d". */
export function shortTimeLeft(at: number, { now, locale }: Wording): string {
  const { unit, amount } = rounded(Math.max(at - now(), minute));
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(amount);
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
      return localize('permission');
    case 'note':
      return localize('note');
  }
}
