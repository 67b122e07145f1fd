/**
 * Text that somebody else wrote, made fit to stand in one row: control characters, line breaks, lone
 * surrogates, and everything that hides or reorders text (zero-width, bidirectional overrides and isolates)
 * are taken out; what is too long is cut. It stays text: whoever shows it must not read it as Markdown.
 */
export function displayText(text: string, maxLength = 300): string {
  if (text.length <= maxLength && plain.test(text)) {
    return text; // As nearly all of it is, and there may be 100,000 rows of it.
  }
  const clean = text
    .slice(0, maxLength * 4)
    .toWellFormed()
    .replace(hiding, '')
    .replace(/[[\p{Cc}\p{Co}]--\s]/gv, '')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...clean];
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : clean;
}

/** Printable ASCII with no space but a single one between words. */
const plain = /^(?:[!-~]+(?: [!-~]+)*)?$/;

/** Joiners (U+200C, U+200D) stay: scripts and emoji need them. */
const hiding =
  /[\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
