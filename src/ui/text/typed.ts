/** Two spellings of one name that look the same are the same. */
export function isTypedRight(text: string, wanted: string): boolean {
  return text.trim().normalize('NFC') === wanted.normalize('NFC');
}
