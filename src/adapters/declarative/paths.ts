import { isRecord, numberText } from '../../core/json.ts';
import { TokenManagerError } from '../../core/model/errors.ts';

/**
 * The value at a place such as `data.items`; `undefined` when the way there ends. No place means the whole. From a
 * `name[]` on it is the list of what is found below each element, from a `name{}` on that of an object's names.
 */
export function valueAt(value: unknown, place: string | undefined): unknown {
  if (place === undefined) {
    return value;
  }
  // Nearly every place is a plain name, and there may be 100,000 rows with ten each.
  return /[.[{]/.test(place) ? follow(value, place.split('.')) : memberOf(value, place);
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function follow(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) {
    return value;
  }
  const [, name = '', many] = /^(.*?)(\[\]|\{\})?$/.exec(step) ?? [];
  const inner = memberOf(value, name);
  if (many === undefined) {
    return follow(inner, rest);
  }
  const list = many === '[]' ? inner : isRecord(inner) ? Object.keys(inner) : undefined;
  return Array.isArray(list) ? list.flatMap((element: unknown) => foundBelow(element, rest)) : undefined;
}

function foundBelow(element: unknown, rest: readonly string[]): unknown[] {
  const found = follow(element, rest);
  return found === undefined ? [] : [found].flat();
}

/** Everything at a place that may be in lists; a single value is a list of one. */
export function valuesAt(value: unknown, place: string | undefined): readonly unknown[] {
  const found = place === undefined ? undefined : valueAt(value, place);
  return found === undefined || found === null ? [] : [found].flat();
}

/**
 * An identifier or name as text. Services give numbers, too: those as the service writes them, because two
 * identifiers beyond 2^53 can be one number. `undefined` for a number whose digits are not known.
 */
export function textAt(value: unknown, place: string | undefined): string | undefined {
  if (place === undefined) {
    return undefined;
  }
  const dot = place.lastIndexOf('.');
  const name = place.slice(dot + 1);
  const holder = dot < 0 ? value : valueAt(value, place.slice(0, dot));
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
