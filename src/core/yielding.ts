import { throwIfCancelled } from './model/errors.ts';

/** So long one piece of work holds up the extension host, which all extensions share. */
const sliceMs = 8;

/**
 * Lets everything else have its turn. A second time, because the first follows an answer at once, before any timer and
 * any other answer.
 */
export async function nextTurn(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

/** What comes at the same time is taken one after the other, each in a turn of its own. */
export class Turns {
  #next: Promise<void> = Promise.resolve();

  /** Resolves at once where nothing else has had this turn. */
  take(): Promise<void> {
    const taken = this.#next;
    this.#next = taken.then(nextTurn);
    return taken;
  }
}

/** Work cut into slices of time: a hundred thousand rows hold up nothing else, and a few pay nothing for it. */
export class Slices {
  readonly #signal: AbortSignal | undefined;
  #began = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  isOver(): boolean {
    return performance.now() - this.#began >= sliceMs;
  }

  /** Lets everything else have its turn. @throws `cancelled` */
  async next(): Promise<void> {
    await nextTurn();
    if (this.#signal) {
      throwIfCancelled(this.#signal);
    }
    this.#began = performance.now();
  }
}

/** Does something with each. @param slices those of a larger work that this is a part of */
export async function forEachYielding<T>(
  values: Iterable<T>,
  work: (value: T) => void,
  slices: Slices = new Slices(),
): Promise<void> {
  for (const value of values) {
    work(value);
    if (slices.isOver()) {
      await slices.next();
    }
  }
}

/** What is made of each, in the same order. */
export async function mapYielding<T, Made>(
  values: Iterable<T>,
  make: (value: T) => Made,
  slices?: Slices,
): Promise<Made[]> {
  const made: Made[] = [];
  await forEachYielding(values, (value) => made.push(make(value)), slices);
  return made;
}
