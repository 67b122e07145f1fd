import { day } from '../model/time.ts';
/** What has been said and what the user answered, for all windows. */
export interface Memory {
  /** By row and end: the shortest threshold it was warned for, and the end, both in milliseconds. */
  readonly told: Map<string, { readonly threshold: number; readonly end: number }>;
  /** By row and end: until when, in epoch milliseconds by this computer. */
  readonly snoozed: Map<string, number>;
  /** By row, whenever it ends. */
  readonly muted: Set<string>;
}

const mostMuted = 10_000;
/** Far more tokens than one user has; beyond it the oldest are forgotten. */
const mostTold = 100_000;

/** What was remembered; what cannot be understood of it is left out. */
export function parseMemory(value: unknown): Memory {
  const memory: Memory = { told: new Map(), snoozed: new Map(), muted: new Set() };
  if (typeof value !== 'object' || value === null) {
    return memory;
  }
  const { told, snoozed, muted } = { told: undefined, snoozed: undefined, muted: undefined, ...value };
  for (const [name, entry] of entriesOf(told)) {
    const [threshold, end]: readonly unknown[] = Array.isArray(entry) ? entry : [];
    if (typeof threshold === 'number' && typeof end === 'number') {
      memory.told.set(name, { threshold, end });
    }
  }
  for (const [name, until] of entriesOf(snoozed)) {
    if (typeof until === 'number') {
      memory.snoozed.set(name, until);
    }
  }
  for (const name of Array.isArray(muted) ? muted : []) {
    if (typeof name === 'string') {
      memory.muted.add(name);
    }
  }
  return memory;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** What ended long ago needs no memory: it is not warned about any more, whatever the service's clock says. */
export function encodeMemory({ told, snoozed, muted }: Memory, now: number): unknown {
  const alive = [...told].filter(([, { end }]) => end > now - 7 * day).slice(-mostTold);
  return {
    told: Object.fromEntries(alive.map(([name, { threshold, end }]) => [name, [threshold, end]])),
    snoozed: Object.fromEntries([...snoozed].filter(([, until]) => until > now - 7 * day)),
    muted: [...muted].slice(-mostMuted),
  };
}
