import type { Item } from '../model/item.ts';

/** The kinds and names that more than one of the rows has. */
export function sharedNames(nodes: readonly { readonly item: Item }[]): ReadonlySet<string> {
  const once = new Set<string>();
  const twice = new Set<string>();
  for (const { item } of nodes) {
    const name = kindAndName(item);
    (once.has(name) ? twice : once).add(name);
  }
  return twice;
}

export function kindAndName({ kind, name }: Item): string {
  return `${kind} ${name}`;
}
