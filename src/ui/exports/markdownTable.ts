import { markdownText } from '../markdownText.ts';

/** One row of a table of GitHub's Markdown; everything in it is text, and stays in its cell. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(cell).join(' | ')} |\n`;
}

/** The row of headings and the line under it. */
export function tableHead(headings: readonly string[]): string {
  return `${tableRow(headings)}|${' --- |'.repeat(headings.length)}\n`;
}

function cell(text: string): string {
  return markdownText(text.replace(/\s+/g, ' ').trim());
}
