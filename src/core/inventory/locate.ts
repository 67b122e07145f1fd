import type { Branch, ConnectionNode, Node } from './tree.ts';

/** What became of a row that is known by its key only. */
export type Located =
  | { readonly kind: 'found'; readonly node: Node }
  /** It may be below a row whose own rows have not been read, or not all of them. */
  | { readonly kind: 'unread'; readonly branch: Branch }
  | { readonly kind: 'gone' };

/** Looks a row up by its key without reading anything. */
export function locate(roots: readonly ConnectionNode[], key: string): Located {
  const [connectionId, ...segments] = key.split('/');
  let node: Node | undefined = roots.find(({ connection }) => connection.id === connectionId);
  for (const segment of segments) {
    const branch: Branch | undefined = node?.branch;
    if (!branch) {
      break;
    }
    // Identifiers are compared rather than keys: making the keys of a long list costs more than the search.
    const id = idIn(segment);
    node = branch.nodes.find(({ item }) => item.id === id);
    if (!node && mayHoldMore(branch)) {
      return { kind: 'unread', branch };
    }
  }
  return node ? { kind: 'found', node } : { kind: 'gone' };
}

/** The ids from below one row down to another; `undefined` where the other is not below it. */
export function idsBelow(above: string, key: string): readonly string[] | undefined {
  return key.startsWith(`${above}/`)
    ? key
        .slice(above.length + 1)
        .split('/')
        .map(idIn)
    : undefined;
}

function mayHoldMore(branch: Branch): boolean {
  const { owner } = branch;
  const isLeaf = owner.kind === 'item' && owner.item.children.kind === 'none';
  return !isLeaf && (!branch.isLoaded || branch.error !== undefined || branch.hasMore);
}

/** Whether the row is still in the list that it was read in, and so are those above it. */
export function isListed(roots: readonly ConnectionNode[], node: Node): boolean {
  return node.kind === 'connection'
    ? roots.includes(node)
    : node.parent.nodes.includes(node) && isListed(roots, node.parent.owner);
}

/** The identifier in a part of a row's key; only lone surrogates are written as `%u` and four digits. */
function idIn(segment: string): string {
  return segment
    .split(/(%u[\da-f]{4})/)
    .map((part) =>
      part.startsWith('%u') ? String.fromCharCode(Number.parseInt(part.slice(2), 16)) : decoded(part),
    )
    .join('');
}

/** A key that comes from outside may hold anything. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
