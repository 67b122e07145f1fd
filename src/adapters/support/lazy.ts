/**
 * Made when first asked for, and the same from then on. For schemas: making one takes far longer than reading an
 * answer by it, and whoever loads all adapters uses few of them.
 */
export function madeOnce<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
