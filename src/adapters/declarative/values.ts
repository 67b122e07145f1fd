import { isRecord } from '../../core/json.ts';
import { TokenManagerError } from '../../core/model/errors.ts';

/** What `{name}` stands for: what the form asked, the account's identifier, the row's. */
export type Values = Readonly<Record<string, string>>;

/** A call as a description writes it. */
export interface CallTemplate {
  readonly route: string;
  readonly query?: Values | undefined;
  readonly body?: unknown;
  readonly form?: Values | undefined;
}

const whole = /^\{(\w+)\}$/;

/**
 * JSON in which each text that is a whole `{name}` has become its value: what is in the value cannot become part of
 * anything else. @throws `configuration` for a value that is not there
 */
export function filled(template: unknown, values: Values): unknown {
  if (typeof template === 'string') {
    const [, name] = whole.exec(template) ?? [];
    return name === undefined ? template : valueFor(name, values);
  }
  if (Array.isArray(template)) {
    return template.map((inner) => filled(inner, values));
  }
  return isRecord(template) ? filledMembers(template, (inner) => filled(inner, values)) : template;
}

/** The same for texts by name. */
export function filledTexts(templates: Values | undefined, values: Values): Values {
  return filledMembers(templates ?? {}, (text) => {
    const [, name] = whole.exec(text) ?? [];
    return name === undefined ? text : valueFor(name, values);
  });
}

/** The values that a route names. */
export function paramsOf(route: string, values: Values): Values {
  const names = [...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return Object.fromEntries(names.map((name) => [name, valueFor(name, values)]));
}

/** The names that a call needs values for; an empty one stands for braces that are no name. */
export function namesIn({ route, query, body, form }: CallTemplate): string[] {
  const inRoute = [...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const stray = /[{}]/.test(route.replace(/\{\w+\}/g, '')) ? [''] : [];
  return [...inRoute, ...stray, ...namesInside([query, body, form])];
}

function namesInside(template: unknown): string[] {
  if (typeof template === 'string') {
    const [, name] = whole.exec(template) ?? [];
    return name === undefined ? [] : [name];
  }
  const inner = Array.isArray(template) ? template : isRecord(template) ? Object.values(template) : [];
  return inner.flatMap(namesInside);
}

function filledMembers<From, To>(
  members: Readonly<Record<string, From>>,
  fill: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, fill(value)]));
}

function valueFor(name: string, values: Values): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined || value === '') {
    throw new TokenManagerError('configuration', name, { code: 'unusable-settings' });
  }
  return value;
}
