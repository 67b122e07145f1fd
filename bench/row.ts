import type { Summary } from './statistics.ts';

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  /** `undefined` where there is no goal, only something to know. */
  readonly isMet: boolean | undefined;
}

export interface Part {
  /** What `npm run bench -- NAME` calls it. */
  readonly name: string;
  run(): Promise<readonly Row[]>;
}

/** A line about something that may be at most so much. */
export function atMost(what: string, limit: number, measured: Summary, unit: Unit, against = ''): Row {
  return {
    what,
    goal: `at most ${withUnit(limit, unit)}${against && ` of ${against}`}`,
    measured: spread(measured, unit),
    isMet: measured.median <= limit,
  };
}

/** A line without a goal. */
export function known(what: string, measured: Summary, unit: Unit): Row {
  return { what, goal: '', measured: spread(measured, unit), isMet: undefined };
}

export type Unit = 'times' | 'ms' | 's' | 'kB' | 'bytes' | 'number';

export function spread({ median, p25, p75 }: Summary, unit: Unit): string {
  return p25 === median && p75 === median
    ? withUnit(median, unit)
    : `${withUnit(median, unit)} (${plain(p25, unit)}–${plain(p75, unit)})`;
}

export function exactly(value: number): Summary {
  return { median: value, p25: value, p75: value };
}

function withUnit(value: number, unit: Unit): string {
  switch (unit) {
    case 'times':
      return `${plain(value, unit)} ×`;
    case 'number':
      return plain(value, unit);
    default:
      return `${plain(value, unit)} ${unit}`;
  }
}

function plain(value: number, unit: Unit): string {
  switch (unit) {
    case 'times':
      return value.toFixed(2);
    case 'number':
      return String(Math.round(value * 1000) / 1000);
    case 'bytes':
      return value.toFixed(0);
    default:
      return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
  }
}
