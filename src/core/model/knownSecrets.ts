import { withoutInvisible } from './displayText.ts';
import { Quotations } from './quotations.ts';
import { mask, type Secret } from './secret.ts';
import { maskShapes } from './secretShapes.ts';

/** They take memory; so many that were used last are known for certain, and at most twice as many. */
const fewestKept = 100;
/** A text beyond it is not shown, and a search takes time. */
const longestText = 20_000;
/** Shorter ones would be found in every other word. */
const shortestSecret = 4;
/** In rows the name `admin` is no quotation of the password `admin`. */
const shortestInRows = 8;
/** Nearly no name has any; between the letters of a credential they would be taken out before it is shown. */
const unusual = /[^ -~]/;

/**
 * Credentials that must not come back in what other people write: as they are, or in any of the ways in which
 * programs write a text into another one. The one door for masking.
 */
export class KnownSecrets {
  /** The values, the one that was named last at the end. */
  readonly #values = new Set<string>();
  /** Values that no search knows yet: most connections never quote anything. */
  readonly #fresh = new Set<string>();
  /** No form of a value is shorter than the value: a signature of each request is in no name and no route. */
  #shortestFresh = Number.POSITIVE_INFINITY;
  #quotations = new Quotations();
  #longQuotations = new Quotations();

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
      if (this.#values.size <= fewestKept) {
        break;
      }
      this.#values.delete(value);
      this.#fresh.delete(value);
    }
  }

  /** For an error’s words: masks the credentials, and whatever looks like one. What is too long is cut. */
  redact(text: string): string {
    this.#learn(text);
    return maskShapes(masked(text, this.#quotations));
  }

  /** For a row’s texts: masks these credentials only, for people may name things as they like. */
  maskIn(text: string): string {
    this.#learn(text);
    return masked(text, this.#longQuotations);
  }

  /** Whether a text that cannot be changed, such as an identifier, holds one. */
  isIn(text: string): boolean {
    this.#learn(text);
    const cut = text.length > longestText ? text.slice(0, longestText) : text;
    const seen = unusual.test(cut) ? withoutInvisible(cut) : cut;
    const joined = seen.replace(/\s/g, '');
    // Nearly every identifier is the same in all three.
    return [...new Set([cut, seen, joined])].some((said) => this.#longQuotations.isIn(said));
  }

  #add(value: string): void {
    if (!this.#values.delete(value)) {
      this.#fresh.add(value);
      this.#shortestFresh = Math.min(this.#shortestFresh, value.length);
    }
    this.#values.add(value);
  }

  /** What could be in this text. */
  #learn(text: string): void {
    if (text.length < this.#shortestFresh) {
      return;
    }
    let values: Iterable<string> = this.#fresh;
    if (this.#quotations.size + this.#fresh.size > 2 * fewestKept) {
      this.#quotations = new Quotations();
      this.#longQuotations = new Quotations();
      values = this.#values;
    }
    for (const value of values) {
      this.#quotations.add(value);
      if (value.length >= shortestInRows) {
        this.#longQuotations.add(value);
      }
    }
    this.#fresh.clear();
    this.#shortestFresh = Number.POSITIVE_INFINITY;
  }
}

/** What a text says is what is seen of it, and a line break in a value does not make it two words. */
function masked(text: string, quotations: Quotations): string {
  const cut = quotations.mask(text, longestText, mask);
  const seen = withoutInvisible(cut);
  if (seen === cut && !/[^\S ]/.test(cut)) {
    return cut;
  }
  const shown = quotations.mask(seen, longestText, mask);
  if (quotations.isIn(shown.replace(/\s/g, ''))) {
    return mask;
  }
  return shown === seen ? cut : shown;
}
