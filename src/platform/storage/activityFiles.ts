import { appendFile, lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Act, ActStore } from '../../core/activity/activity.ts';
import { parsedAct } from '../../core/activity/parse.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { privateFolder } from './privateFolder.ts';

export interface ActFileLimits {
  /** How large a file may grow before another one is begun. */
  readonly fileBytes: number;
  /** How many are kept. */
  readonly files: number;
  /** Whether none goes for now, because what is being done is to be told whole. Asked when one would go. */
  keepsAll?(): Promise<boolean>;
}

/** Two full files hold more than are ever shown; a third is being filled. */
export const usualActFiles: ActFileLimits = { fileBytes: 512 * 1024, files: 3 };

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
  constructor(folder: string, limits: ActFileLimits = usualActFiles) {
    this.#folder = folder;
    this.#limits = limits;
  }

  append(act: Act): Promise<void> {
    return this.#inTurn(async () => {
      await privateFolder(this.#folder);
      const numbers = await this.#numbers();
      const file = join(this.#folder, nameOf(await this.#current(numbers)));
      // Begun with a line break too, so that a line another window did not finish damages no other.
      await appendFile(file, `\n${JSON.stringify(act)}\n`, { mode: 0o600 });
      const surplus = numbers.slice(0, -this.#limits.files);
      if (surplus.length === 0 || (await this.#limits.keepsAll?.())) {
        return;
      }
      for (const old of surplus) {
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

  /** Ascending; a folder or pipe of such a name is none of ours. */
  async #numbers(): Promise<number[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true }).catch((error: unknown) => {
      unlessGone(error);
      return [];
    });
    return entries
      .flatMap((entry) => (entry.isFile() ? (namePattern.exec(entry.name)?.[1] ?? []) : []))
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** The first from the last one on that has room, or that is not there yet. */
  async #current(numbers: readonly number[]): Promise<number> {
    for (let number = numbers.at(-1) ?? 1; ; number++) {
      const found = await lstat(join(this.#folder, nameOf(number))).catch(() => undefined);
      if (!found || (found.isFile() && found.size < this.#limits.fileBytes)) {
        return number;
      }
    }
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
