import { mask, type Secret } from './secret.ts';
import { maskShapes } from './secretShapes.ts';
import { writtenForms } from './writtenForms.ts';

/** What a search for credentials costs grows with their number; the ones that were used last are kept. */
const mostValues = 200;
/** Nobody reads a text beyond it, and a search takes time. */
const longestText = 20_000;
/** Shorter ones would be found in every other word. */
const shortestSecret = 4;
/** In rows the name `admin` is no quotation of the password `admin`. */
const shortestInRows = 8;

/**
 * Credentials that must not come back in what other people write: as they are, or in any of the ways in which
 * programs write a text into another one. The one door for masking.
 */
export class KnownSecrets {
  /** The values, the one that was named last at the end. */
  readonly #values = new Set<string>();
  #quotations: Quotations | undefined;
  #longQuotations: Quotations | undefined;

  constructor(secrets: Iterable<Secret> = []) {
    this.add(secrets);
  }

  add(secrets: Iterable<Secret>): void {
    for (const secret of secrets) {
      for (const value of secret.values()) {
        if (value.length >= shortestSecret) {
          this.#add(value);
        }
      }
    }
    for (const value of this.#values) {
      if (this.#values.size <= mostValues) {
        break;
      }
      this.#values.delete(value);
      this.#forgetQuotations();
    }
  }

  /** For an error’s words: masks the credentials, and whatever looks like one. What is too long is cut. */
  redact(text: string): string {
    this.#quotations ??= new Quotations(this.#values);
    return maskShapes(this.#quotations.mask(text, longestText));
  }

  /** For a row’s texts: masks these credentials only, for people may name things as they like. */
  maskIn(text: string): string {
    return this.#long.mask(text, longestText);
  }

  /** Whether a text that cannot be changed, such as an identifier, holds one. */
  isIn(text: string): boolean {
    return this.#long.isIn(text.slice(0, longestText));
  }

  get #long(): Quotations {
    this.#longQuotations ??= new Quotations(
      [...this.#values].filter(({ length }) => length >= shortestInRows),
    );
    return this.#longQuotations;
  }

  #add(value: string): void {
    if (!this.#values.delete(value)) {
      this.#forgetQuotations();
    }
    this.#values.add(value);
  }

  #forgetQuotations(): void {
    this.#quotations = undefined;
    this.#longQuotations = undefined;
  }
}

/** A place in a text where a form begins, and where it ends. */
interface Quotation {
  readonly at: number;
  readonly end: number;
}

/** The ways in which some values can stand in a text. */
class Quotations {
  /** In small letters. */
  readonly #forms: readonly string[];
  readonly #shortest: number;
  readonly #longest: number;

  constructor(values: Iterable<string>) {
    const forms = [...values].flatMap((value) => [...writtenForms(value)].map(inSmallLetters));
    // The longest first: masking one that is a part of another would leave the rest of that other.
    this.#forms = [...new Set(forms)].toSorted((one, other) => other.length - one.length);
    this.#longest = this.#forms[0]?.length ?? 0;
    this.#shortest = this.#forms.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  }

  isIn(text: string): boolean {
    return !this.#in(text).next().done;
  }

  /** @param max so many characters of the text are kept, and the whole of a value that begins in them is masked */
  mask(text: string, max: number): string {
    let masked = '';
    let done = 0;
    for (const { at, end } of this.#in(text.slice(0, max + this.#longest))) {
      if (at >= max) {
        break;
      }
      masked += text.slice(done, at) + mask;
      done = end;
    }
    return done === 0 && text.length <= max ? text : masked + text.slice(done, Math.max(done, max));
  }

  /** Each form is looked for once from the beginning to the end, however many of them there are. */
  *#in(text: string): Generator<Quotation> {
    if (text.length < this.#shortest) {
      return;
    }
    const small = inSmallLetters(text);
    let found = this.#forms.map((form) => ({ form, at: small.indexOf(form) })).filter(({ at }) => at >= 0);
    while (found.length > 0) {
      const first = found.reduce((one, other) => (other.at < one.at ? other : one));
      const end = first.at + first.form.length;
      yield { at: first.at, end };
      found = found
        .map(({ form, at }) => ({ form, at: at < end ? small.indexOf(form, end) : at }))
        .filter(({ at }) => at >= 0);
    }
  }
}

/** The same places, letter by letter: other alphabets may change their length. */
function inSmallLetters(text: string): string {
  return /^\p{ASCII}*$/u.test(text)
    ? text.toLowerCase()
    : text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
