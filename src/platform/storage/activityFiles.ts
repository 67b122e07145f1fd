import { appendFile, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Act, type ActStore, parsedAct } from '../../core/activity/activity.ts';
import { TokenManagerError } from '../../core/model/errors.ts';

export interface ActFileLimits {
  /** How large a file may grow before another one is begun. */
  readonly fileBytes: number;
  /** How many are kept. */
  readonly files: number;
}

/** Two full files hold more than are ever shown; a third is being filled. */
const usualLimits: ActFileLimits = { fileBytes: 512 * 1024, files: 3 };

const nameOf = (number: number) => `${number}.jsonl`;
const namePattern = /^(\d{1,15})\.jsonl$/;

/**
 * One act a line, appended to numbered files that all windows of a profile share. A line is one write to a
 * file opened for appending, which the system puts behind those of other windows; nothing that has been
 * written is ever written anew, so that no window can undo what another one wrote. When a file is full the
 * next number is begun, and the oldest goes.
 */
export class ActFiles implements ActStore {
  readonly #folder: string;
  readonly #limits: ActFileLimits;
  /** One after another, so that an act's end comes behind its beginning. */
  #writing: Promise<unknown> = Promise.resolve();

  /** @param folder made when first needed */
  constructor(folder: string, limits: ActFileLimits = usualLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  append(act: Act): Promise<void> {
    return this.#inTurn(async () => {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const numbers = await this.#numbers();
      const file = join(this.#folder, nameOf(await this.#current(numbers)));
      // Begun with a line break too, so that a line another window did not finish damages no other.
      await appendFile(file, `\n${JSON.stringify(act)}\n`, { mode: 0o600 });
      for (const old of numbers.slice(0, -this.#limits.files)) {
        await rm(join(this.#folder, nameOf(old)), { force: true });
      }
    });
  }

  read(): Promise<readonly Act[]> {
    return this.#inTurn(async () => {
      const texts: string[] = [];
      for (const number of await this.#numbers()) {
        texts.push(await readFile(join(this.#folder, nameOf(number)), 'utf8').catch(unlessGone));
      }
      return texts
        .join('\n')
        .split('\n')
        .flatMap((line) => parsedLine(line) ?? []);
    });
  }

  clear(): Promise<void> {
    return this.#inTurn(() => rm(this.#folder, { recursive: true, force: true }));
  }

  /** Ascending. */
  async #numbers(): Promise<number[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      unlessGone(error);
      return [];
    });
    return names
      .flatMap((name) => namePattern.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  async #current(numbers: readonly number[]): Promise<number> {
    const last = numbers.at(-1) ?? 1;
    const size = await stat(join(this.#folder, nameOf(last))).then(
      (found) => found.size,
      () => 0,
    );
    return size < this.#limits.fileBytes ? last : last + 1;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => undefined);
    try {
      return await turn;
    } catch (cause) {
      throw new TokenManagerError('storage', '', { code: 'failed', cause });
    }
  }
}

/** Another window may just have cleared everything. */
function unlessGone(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return '';
  }
  throw error;
}

function parsedLine(line: string): Act | undefined {
  if (line === '') {
    return undefined;
  }
  try {
    return parsedAct(JSON.parse(line));
  } catch {
    return undefined;
  }
}
