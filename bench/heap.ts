/**
 * Bytes of the heap and of array buffers, without what was let go of. A plain collection leaves some of that: up to
 * 5 MB after 100,000 tokens, in some processes and not in others. Needs `--expose-gc`.
 */
export function heapUsed(): number {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { heapUsed: heap, arrayBuffers } = process.memoryUsage();
  return heap + arrayBuffers;
}

/** The same once what was put off is done, and what had waited for that is gone as well. */
export async function heapSettled(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    heapUsed();
  }
  return heapUsed();
}
