import { quotedName } from '../../core/model/displayText.ts';

/** Two spellings of one name that look the same are the same, also where quotation marks were shown as apostrophes. */
export function isTypedRight(text: string, wanted: string): boolean {
  return quotedName(text).normalize('NFC') === quotedName(wanted).normalize('NFC');
}
