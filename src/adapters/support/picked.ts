import { TokenManagerError } from '../../core/model/errors.ts';

export interface Picked<T> {
  readonly rows: readonly T[];
  readonly problems: readonly Error[];
}

/**
 * The rows the user picked when connecting; no pick means all of them. One that the service no longer has
 * becomes a problem beside the others, in the words of `gone`.
 */
export function picked<T extends { readonly id: string }>(
  all: readonly T[],
  choice: readonly string[],
  gone: (id: string) => string,
): Picked<T> {
  if (choice.length === 0) {
    return { rows: all, problems: [] };
  }
  const found = new Set(all.map((row) => row.id));
  const chosen = new Set(choice);
  return {
    rows: all.filter((row) => chosen.has(row.id)),
    problems: choice.filter((id) => !found.has(id)).map((id) => new TokenManagerError('notFound', gone(id))),
  };
}
