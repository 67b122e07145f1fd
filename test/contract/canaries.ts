import { inspect } from 'node:util';
import { type Sandboxes, type ServiceId, serviceIds } from '../services.ts';

export interface Finding {
  readonly canary: string;
  readonly form: string;
  readonly place: string;
  /** What stands before it; the value itself is left out. */
  readonly near: string;
}

interface Canary {
  readonly name: string;
  readonly home: ServiceId;
  readonly forms: readonly (readonly [name: string, text: string])[];
}

/**
 * Every credential, token value and password there is, in every form it could take on its way, and a count
 * of how often they were looked for.
 */
export class Canaries {
  readonly #canaries = new Map<string, Canary>();
  /** Texts that were searched for all canaries there are; most of what is shown does not change from act to act. */
  readonly #searched = new Set<string>();
  #searches = 0;
  #characters = 0;

  /** Adds a value that is known besides those of the servers, such as a wrong password that was typed. */
  add(home: ServiceId, name: string, value: string): void {
    if (!this.#canaries.has(value)) {
      this.#canaries.set(value, { name, home, forms: formsOf(value) });
      this.#searched.clear();
    }
  }

  /** Adds what the services have handed out by now; to be called again after renewals. */
  collect({ running }: Sandboxes): void {
    for (const service of serviceIds) {
      for (const [name, value] of running[service].secrets()) {
        this.add(service, name, value);
      }
    }
  }

  /** A sentence with the counts, for the test output. */
  get report(): string {
    const forms = [...this.#canaries.values()].reduce((sum, canary) => sum + canary.forms.length, 0);
    return `${this.#canaries.size} secret values in ${forms} forms, ${this.#searches} searches in ${this.#characters} characters`;
  }

  get searches(): number {
    return this.#searches;
  }

  /** Looks for all of them, or for those of other services than `home`, in a text. */
  in(place: string, text: string, home?: ServiceId): Finding[] {
    const findings: Finding[] = [];
    const key = `${home ?? ''} ${text}`;
    if (this.#searched.has(key)) {
      return findings;
    }
    this.#searched.add(key);
    this.#characters += text.length;
    for (const canary of this.#canaries.values()) {
      if (canary.home === home) {
        continue;
      }
      for (const [form, written] of canary.forms) {
        this.#searches++;
        const at = text.indexOf(written);
        if (at >= 0) {
          const near = text.slice(Math.max(0, at - 80), at);
          findings.push({ canary: `${canary.home} ${canary.name}`, form, place, near });
        }
      }
    }
    return findings;
  }

  /** Looks in every text that can be made of a value. */
  inValue(place: string, value: unknown): Finding[] {
    const stack = value instanceof Error ? (value.stack ?? '') : '';
    const inspected = inspect(value, {
      depth: 20,
      showHidden: true,
      maxArrayLength: null,
      maxStringLength: null,
    });
    return this.in(place, [String(value), JSON.stringify(value) ?? '', inspected, stack].join('\n'));
  }

  /** Looks in what each service was sent for what belongs to another one. */
  inTraffic(sandboxes: Sandboxes): Finding[] {
    return serviceIds.flatMap((service) =>
      sandboxes[service].requests.flatMap(({ path, query, headers, body }) =>
        this.in(`requests to ${service}`, `${path}?${query} ${JSON.stringify(headers)} ${body}`, service),
      ),
    );
  }
}

/** As it is, a distinctive part of it, and as it could be encoded, also in the middle of something longer. */
function formsOf(value: string): Canary['forms'] {
  const bytes = Buffer.from(value);
  const forms: [string, string][] = [
    ['itself', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['URL-encoded', encodeURIComponent(value)],
    ['form-encoded', new URLSearchParams([['', value]]).toString().slice(1)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ['reversed', [...value].reverse().join('')],
    ...(value.length >= 24 ? ([['its last 12 characters', value.slice(-12)]] satisfies typeof forms) : []),
  ];
  for (const offset of [0, 1, 2]) {
    const text = base64Inside(bytes, offset);
    forms.push([`base64 at ${offset}`, text]);
    forms.push([`base64url at ${offset}`, text.replaceAll('+', '-').replaceAll('/', '_')]);
  }
  const different = new Map(forms.reverse().map(([name, text]) => [text, name]));
  return [...different].map(([text, name]) => [name, text]);
}

/** The characters that base64 makes of these bytes whatever stands before (that many bytes beyond a triple) and after. */
function base64Inside(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + bytes.length) * 8) / 6);
  return text.slice(first, last);
}
