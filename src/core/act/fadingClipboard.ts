import type { Disposable } from '../event.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { Secret } from '../model/secret.ts';
import type { Clock } from '../ports.ts';

export interface Clipboard {
  read(): Promise<string>;
  write(text: string): Promise<void>;
}

/** How long a token stays in the clipboard. */
const stayMs = 60_000;

/** Puts a token into the clipboard, and takes it out after a minute unless something else is there by then. */
export class FadingClipboard implements Disposable {
  readonly #clipboard: Clipboard;
  readonly #clock: Clock;
  readonly #onLeft: () => void;
  /** Ends the wait for the last one; another that is copied takes its place. */
  #waiting: AbortController | undefined;
  readonly #ended = new AbortController();

  /** @param onLeft hears of a clipboard that could not be looked at or emptied */
  constructor(clipboard: Clipboard, clock: Clock, onLeft: () => void) {
    this.#clipboard = clipboard;
    this.#clock = clock;
    this.#onLeft = onLeft;
  }

  /** @returns whether it was seen to be there, so that it can be taken out */
  async put(token: Secret): Promise<boolean> {
    const digest = await digestOf(token.reveal());
    await this.#clipboard.write(token.reveal());
    // In a browser that does not let it be read, VS Code answers with nothing.
    const isSeen = (await toResult(this.#holds(digest))) === true;
    if (isSeen) {
      // Not before: what did not get there takes the place of nothing.
      this.#waiting?.abort();
      this.#waiting = new AbortController();
      void this.#fade(digest, AbortSignal.any([this.#waiting.signal, this.#ended.signal]));
    }
    return isSeen;
  }

  /** What is there is taken out at once, as far as there is still time for it. */
  dispose(): void {
    this.#ended.abort('end');
  }

  async #fade(digest: string, signal: AbortSignal): Promise<void> {
    const slept = await toResult(this.#clock.sleep(stayMs, signal));
    if (slept instanceof TokenManagerError && signal.reason !== 'end') {
      return;
    }
    const emptied = await toResult(this.#empty(digest));
    if (emptied instanceof TokenManagerError) {
      this.#onLeft();
    }
  }

  async #empty(digest: string): Promise<void> {
    if (await this.#holds(digest)) {
      await this.#clipboard.write('');
    }
  }

  async #holds(digest: string): Promise<boolean> {
    return (await digestOf(await this.#clipboard.read())) === digest;
  }
}

/** What is compared afterwards, so that the value itself is not kept for it. */
async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return new Uint8Array(digest).join(' ');
}
