/** What a server may ask for at most; beyond that it is a mistake, or no moment that a date can hold. */
const longestWaitMs = 24 * 60 * 60_000;
/** More seconds than this are no wait but a moment, as some servers write it against the RFC. */
const firstMoment = 1_000_000_000;

/**
 * RFC 9110 section 10.2.3: a number of seconds or an HTTP date; fractions, which some write, are rounded up. What
 * is neither, or over, is no wait. A wait longer than a day counts as a day.
 * @param serverDate the answer's `Date` header; a date is meant by that clock, which may not be ours
 */
export function retryAfter(header: string | undefined, now: number, serverDate?: string): number | undefined {
  const text = header?.trim() ?? '';
  const left = /^\d{1,400}(?:\.\d{1,400})?$/.test(text)
    ? secondsLeft(Number(text), now)
    : dateLeft(text, now, serverDate);
  return left !== undefined && left > 0 ? now + Math.min(left, longestWaitMs) : undefined;
}

function secondsLeft(seconds: number, now: number): number {
  return seconds < firstMoment ? Math.ceil(seconds) * 1000 : seconds * 1000 - now;
}

function dateLeft(text: string, now: number, serverDate: string | undefined): number | undefined {
  const at = anyHttpDate(text);
  return at === undefined ? undefined : at - (anyHttpDate(serverDate ?? '') ?? now);
}

/** Also in the two old forms, which must still be understood (RFC 9110 section 5.6.7). */
function anyHttpDate(text: string): number | undefined {
  const isOld = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/.test(text);
  if (!isOld && !/^[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/.test(text)) {
    return undefined;
  }
  const at = Date.parse(isOld ? `${text} GMT` : text);
  return Number.isNaN(at) ? undefined : at;
}
