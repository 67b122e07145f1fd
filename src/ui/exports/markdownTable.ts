/** One row of a table of GitHub's Markdown; everything in it is text, and stays in its cell. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |\n`;
}

/** The row of headings and the line under it. */
export function tableHead(headings: readonly string[]): string {
  return `${tableRow(headings)}|${' --- |'.repeat(headings.length)}\n`;
}

/** In a cell no block can begin, so that only what is markup or a link within a line is escaped. */
function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_[\]<>|~&!@$]/g, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/\b(www|mailto|xmpp)([.:])/gi, '$1\\$2');
}
