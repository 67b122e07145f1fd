import type { RowState } from '../../../core/model/state.ts';
import type { CountedState } from '../../../core/status/overview.ts';
import { type ElementView, h } from '../view.ts';

/** Outlines on a field of 16 by 16; each state has a shape of its own, so that colour is never the only sign. */
const outlines: Record<CountedState, string> = {
  active: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M5 8.2l2.2 2.2L11 6',
  expiring: 'M8 2L14.5 13.5H1.5ZM8 6.5v3.2M8 11.3v.7',
  expired: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M3.5 3.5l9 9',
  inactive: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13',
  revoked: 'M2.5 2.5h11v11h-11ZM5.5 5.5l5 5M10.5 5.5l-5 5',
  waiting: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M8 4.2V8l2.6 1.8',
  unknown: 'M8 1.5L14.5 8L8 14.5L1.5 8ZM6.6 6.7c0-1.9 2.8-1.9 2.8 0c0 1.1-1.4 1.1-1.4 2.1M8 10.6v.5',
};

/** The sign of a state, for those who see; the word always stands beside it. */
export function stateShape(state: RowState): ElementView | undefined {
  return state === 'none'
    ? undefined
    : h(
        'svg',
        { class: `shape ${state}`, viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
        h('path', { d: outlines[state] }),
      );
}
