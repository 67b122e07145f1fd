import type * as z from 'zod/mini';
import { nextTurn } from '../../core/yielding.ts';

/** To load and run zod’s compiler takes as long as it saves on so many pages. */
const pagesAsItIs = 15;

/**
 * The schema of what is listed. From the sixteenth page on it is the same schema compiled, which reads 100 pages in a
 * fifth less time and leaves to the schema itself whatever does not fit.
 */
export class LongListSchema<T> {
  readonly #make: () => z.ZodMiniType<T>;
  #pages = 0;
  #compiled: z.ZodMiniType<T> | undefined;

  constructor(make: () => z.ZodMiniType<T>) {
    this.#make = make;
  }

  forPage(): z.ZodMiniType<T> {
    this.#pages++;
    if (this.#pages === pagesAsItIs) {
      // Reading goes on meanwhile, and if it cannot be loaded.
      this.#compile().catch(() => undefined);
    }
    return this.#compiled ?? this.#make();
  }

  async #compile(): Promise<void> {
    await nextTurn();
    const { compile } = await import('./schemaCompiler.ts');
    this.#compiled = compile(this.#make());
  }
}
