/**
 * One record by RFC 4180, its line break included. A cell that a spreadsheet would take for a formula is
 * preceded by an apostrophe, also when blanks stand before it:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Without it spreadsheets read UTF-8 as the encoding of the computer's language. */
export const byteOrderMark = '\uFEFF';

function csvCell(text: string): string {
  const harmless = /^[\t\r\n]|^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) || harmless !== harmless.trim()
    ? `"${harmless.replaceAll('"', '""')}"`
    : harmless;
}
