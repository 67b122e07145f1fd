/**
 * One record by RFC 4180, its line break included. What a spreadsheet would take for a formula is preceded by an
 * apostrophe: at the start of a cell, also when blanks stand before it, and inside one after a semicolon, a tab or a
 * line break, where a spreadsheet whose list separator is the semicolon, or a paste, begins another cell:
 * https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvRecord(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Without it spreadsheets read UTF-8 as the encoding of the computer's language. */
export const byteOrderMark = '\uFEFF';

/** Looks back from the few characters that matter: forth from each separator would take the square of a long run. */
const formulaInside = /(?=[=+\-@＝＋－＠])(?<=[;\t\r\n][\s"']*)/g;

function csvCell(text: string): string {
  const start = /^[\t\r\n]|^\s*[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text;
  const harmless = start.replace(formulaInside, "'");
  return /[",\r\n]/.test(harmless) || harmless !== harmless.trim()
    ? `"${harmless.replaceAll('"', '""')}"`
    : harmless;
}
