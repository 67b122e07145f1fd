const portion = 500;

/** Does something with each, in portions, so that a hundred thousand do not hold up anything else. */
export async function forEachYielding<T>(values: Iterable<T>, work: (value: T) => void): Promise<void> {
  let done = 0;
  for (const value of values) {
    if (done++ === portion) {
      done = 1;
      await new Promise(setImmediate);
    }
    work(value);
  }
}
