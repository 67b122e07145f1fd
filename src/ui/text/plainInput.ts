import { displayText } from '../../core/model/displayText.ts';
import { labelText } from './escape.ts';

/**
 * VS Code renders the prompt and the validation message of an input box with links, `command:` links included, and
 * `$(icon)` in labels. Any of them may hold the words of a server, a description or another extension.
 */
export function plainText(text: string): string {
  return labelText(displayText(text, mostCharacters));
}

/** More than fits on a screen; the sentences around a server's words are cut before. */
const mostCharacters = 2000;

/** What the user typed, not what is said to them. */
const typed: readonly PropertyKey[] = ['value', 'filterValue'];

/** Members whose objects hold text. */
const holders: readonly PropertyKey[] = ['items', 'validationMessage'];

/** A quick input of which every text that is set is plain text, whichever member it is. */
export function plainInput<T extends object>(input: T): T {
  return new Proxy(input, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, key, value: unknown) => Reflect.set(target, key, plainValue(key, value), target),
  });
}

/** The same for the options that an input is opened with. */
export function plainOptions<T extends object>(options: T): T {
  const copy = { ...options };
  for (const key of Reflect.ownKeys(options)) {
    Reflect.set(copy, key, plainValue(key, Reflect.get(options, key)));
  }
  return copy;
}

function plainValue(key: PropertyKey, value: unknown): unknown {
  if (typeof value === 'string') {
    return typed.includes(key) ? value : plainText(value);
  }
  if (holders.includes(key) && typeof value === 'object' && value !== null) {
    for (const held of Array.isArray(value) ? value : [value]) {
      makePlain(held);
    }
  }
  return value;
}

/** The texts that VS Code shows of an item or a message; what else an item carries is not for showing. */
const shown = ['label', 'description', 'detail', 'message'] as const;

/** In place, because VS Code gives back the same object when it is chosen. */
export function makePlain<T extends object>(holder: T): T {
  for (const key of shown) {
    const text: unknown = Reflect.get(holder, key);
    if (typeof text === 'string') {
      Reflect.set(holder, key, plainText(text));
    }
  }
  return holder;
}
