import { isRecord, numberText } from '../../core/json.ts';
import { TokenManagerError } from '../../core/model/errors.ts';

/** The value at a place such as `data.items`; `undefined` when the way there ends. No place means the whole. */
export function valueAt(value: unknown, place: string | undefined): unknown {
  if (place === undefined) {
    return value;
  }
  return place.split('.').reduce<unknown>((inner, name) => {
    return isRecord(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined;
  }, value);
}

/**
 * An identifier or name as text. Services give numbers, too: those as the service writes them, because two
 * identifiers beyond 2^53 can be one number. `undefined` for a number whose digits are not known.
 */
export function textAt(value: unknown, place: string | undefined): string | undefined {
  if (place === undefined) {
    return undefined;
  }
  const names = place.split('.');
  const name = names.pop() ?? '';
  const holder = names.length === 0 ? value : valueAt(value, names.join('.'));
  if (!isRecord(holder) || !Object.hasOwn(holder, name)) {
    return undefined;
  }
  const found = holder[name];
  return typeof found === 'string' ? found : numberText(holder, name);
}

/** The same where there has to be one. @throws `protocol` */
export function needed(value: unknown, place: string): string {
  const text = textAt(value, place);
  if (text === undefined || text === '') {
    throw new TokenManagerError('protocol', place, { code: 'unexpected-shape' });
  }
  return text;
}
