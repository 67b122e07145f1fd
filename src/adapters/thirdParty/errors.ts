import type { OtherExtension } from '../../core/adapter/extension.ts';
import { displayText } from '../../core/model/displayText.ts';
import { type ErrorDetails, type ErrorKind, errorKinds, TokenManagerError } from '../../core/model/errors.ts';
import type { KnownSecrets } from '../../core/model/knownSecrets.ts';

const longestWaitMs = 24 * 60 * 60_000;

/** The extension that a row's trouble comes from is named on it. */
export class ThirdPartyErrors {
  readonly #extension: OtherExtension;
  readonly #now: () => number;

  constructor(extension: OtherExtension, now: () => number) {
    this.#extension = extension;
    this.#now = now;
  }

  /** @param places what in the answer cannot be understood; never the values found there */
  unreadable(...places: readonly string[]): TokenManagerError {
    const named = places.slice(0, 5).join(', ');
    return new TokenManagerError('protocol', `${this.#extension.name}: ${named}`, { code: 'guest-answer' });
  }

  silent(): TokenManagerError {
    return new TokenManagerError('timeout', this.#extension.name, { code: 'guest-silent' });
  }

  /**
   * What the extension threw, known by what it says and not by its class. What is no error of ours is a defect of the
   * extension; its prose is foreign text and may quote a secret.
   * @param wasCancelled whether the user stopped it: only then may it pass without a word
   */
  from(thrown: unknown, known: KnownSecrets, wasCancelled: boolean): TokenManagerError {
    if (wasCancelled) {
      return new TokenManagerError('cancelled');
    }
    try {
      return this.#read(thrown, known);
    } catch {
      // Even its properties throw.
      return this.#defect('');
    }
  }

  #read(thrown: unknown, known: KnownSecrets): TokenManagerError {
    if (typeof thrown !== 'object' || thrown === null) {
      return this.#defect('');
    }
    const { kind, detail, message, status, code, retryAt, nothingSent }: Partial<Record<string, unknown>> = {
      ...named(thrown),
    };
    if (!isKind(kind) || kind === 'cancelled' || kind === 'internal') {
      return this.#defect(text(typeof detail === 'string' ? detail : message, known));
    }
    const latest = this.#now() + longestWaitMs;
    const details: ErrorDetails = {
      ...(isStatus(status) && { status }),
      ...(typeof code === 'string' && { code: displayText(known.redact(code), 60) }),
      ...(typeof retryAt === 'number' && Number.isFinite(retryAt) && { retryAt: Math.min(retryAt, latest) }),
      ...(nothingSent === true && { nothingSent }),
    };
    return new TokenManagerError(kind, text(detail, known), details);
  }

  #defect(words: string): TokenManagerError {
    const { name } = this.#extension;
    return new TokenManagerError('internal', words === '' ? name : `${name}: ${words}`, {
      code: 'guest-failed',
    });
  }
}

/** Each property read once, also those that a class has. */
function named(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    ['kind', 'detail', 'message', 'status', 'code', 'retryAt', 'nothingSent'].map((name) => [
      name,
      Reflect.get(value, name),
    ]),
  );
}

function isKind(value: unknown): value is ErrorKind {
  return errorKinds.some((kind) => kind === value);
}

function isStatus(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 100 && value <= 599;
}

function text(value: unknown, known: KnownSecrets): string {
  return typeof value === 'string' ? displayText(known.redact(value)) : '';
}
