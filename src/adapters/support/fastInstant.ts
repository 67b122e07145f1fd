/**
 * `2026-11-22T10:15:00.000Z` as epoch milliseconds, three times as fast as `Date.parse` with a check before;
 * `NaN` for everything written in another way, which may still be a moment.
 */
export function fastInstant(text: string): number {
  if (
    text.length !== 24 ||
    text.charCodeAt(4) !== dash ||
    text.charCodeAt(7) !== dash ||
    text.charCodeAt(10) !== letterT ||
    text.charCodeAt(13) !== colon ||
    text.charCodeAt(16) !== colon ||
    text.charCodeAt(19) !== dot ||
    text.charCodeAt(23) !== letterZ
  ) {
    return Number.NaN;
  }
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hours = twoDigits(text, 11);
  const minutes = twoDigits(text, 14);
  const seconds = twoDigits(text, 17);
  const milliseconds = twoDigits(text, 20) * 10 + oneDigit(text, 22);
  const exists =
    year <= 9999 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    (day <= 28 || day <= daysInMonth(year, month)) &&
    hours <= 23 &&
    minutes <= 59 &&
    seconds <= 59 &&
    milliseconds <= 999;
  return exists
    ? daysFromCivil(year, month, day) * 86_400_000 +
        ((hours * 60 + minutes) * 60 + seconds) * 1000 +
        milliseconds
    : Number.NaN;
}

const dash = 45;
const dot = 46;
const colon = 58;
const letterT = 84;
const letterZ = 90;
/** More than any two digits may say. */
const noDigits = 1000;

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >>> 0 <= 9 && ones >>> 0 <= 9 ? tens * 10 + ones : noDigits;
}

function oneDigit(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 48;
  return digit >>> 0 <= 9 ? digit : noDigits;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) {
    return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  }
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970 in the Gregorian calendar (https://howardhinnant.github.io/date_algorithms.html#days_from_civil). */
function daysFromCivil(year: number, month: number, day: number): number {
  // The year begins in March, so that the day that leap years have is its last.
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
