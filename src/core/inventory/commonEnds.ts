interface Identified {
  readonly id: string;
}

/**
 * How many rows at the start, and how many at the end, are the same ones: nearly always a list is read again with the
 * same rows in the same order, or all but a few of them.
 */
export function commonEnds(
  before: readonly Identified[],
  now: readonly Identified[],
): { readonly start: number; readonly kept: number } {
  const most = Math.min(before.length, now.length);
  let start = 0;
  while (start < most && before[start]?.id === now[start]?.id) {
    start++;
  }
  let kept = 0;
  while (kept < most - start && before.at(-1 - kept)?.id === now.at(-1 - kept)?.id) {
    kept++;
  }
  return { start, kept };
}
