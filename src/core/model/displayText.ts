/**
 * Text that another program or person wrote, made fit to stand in one row: control characters, line breaks, lone
 * surrogates, and everything that hides, reorders or shows nothing are taken out; what is too long is cut. It
 * stays text: what shows it must not read it as Markdown.
 */
export function displayText(text: string, maxLength = 300): string {
  if (text.length <= maxLength && plain.test(text)) {
    return text; // As nearly all of it is, and there may be 100,000 rows of it.
  }
  const clean = text
    .slice(0, Math.max(maxLength * 8, 4000))
    .toWellFormed()
    .replace(invisible, (found, at: number, whole: string) => (isJoiner(found, at, whole) ? found : ''))
    .replace(/[\s\u2800]+/g, ' ')
    .replace(tower, '$1')
    .trim();
  const characters = [...clean];
  return characters.length > maxLength
    ? `${characters
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd()}…`
    : clean;
}

/** As it is seen: what {@link displayText} takes out because it shows nothing hides no word between its letters. */
export function withoutInvisible(text: string): string {
  return printable.test(text) ? text : text.replace(invisible, '');
}

/**
 * A name that our own sentences put in quotation marks, fit to be shown: no mark in it ends ours, and lets it go on as
 * if we had said the rest. Apostrophes stay.
 */
export function quotedName(text: string, maxLength?: number): string {
  return displayText(text, maxLength).replace(quotationMark, "'");
}

/**
 * In whatever language our sentence is, and what looks the same: double primes, modifier letters, a ditto mark. Single
 * angles end no quotation of ours, and stand between the parts of a row’s place.
 */
const quotationMark = /[[\p{Quotation_Mark}\u02BA\u02EE\u2033\u2036\u3003]--['‘’‹›]]/gv;

/** Nearly every name is of these letters, none of which is invisible, and to look at each of them takes longer. */
const printable = /^[ -~\u00A1-\u00AC\u00AE-\u034E\u0370-\u05FF\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7A3]*$/;

/** Printable ASCII with no space but a single one between words. */
const plain = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/**
 * What is nothing to look at (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point: zero-width,
 * bidirectional and tag characters, fillers, variation selectors), annotations, controls and private characters.
 * Spaces of all kinds are left to be joined.
 */
const invisible =
  /[[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Co}\p{Noncharacter_Code_Point}\uFFF9-\uFFFB]--[\s--\uFEFF]]/gv;

/** More marks on one letter than any script needs cover the rows above. */
const tower = /(\p{M}{6})\p{M}+/gu;

/** Letters of the scripts that some words are not written right in without a joiner between them. */
const joined =
  /[[\p{L}\p{M}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]]/v;
const pictureBefore = /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)$/u;
const pictureAfter = /^\p{Extended_Pictographic}/u;

/** Whether it joins two letters or two pictures, or makes a picture of what is before it (U+FE0F). */
function isJoiner(found: string, at: number, whole: string): boolean {
  if (found !== '\u200C' && found !== '\u200D' && found !== '\uFE0F') {
    return false;
  }
  const before = String.fromCodePoint(codePointBefore(whole, at));
  const after = String.fromCodePoint(whole.codePointAt(at + 1) ?? 0);
  if (found === '\uFE0F') {
    return /^[\p{Extended_Pictographic}\p{Emoji}]/u.test(before);
  }
  if (found === '\u200D' && pictureBefore.test(before) && pictureAfter.test(after)) {
    return true;
  }
  return joined.test(before) && joined.test(after);
}

function codePointBefore(text: string, at: number): number {
  const last = text.charCodeAt(at - 1);
  const isTrail = last >= 0xdc00 && last <= 0xdfff;
  return (isTrail ? text.codePointAt(at - 2) : text.codePointAt(at - 1)) ?? 0;
}
