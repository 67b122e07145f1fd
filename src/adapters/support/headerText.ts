/** Whether a text can stand in an HTTP header as one word; a credential that cannot was pasted wrongly. */
export function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
