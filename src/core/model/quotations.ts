import { writtenForms } from './writtenForms.ts';

/** A place in a text where a form begins, and where it ends. */
export interface Quotation {
  readonly at: number;
  readonly end: number;
}

/** So many letters tell most texts from most forms. */
const pieceLength = 4;
/** Of a longer form its beginning is looked for first; the rest is compared where that was found. */
const longestBeginning = 16;

interface Piece {
  readonly form: string;
  /** Where in the form it stands. */
  readonly offset: number;
}

/**
 * The ways in which some values can stand in a text. Nearly no text holds one, and there may be 100,000 rows of
 * them: so a text is looked at only in steps, as wide as no form can hide between two of them (S. Wu and U.
 * Manber, “A fast algorithm for multi-pattern searching”, 1994). What it costs hardly depends on the number of
 * forms, and a value can be added without looking at the others again.
 */
export class Quotations {
  readonly #values = new Set<string>();
  readonly #forms = new Set<string>();
  #pieces = new Map<number, Piece[]>();
  #shortest = Number.POSITIVE_INFINITY;
  #longest = 0;

  /** So many values were added, and all of them are looked for. */
  get size(): number {
    return this.#values.size;
  }

  add(value: string): void {
    if (this.#values.has(value)) {
      return;
    }
    this.#values.add(value);
    const before = this.#step;
    const added: string[] = [];
    for (const written of writtenForms(value)) {
      const form = inSmallLetters(written);
      if (!this.#forms.has(form)) {
        this.#forms.add(form);
        added.push(form);
        this.#shortest = Math.min(this.#shortest, form.length);
        this.#longest = Math.max(this.#longest, form.length);
      }
    }
    if (this.#step === before) {
      this.#index(added);
    } else {
      this.#pieces = new Map();
      this.#index(this.#forms);
    }
  }

  isIn(text: string): boolean {
    return this.#next(text, 0) !== undefined;
  }

  /**
   * @param max so many characters of the text are kept, and the whole of a value that begins in them is masked
   */
  mask(text: string, max: number, mask: string): string {
    const searched = text.length > max + this.#longest ? text.slice(0, max + this.#longest) : text;
    let masked = '';
    let done = 0;
    for (
      let found = this.#next(searched, 0);
      found !== undefined && found.at < max;
      found = this.#next(searched, done)
    ) {
      masked += searched.slice(done, found.at) + mask;
      done = found.end;
    }
    return done === 0 && text.length <= max ? text : masked + text.slice(done, Math.max(done, max));
  }

  get #step(): number {
    return Math.min(this.#shortest, longestBeginning) - pieceLength + 1;
  }

  #index(forms: Iterable<string>): void {
    for (const form of forms) {
      for (let offset = 0; offset < this.#step; offset++) {
        const piece = pieceAt(form, offset);
        const others = this.#pieces.get(piece);
        if (others) {
          others.push({ form, offset });
        } else {
          this.#pieces.set(piece, [{ form, offset }]);
        }
      }
    }
  }

  /** The first one, and of several that begin there the longest, for the rest of that would be left. */
  #next(text: string, from: number): Quotation | undefined {
    if (text.length - from < this.#shortest) {
      return undefined;
    }
    let small: string | undefined;
    const step = this.#step;
    for (let at = from + step - 1; at + pieceLength <= text.length; at += step) {
      const candidates = this.#pieces.get(pieceAt(text, at));
      if (candidates) {
        small ??= inSmallLetters(text);
        const found = firstOf(candidates, small, at);
        if (found) {
          return found;
        }
      }
    }
    return undefined;
  }
}

function firstOf(candidates: readonly Piece[], text: string, at: number): Quotation | undefined {
  let first: Quotation | undefined;
  for (const { form, offset } of candidates) {
    const begin = at - offset;
    const end = begin + form.length;
    const isBetter = !first || begin < first.at || (begin === first.at && end > first.end);
    if (isBetter && text.startsWith(form, begin)) {
      first = { at: begin, end };
    }
  }
  return first;
}

/** A number for four characters, the same for capitals and small letters; a few others share it. */
function pieceAt(text: string, at: number): number {
  let piece = 0;
  for (let index = at; index < at + pieceLength; index++) {
    piece = (Math.imul(piece, 137) + (text.charCodeAt(index) | 0x20)) & 0x3f_ff_ff_ff;
  }
  return piece;
}

/** The same places, letter by letter: other alphabets may change their length. */
function inSmallLetters(text: string): string {
  return /^\p{ASCII}*$/u.test(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
