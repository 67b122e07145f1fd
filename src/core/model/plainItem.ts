import type { Item } from './item.ts';

/** A copy with everything in members of its own: for JSON, and for comparing. What is not there is left out. */
export function plainItem(item: Item): Item {
  const { createdAt, lastUsedAt, owner, issuer, breadth, isOwnCredential, remark, identifier, status } = item;
  const { children } = item;
  return {
    id: item.id,
    kind: item.kind,
    name: item.name,
    ...(status !== undefined && { status }),
    lifetime: item.lifetime,
    ...(createdAt !== undefined && { createdAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(owner !== undefined && { owner }),
    ...(issuer !== undefined && { issuer }),
    ...(breadth !== undefined && { breadth }),
    ...(isOwnCredential !== undefined && { isOwnCredential }),
    ...(remark !== undefined && { remark }),
    fields: item.fields,
    children: children.kind === 'inline' ? { ...children, items: children.items.map(plainItem) } : children,
    actions: item.actions,
    ...(identifier !== undefined && { identifier }),
  };
}
