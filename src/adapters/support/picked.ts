import { TokenManagerError } from '../../core/model/errors.ts';

export interface Chosen<T> {
  readonly rows: readonly T[];
  readonly problems: readonly Error[];
}

/**
 * The rows the user picked when connecting; no pick means all of them. One that the service no longer has
 * becomes a problem beside the others, in the words of `gone`.
 */
export function chosen<T extends { readonly id: string }>(
  all: readonly T[],
  picked: readonly string[],
  gone: (id: string) => string,
): Chosen<T> {
  if (picked.length === 0) {
    return { rows: all, problems: [] };
  }
  const found = new Set(all.map((row) => row.id));
  return {
    rows: all.filter((row) => picked.includes(row.id)),
    problems: picked.filter((id) => !found.has(id)).map((id) => new TokenManagerError('notFound', gone(id))),
  };
}
