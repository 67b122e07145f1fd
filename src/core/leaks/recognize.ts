import type { Checksum } from './checksum.ts';

/** What a service's tokens of one kind look like. */
export interface TokenShape {
  /** Stable, in lower case with hyphens: `github-classic`. */
  readonly id: string;
  /** The service's own name, which no language translates. */
  readonly service: string;
  /** What the service calls it, without the service's name: `personal access token (classic)`. */
  readonly kind: string;
  /** The text that each such value begins with. At least four characters. */
  readonly prefix: string;
  /** What follows the prefix, as a regular expression whose every repetition has an upper bound. */
  readonly rest: string;
  readonly checksum?: Checksum;
  /** The page or rule that says so. */
  readonly source: string;
}

/**
 * How sure it is that a value is what it looks like.
 *
 * - `proven`: it carries a checksum, which is right.
 * - `likely`: it has the shape, and the kind has no checksum.
 * - `doubtful`: its checksum is wrong, or its characters are those of a placeholder.
 */
export type Certainty = 'proven' | 'likely' | 'doubtful';

/** A value in a text. Where it stands, not the value itself: a match can be logged. */
export interface TokenMatch {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  readonly shape: TokenShape;
  readonly certainty: Certainty;
}

interface CompiledShape {
  readonly shape: TokenShape;
  /** Sticky, and only where the value is not the beginning of a longer word. */
  readonly pattern: RegExp;
}

/** Finds tokens in text by what they look like. Nothing is sent, and nothing of the text is kept. */
export class TokenRecognizer {
  readonly #byPrefix = new Map<string, CompiledShape[]>();
  /** The start of any token: one pattern over all prefixes, so that text is gone through once. */
  readonly #starts: RegExp;

  constructor(shapes: readonly TokenShape[]) {
    for (const shape of shapes) {
      const pattern = new RegExp(`${literal(shape.prefix)}(?:${shape.rest})(?![A-Za-z0-9_-])`, 'y');
      const known = this.#byPrefix.get(shape.prefix);
      if (known) {
        known.push({ shape, pattern });
      } else {
        this.#byPrefix.set(shape.prefix, [{ shape, pattern }]);
      }
    }
    // A longer prefix goes before one that it begins with.
    const prefixes = [...this.#byPrefix.keys()].sort((a, b) => b.length - a.length).map(literal);
    this.#starts = new RegExp(`(?<![A-Za-z0-9_-])(?:${prefixes.join('|')})`, 'g');
  }

  /** @returns in the order of the text; matches do not overlap */
  find(text: string): TokenMatch[] {
    const found: TokenMatch[] = [];
    let end = 0;
    for (const { 0: prefix, index } of text.matchAll(this.#starts)) {
      const match = index < end ? undefined : this.#matchAt(text, index, prefix);
      if (match) {
        found.push(match);
        end = match.end;
      }
    }
    return found;
  }

  /** The kind of one value that is given as a whole; `undefined` when it has no known shape. */
  recognize(value: string): TokenMatch | undefined {
    const [match] = this.find(value);
    return match?.start === 0 && match.end === value.length ? match : undefined;
  }

  /** A prefix may begin another one, so that all of them that stand here are tried. */
  #matchAt(text: string, start: number, longest: string): TokenMatch | undefined {
    for (let length = longest.length; length > 0; length--) {
      for (const { shape, pattern } of this.#byPrefix.get(longest.slice(0, length)) ?? []) {
        pattern.lastIndex = start;
        if (pattern.test(text)) {
          const end = pattern.lastIndex;
          return { start, end, shape, certainty: certaintyOf(shape, text.slice(start, end)) };
        }
      }
    }
    return undefined;
  }
}

function certaintyOf({ prefix, checksum }: TokenShape, value: string): Certainty {
  if (isPlaceholder(value.slice(prefix.length))) {
    return 'doubtful';
  }
  if (!checksum) {
    return 'likely';
  }
  return checksum(value) ? 'proven' : 'doubtful';
}

/** What people write in documentation and tests: one character over and over, a row of digits, a word for it. */
function isPlaceholder(body: string): boolean {
  const characters = new Set(body.toLowerCase());
  return (
    characters.size <= Math.min(6, body.length / 4) ||
    /example|placeholder|redacted|changeme|dummy|your[_-]?(?:token|key)/i.test(body) ||
    /01234567|12345678|abcdefgh/i.test(body)
  );
}

/** Finds what {@link TokenRecognizer} may find, and more: it does not look at what stands around the value. */
export function searchPattern({ prefix, rest }: TokenShape): string {
  return `${literal(prefix)}(?:${rest})`;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
