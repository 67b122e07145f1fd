import type { View } from './view.ts';

/** What the host tells a page: what it shows from now on. */
export interface ShowMessage {
  readonly kind: 'show';
  readonly content: readonly View[];
}

/** What a page tells the host. */
export type PageMessage =
  /** It has been loaded and shows what it was made with. */
  | { readonly kind: 'ready' }
  /** A button was pressed. The host runs only what it has offered on that page. */
  | { readonly kind: 'act'; readonly act: string; readonly row: string };

/** Longer than any key of a row that a service could sensibly make. */
const longest = 20_000;

/** Exactly a message of ours, or nothing. */
export function parsedMessage(value: unknown): PageMessage | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return undefined;
  }
  const size = Object.keys(value).length;
  if ('kind' in value && value.kind === 'ready' && size === 1) {
    return { kind: 'ready' };
  }
  if ('kind' in value && value.kind === 'act' && 'act' in value && 'row' in value && size === 3) {
    const { act, row } = value;
    return isShort(act) && isShort(row) ? { kind: 'act', act, row } : undefined;
  }
  return undefined;
}

function isShort(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longest;
}

/** Names a button's act together with its row; an act and a row are never told apart wrongly. */
export function offerOf(act: string, row: string): string {
  return JSON.stringify([act, row]);
}

/** Everything that can be pressed on a page. */
export function offersIn(content: readonly View[]): Set<string> {
  const offers = new Set<string>();
  const walk = (view: View): void => {
    if (typeof view === 'string') {
      return;
    }
    const { 'data-act': act, 'data-row': row } = view.attributes;
    if (act !== undefined && row !== undefined) {
      offers.add(offerOf(act, row));
    }
    view.children.forEach(walk);
  };
  content.forEach(walk);
  return offers;
}
