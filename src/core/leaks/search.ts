import { throwIfCancelled } from '../model/errors.ts';
import type { Connection } from '../model/item.ts';
import { Secret } from '../model/secret.ts';
import type { FileSearchOptions, WorkspaceFiles } from '../ports.ts';
import { findKnownHolder, type Held, type Holder, type HolderDeps, readHeld } from './holders.ts';
import type { Candidate, LeakTables } from './leakedTokens.ts';
import { type Certainty, searchPattern, TokenRecognizer, type TokenShape } from './recognize.ts';

export interface LeakSearchDeps extends HolderDeps {
  readonly files: WorkspaceFiles;
  tables(): Promise<LeakTables>;
}

/** Where a token stands, and what is known of it; never the value. */
export interface FoundToken {
  /** A URI. */
  readonly file: string;
  /** In characters of the file's text. */
  readonly start: number;
  readonly end: number;
  /** From 0, as are the characters. */
  readonly line: number;
  readonly character: number;
  /** `undefined` for a stored credential that looks like nothing known. */
  readonly kind: { readonly shape: TokenShape; readonly certainty: Certainty } | undefined;
  readonly holder: Holder | undefined;
}

export interface LeakSearchResult {
  /** In the order of the files. */
  readonly found: readonly FoundToken[];
  /** Whether the search ended at {@link mostFound}. */
  readonly isCut: boolean;
  /** Whether all files could be read. */
  readonly isWhole: boolean;
  /** Connections whose credentials could not be read, so that they were not searched for. */
  readonly unread: readonly Connection[];
}

/** More than a user goes through. */
export const mostFound = 1000;

/** A shorter value is a word that stands everywhere. */
const shortestHeld = 16;
/** Long enough to be rare; a pattern of more repetitions is slow to make. */
const longestRepetition = 200;

/**
 * Finds tokens in the open folders: all kinds by what they look like, and stored credentials by comparing. Nothing is
 * sent, and no value is kept. What searches the files is given patterns only, never a value.
 */
export class LeakSearch {
  readonly #deps: LeakSearchDeps;

  constructor(deps: LeakSearchDeps) {
    this.#deps = deps;
  }

  /** @param onFound hears how many were found so far */
  async search(
    options: FileSearchOptions,
    signal: AbortSignal,
    onFound: (count: number) => void = () => undefined,
  ): Promise<LeakSearchResult> {
    const { files } = this.#deps;
    const { shapes, held, recognizer, plain } = await this.#wanted(signal);
    const patterns = [...shapes.map(searchPattern), ...new Set(plain.map(lookalikes))];
    const matching = await files.matching(patterns, options, signal);
    const found: FoundToken[] = [];
    for (const file of [...new Set([...matching.files, ...files.unsaved()])].sort()) {
      throwIfCancelled(signal);
      // One more than is shown tells that there are more; who holds it is worked out for no others.
      const rest = mostFound + 1 - found.length;
      for (const place of placesIn(await files.read(file), recognizer, plain).slice(0, rest)) {
        const holder = await findKnownHolder(new Secret(place.value), held, this.#deps);
        found.push({ ...withoutValue(place), file, holder });
      }
      onFound(found.length);
      if (found.length > mostFound) {
        break;
      }
    }
    return {
      found: found.slice(0, mostFound),
      isCut: found.length > mostFound,
      isWhole: matching.isWhole,
      unread: held.filter(({ secrets }) => !secrets).map(({ root }) => root.connection),
    };
  }

  /** Reads what was found once more. @returns `undefined` when it does not stand there any longer */
  async recall(
    { file, start, end, kind, line }: FoundToken,
    signal: AbortSignal,
  ): Promise<Candidate | undefined> {
    const { recognizer, plain } = await this.#wanted(signal);
    const places = placesIn(await this.#deps.files.read(file), recognizer, plain);
    const place = places.find(
      (one) => one.start === start && one.end === end && one.kind?.shape.id === kind?.shape.id,
    );
    return place && { value: new Secret(place.value), kind: place.kind, line: line + 1 };
  }

  async #wanted(signal: AbortSignal) {
    const { shapes } = await this.#deps.tables();
    const held = await readHeld(this.#deps, signal);
    const recognizer = new TokenRecognizer(shapes);
    return { shapes, held, recognizer, plain: valuesWithoutShape(held, recognizer) };
  }
}

interface Place extends Pick<FoundToken, 'start' | 'end' | 'line' | 'character' | 'kind'> {
  readonly value: string;
}

function withoutValue({ value: _value, ...place }: Place) {
  return place;
}

function placesIn(text = '', recognizer: TokenRecognizer, plain: readonly Secret[]): Place[] {
  const shaped = recognizer
    .find(text)
    .map(({ start, end, shape, certainty }) => ({ start, end, kind: { shape, certainty } }));
  const compared = plain.flatMap((secret) => occurrences(text, secret.reveal()));
  const lines = new LineCounter(text);
  return [...shaped, ...compared]
    .toSorted((a, b) => a.start - b.start)
    .map((place) => ({ ...place, ...lines.at(place.start), value: text.slice(place.start, place.end) }));
}

function occurrences(text: string, value: string) {
  const found: { readonly start: number; readonly end: number; readonly kind: undefined }[] = [];
  for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + value.length)) {
    found.push({ start, end: start + value.length, kind: undefined });
  }
  return found;
}

/** Asked for ascending places, it goes through the text once. */
class LineCounter {
  readonly #text: string;
  #line = 0;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  at(place: number): { readonly line: number; readonly character: number } {
    for (let end = this.#text.indexOf('\n', this.#lineStart); end >= 0 && end < place; ) {
      this.#line += 1;
      this.#lineStart = end + 1;
      end = this.#text.indexOf('\n', this.#lineStart);
    }
    return { line: this.#line, character: place - this.#lineStart };
  }
}

/** Stored credentials that are found by comparing only, each once. */
function valuesWithoutShape(held: readonly Held[], recognizer: TokenRecognizer): readonly Secret[] {
  const all = held.flatMap(({ secrets = [] }) => secrets);
  const values = new Map(all.map((secret) => [secret.reveal(), secret]));
  return [...values]
    .filter(([value]) => value.length >= shortestHeld && alphabetOf(value) && !recognizer.recognize(value))
    .map(([, secret]) => secret);
}

const alphabets = ['[0-9]', '[0-9a-f]', '[0-9A-Za-z]', '[0-9A-Za-z_-]', '[0-9A-Za-z_.~+/=:-]'];

function alphabetOf(value: string): string | undefined {
  return alphabets.find((alphabet) => new RegExp(`^${alphabet}+$`).test(value));
}

/** Words as long as the value, of the same kind of characters: all that leaves this process of it. */
function lookalikes(secret: Secret): string {
  const value = secret.reveal();
  const length = Math.min(value.length, longestRepetition);
  const end = value.length > length ? '' : '(?:$|[^0-9A-Za-z])';
  return `(?:^|[^0-9A-Za-z])${alphabetOf(value)}{${length}}${end}`;
}
