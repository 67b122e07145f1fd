/** In milliseconds, as every length of time is. */
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** What a `Date` can hold, in epoch milliseconds: https://tc39.es/ecma262/#sec-time-values-and-time-range */
export const lastInstant = 8.64e15;
