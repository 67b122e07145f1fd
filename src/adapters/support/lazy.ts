/**
 * A value that is made when it is first asked for, and the same from then on. For schemas: making one takes far
 * longer than reading an answer by it, and a window that loads all adapters uses few of them.
 */
export function lazy<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
