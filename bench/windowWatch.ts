// What a page is told to note, so that a benchmark can ask it afterwards.

declare global {
  interface Window {
    /** When a row whose text has this in it was first seen, in epoch milliseconds. */
    seen?: (text: string, since?: number) => { readonly at: number; readonly text: string } | undefined;
    /** The longest task since the last call, in milliseconds; 0 when none was longer than 50. */
    longestTask?: () => number;
  }
}

/** Runs in the page. */
export function watch(): void {
  const rows = new Map<string, number>();
  const note = (node: Node): void => {
    const row = node instanceof Element ? node : node.parentElement;
    for (const found of [
      row?.closest('.monaco-list-row'),
      ...(row?.querySelectorAll('.monaco-list-row') ?? []),
    ]) {
      const text = found?.textContent;
      if (text && !rows.has(text)) {
        rows.set(text, Date.now());
      }
    }
  };
  new MutationObserver((mutations) => {
    for (const { target, addedNodes } of mutations) {
      note(target);
      for (const node of addedNodes) {
        note(node);
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
  window.seen = (text, since = 0) => {
    for (const [row, at] of rows) {
      if (row.includes(text) && at >= since) {
        return { at, text: row };
      }
    }
    return undefined;
  };
  let longest = 0;
  new PerformanceObserver((list) => {
    longest = Math.max(longest, ...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });
  window.longestTask = () => {
    const told = longest;
    longest = 0;
    return told;
  };
}
