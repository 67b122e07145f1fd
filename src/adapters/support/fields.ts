import type { Field } from '../../core/model/item.ts';

/** No field for a value that the service did not give. */
export function text(label: string, value: string | null | undefined): Field[] {
  return value ? [{ label, text: value }] : [];
}

/** @param never what a `null` means, where it means something */
export function moment(label: string, at: number | null | undefined, never?: string): Field[] {
  if (typeof at === 'number') {
    return [{ label, at }];
  }
  return at === null && never !== undefined ? [{ label, text: never }] : [];
}
