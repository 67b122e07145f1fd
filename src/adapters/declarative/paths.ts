import { isRecord } from '../../core/json.ts';

/** The value at a place such as `data.items`; `undefined` when the way there ends. No place means the whole. */
export function valueAt(value: unknown, place: string | undefined): unknown {
  if (place === undefined) {
    return value;
  }
  return place.split('.').reduce<unknown>((inner, name) => {
    return isRecord(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined;
  }, value);
}

/** An identifier or name as text; services give numbers, too. */
export function textAt(value: unknown, place: string | undefined): string | undefined {
  const found = place === undefined ? undefined : valueAt(value, place);
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

const plainDate = /^\d{4}-\d\d-\d\d$/;
const earliestMilliseconds = 1e11;

/**
 * Epoch milliseconds of an ISO 8601 moment, a plain date (its first moment in UTC), or Unix seconds or
 * milliseconds; `undefined` for anything else.
 */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === 'number') {
    const at = value < earliestMilliseconds ? value * 1000 : value;
    return Number.isFinite(at) && Math.abs(at) <= 8.64e15 ? at : undefined;
  }
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) {
    return undefined;
  }
  const at = Date.parse(plainDate.test(value) || /(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(at) ? undefined : at;
}
