import type { Workbench } from './workbench.ts';

/** Looks after the tests of a suite, which share their windows, so that one that fails does not spoil the others. */
export interface Story {
  /** Takes back what a test has set up for itself: when called, or else after the test, however it ends. */
  undoing(undo: () => void): () => void;
}

/**
 * To be called in a suite. After a test that has failed there is a picture of each window, and its open texts in the
 * log, and whatever was left open is closed.
 * @param name of the pictures
 * @param windows those that are open by now; none when starting them failed
 */
export function story(name: string, windows: () => readonly (Workbench | undefined)[]): Story {
  const left = new Set<() => void>();

  afterEach(async function () {
    for (const undo of left) {
      undo();
    }
    left.clear();
    if (!this.currentTest?.isFailed()) {
      return;
    }
    const title = this.currentTest.title.replace(/\W+/g, '-');
    for (const [index, window] of windows().entries()) {
      // A hook that fails ends the suite; what cannot be closed shows in the next test.
      await window
        ?.picture(`failed-${name}-${title}${index === 0 ? '' : `-${index + 1}`}`)
        .catch(console.error);
      await window?.seen().then((seen) => console.error(`Window ${index + 1}\n${seen}`), console.error);
      await window?.recover().catch(console.error);
    }
  });

  return {
    undoing: (undo) => {
      left.add(undo);
      return () => {
        if (left.delete(undo)) {
          undo();
        }
      };
    },
  };
}
