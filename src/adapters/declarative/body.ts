import type { HttpBody } from '../../core/http/client.ts';
import { type CallTemplate, filled, filledTexts, type Values } from './values.ts';

/**
 * What a call sends.
 * @param more members of JSON, or fields of a form, beside what the template says
 */
export function bodyOf(
  { body, form }: CallTemplate,
  values: Values,
  more: Readonly<Record<string, unknown>> = {},
): (HttpBody & { readonly content: string }) | undefined {
  if (form) {
    const texts = { ...filledTexts(form, values), ...more };
    const content = new URLSearchParams(
      Object.entries(texts).map(([name, value]) => [name, String(value)]),
    ).toString();
    return { type: 'application/x-www-form-urlencoded', content };
  }
  const members = filled(body, values);
  const whole = Object.keys(more).length === 0 ? members : { ...Object(members ?? {}), ...more };
  return whole === undefined ? undefined : { type: 'application/json', content: JSON.stringify(whole) };
}
