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
/** A row with a longer text is not taken for checked, so that what signs one request does not make any be checked again. */
export const longestChecked = 200;
/** What nearly every text is made of: nothing in it is invisible, or a line break. */
const plain = /^[ -~]*$/;
const plainWord = /^[!-~]*$/;

/** What a search of a row's texts found, until another credential is known that they might hold. */
export interface Checked {
  readonly known: KnownSecrets;
  readonly result: 'asSaid' | 'changed' | 'none';
}

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
  readonly unchecked: Checked = { known: this, result: 'none' };
  #asSaid: Outdatable = { known: this, result: 'asSaid' };
  #changed: Outdatable = { known: this, result: 'changed' };

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

  /** What was found of a row just now: one object for all rows, so that what was found of all is outdated at once. */
  checked(isAsSaid: boolean): Checked {
    return isAsSaid ? this.#asSaid : this.#changed;
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
    if (plainWord.test(cut)) {
      return this.#longQuotations.isIn(cut); // As nearly every identifier is.
    }
    const seen = withoutInvisible(cut);
    return [cut, seen, seen.replace(/\s/g, '')].some((said) => this.#longQuotations.isIn(said));
  }

  #add(value: string): void {
    if (!this.#values.delete(value)) {
      this.#fresh.add(value);
      this.#shortestFresh = Math.min(this.#shortestFresh, value.length);
      if (value.length <= longestChecked) {
        this.#outdate();
      }
    }
    this.#values.add(value);
  }

  #outdate(): void {
    this.#asSaid.result = 'none';
    this.#changed.result = 'none';
    this.#asSaid = { known: this, result: 'asSaid' };
    this.#changed = { known: this, result: 'changed' };
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

interface Outdatable extends Checked {
  result: Checked['result'];
}

/** What a text says is what is seen of it, and a line break in a value does not make it two words. */
function masked(text: string, quotations: Quotations): string {
  const cut = quotations.mask(text, longestText, mask);
  if (plain.test(cut)) {
    return cut;
  }
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
