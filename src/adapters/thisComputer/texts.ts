import { isRecord, parseJson } from '../../core/json.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';

/** What programs write is read with care: a member of another type is as good as none. */

/** @throws `storage` where it is there and no such object: an empty list would say that no sign-in is in it */
export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') {
    return {};
  }
  const value = parsed(text);
  if (!isRecord(value)) {
    throw otherFormat();
  }
  return value;
}

/** Of a file that holds nothing else. @throws `storage` where it is there and does not look like one */
export function valueAlone(text: string, shape: RegExp): string | undefined {
  const value = text.trim();
  if (value !== '' && !shape.test(value)) {
    throw otherFormat();
  }
  return value;
}

function otherFormat(): TokenManagerError {
  return new TokenManagerError('storage', '', { code: 'file-format' });
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // Its message quotes the file.
    return undefined;
  }
}

export function objectAt(holder: unknown, name: string): Readonly<Record<string, unknown>> {
  const value = isRecord(holder) ? holder[name] : undefined;
  return isRecord(value) ? value : {};
}

export function textAt(holder: unknown, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = isRecord(holder) ? holder[name] : undefined;
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return undefined;
}

export function secretAt(holder: unknown, ...names: readonly string[]): Secret | undefined {
  const value = textAt(holder, ...names);
  return value === undefined ? undefined : new Secret(value);
}

/** Programs write seconds, milliseconds or a date; no sign-in ends in 1970, and none after the year 5000. */
export function momentAt(holder: unknown, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = isRecord(holder) ? holder[name] : undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) {
      return value < 1e11 ? value * 1000 : value;
    }
    const written = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (written > 0) {
      return written;
    }
  }
  return undefined;
}

export function scopesAt(holder: unknown, ...names: readonly string[]): readonly string[] | undefined {
  for (const name of names) {
    const value = isRecord(holder) ? holder[name] : undefined;
    if (Array.isArray(value)) {
      return value.filter((scope) => typeof scope === 'string');
    }
    if (typeof value === 'string' && value !== '') {
      return value.split(/[ ,]+/).filter((scope) => scope !== '');
    }
  }
  return undefined;
}

/** The texts of a YAML file by their path: as much of YAML as command-line programs write. */
export function yamlTexts(text: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const above: { readonly indent: number; readonly key: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const content = line.trimStart();
    // Hosts with a port have one inside.
    const colon = content.search(/:(?=\s|$)/);
    if (content === '' || content.startsWith('#') || content.startsWith('- ') || colon < 1) {
      continue;
    }
    const indent = line.length - content.length;
    while ((above.at(-1)?.indent ?? -1) >= indent) {
      above.pop();
    }
    const key = unquoted(content.slice(0, colon).trim());
    const written = content
      .slice(colon + 1)
      .trim()
      .replace(/^!!\w+ /, '');
    const value = unquoted(/^["']/.test(written) ? written : written.replace(/(?:^|\s)#.*$/, '').trimEnd());
    above.push({ indent, key });
    if (!['', 'null', '~'].includes(value)) {
      texts.set(above.map((each) => each.key).join('\n'), value);
    }
  }
  return texts;
}

export function unquoted(text: string): string {
  const quote = text.at(0);
  return (quote === '"' || quote === "'") && text.length > 1 && text.endsWith(quote)
    ? text.slice(1, -1)
    : text;
}

/** The entries of an INI file by section, or of the flat part of a TOML file; what stands before any is below ''. */
export function iniSections(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let name = '';
  for (const line of text.split(/\r?\n/)) {
    const content = line.trim();
    const [, section] = /^\[([^\]]+)\]$/.exec(content) ?? [];
    const [, key, value] = /^([\w.-]+)\s*=\s*(.*)$/.exec(content) ?? [];
    if (section !== undefined) {
      name = section;
    } else if (key !== undefined && value !== undefined) {
      const entries = sections.get(name) ?? new Map<string, string>();
      sections.set(name, entries.set(key, unquoted(value)));
    }
  }
  return sections;
}

export interface NetrcMachine {
  readonly machine: string;
  readonly login?: string;
  readonly password?: string;
}

/** A file of words; what follows `macdef` up to an empty line are commands. */
export function netrcMachines(text: string): readonly NetrcMachine[] {
  const words = text
    .replace(/^[ \t]*macdef[\s\S]*?(?:\r?\n[ \t]*\r?\n|(?![\s\S]))/gm, '')
    .replace(/^[ \t]*#.*$/gm, '')
    .split(/\s+/);
  const machines: { machine: string; login?: string; password?: string }[] = [];
  let current: (typeof machines)[number] | undefined;
  for (let index = 0; index < words.length; index++) {
    const [word, next = ''] = words.slice(index, index + 2);
    if (word === 'machine') {
      current = { machine: next };
      machines.push(current);
      index++;
    } else if (word === 'default') {
      // What follows is for every other machine.
      current = undefined;
    } else if (word === 'login' || word === 'password' || word === 'account') {
      if (current && word !== 'account') {
        current[word] = next;
      }
      index++;
    }
  }
  return machines;
}
