import { hour } from '../../core/model/time.ts';
import type { Wording } from './context.ts';

const morning = 8;

export interface SnoozeTime {
  readonly label: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/**
 * For how long a warning can be put off. What would be after the last end is left out, but for the shortest.
 * @param lastEnd epoch milliseconds
 */
export function snoozeTimes(lastEnd: number, { localize, now }: Wording): SnoozeTime[] {
  const [shortest, ...longer] = [
    { label: localize('For 1 hour'), until: now() + hour },
    { label: localize('For 4 hours'), until: now() + 4 * hour },
    { label: localize('Until tomorrow morning'), until: morningAfter(now(), 1) },
    { label: localize('For 3 days'), until: morningAfter(now(), 3) },
    { label: localize('For 1 week'), until: morningAfter(now(), 7) },
  ] as const;
  return [shortest, ...longer.filter(({ until }) => until < lastEnd)];
}

/** By the calendar, because a day on which clocks are changed is not 24 hours long. */
function morningAfter(now: number, days: number): number {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  return date.setHours(morning, 0, 0, 0);
}
