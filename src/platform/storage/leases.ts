import { createHash, randomUUID } from 'node:crypto';
import { lstat, readFile, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock, Leases } from '../../core/ports.ts';
import { privateFolder } from './privateFolder.ts';

export interface LeaseTimes {
  /** How often a waiting window looks again. */
  readonly lookMs: number;
  /** How often a holder shows that it is alive. */
  readonly signOfLifeMs: number;
  /** How long a holder whose process is gone may show no sign of life. */
  readonly deadAfterMs: number;
  /** The same for one whose process is there, or cannot be looked for: it may be busy, or asleep. */
  readonly givenUpAfterMs: number;
}

const usualTimes: LeaseTimes = {
  lookMs: 100,
  signOfLifeMs: 1000,
  deadAfterMs: 3000,
  givenUpAfterMs: 60_000,
};

/**
 * A lease is a file that its holder creates exclusively; it names the holder, who touches it again and again.
 * Waiting windows count how often they find that sign of life unchanged instead of comparing clocks, so that
 * neither a clock that is set nor a computer that sleeps takes a lease from a living holder.
 */
export class FileLeases implements Leases {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #times: LeaseTimes;

  /** @param folder made when first needed */
  constructor(folder: string, clock: Clock, times: LeaseTimes = usualTimes) {
    this.#folder = folder;
    this.#clock = clock;
    this.#times = times;
  }

  async hold<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const file = join(this.#folder, createHash('sha256').update(name).digest('hex').slice(0, 32));
    const mine = JSON.stringify({ owner: randomUUID(), pid: process.pid, host: hostname() });
    if (!(await this.#acquired(file, mine, signal))) {
      return work();
    }
    const signOfLife = setInterval(() => void touched(file, this.#clock.now()), this.#times.signOfLifeMs);
    try {
      return await work();
    } finally {
      clearInterval(signOfLife);
      await givenBack(file, mine);
    }
  }

  /** Takes away what holders that died have left behind. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @returns false where this disk takes no leases, or one in the way cannot be removed */
  async #acquired(file: string, mine: string, signal: AbortSignal): Promise<boolean> {
    const holder = new Watch(file);
    const takeover = new Watch(`${file}.takeover`);
    for (;;) {
      const outcome = await created(file, mine, this.#folder);
      if (outcome !== 'taken') {
        return outcome === 'created';
      }
      const seen = await holder.look();
      if (seen && holder.unchanged * this.#times.lookMs >= this.#patience(seen)) {
        if (!(await this.#takeAway(file, seen, takeover))) {
          return false;
        }
      }
      await this.#clock.sleep(this.#times.lookMs, signal);
    }
  }

  #patience({ content }: Sight): number {
    return content !== undefined && isGone(content) ? this.#times.deadAfterMs : this.#times.givenUpAfterMs;
  }

  /**
   * Under a lease of its own, so that of several waiting windows one removes what is dead and none what is new.
   * @returns false when the dead lease cannot be removed
   */
  async #takeAway(file: string, dead: Sight, takeover: Watch): Promise<boolean> {
    const outcome = await created(takeover.file, '', this.#folder);
    if (outcome === 'created') {
      await removed(file, dead);
      await unlink(takeover.file).catch(() => undefined);
      return (await sight(file))?.identity !== dead.identity;
    }
    const other = await takeover.look();
    // Counted like a lease itself: the time of a file may lie in the future.
    if (other && takeover.unchanged * this.#times.lookMs >= this.#times.givenUpAfterMs) {
      await removed(takeover.file, other);
      return (await sight(takeover.file))?.identity !== other.identity;
    }
    return outcome === 'taken';
  }
}

/** What a waiting window sees of another window's lease. */
interface Sight {
  /** Changes with each sign of life, and when another file takes its place. */
  readonly identity: string;
  /** `undefined` where there is something else than a readable file of the usual size. */
  readonly content: string | undefined;
}

/** Counts how often a file was found unchanged. */
class Watch {
  readonly file: string;
  unchanged = 0;
  #identity: string | undefined;

  constructor(file: string) {
    this.file = file;
  }

  async look(): Promise<Sight | undefined> {
    const seen = await sight(this.file);
    this.unchanged = seen && seen.identity === this.#identity ? this.unchanged + 1 : 0;
    this.#identity = seen?.identity;
    return seen;
  }
}

/** A lease is shorter than this. What is larger is not one. */
const largestLease = 1024;

/** `undefined` when nothing is there. A folder, a pipe, a dangling link or an unreadable file is there, too. */
async function sight(file: string): Promise<Sight | undefined> {
  try {
    const found = await lstat(file);
    const content = found.isFile() && found.size <= largestLease ? await readable(file) : undefined;
    return { identity: `${found.ino} ${found.mtimeMs} ${content ?? ''}`, content };
  } catch {
    return undefined;
  }
}

function readable(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

async function created(
  file: string,
  content: string,
  folder: string,
): Promise<'created' | 'taken' | 'impossible'> {
  try {
    await privateFolder(folder);
  } catch {
    return 'impossible';
  }
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
    return 'created';
  } catch (error) {
    return codeOf(error) === 'EEXIST' ? 'taken' : 'impossible';
  }
}

/** Removes what is there if it is still this; another's is left alone. */
async function removed(file: string, seen: Sight): Promise<void> {
  if ((await sight(file))?.identity === seen.identity) {
    // Gone already, or it cannot be removed: the caller looks.
    await rm(file, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Gives back our own lease, unless another window took it over meanwhile. */
async function givenBack(file: string, mine: string): Promise<void> {
  if ((await readable(file)) === mine) {
    await unlink(file).catch(() => undefined);
  }
}

async function touched(file: string, now: number): Promise<void> {
  await utimes(file, now / 1000, now / 1000).catch(() => undefined);
}

/** Whether it is certain that the process which wrote this is not there any more. */
function isGone(content: string): boolean {
  try {
    const { pid, host }: { readonly pid?: unknown; readonly host?: unknown } = JSON.parse(content);
    if (typeof pid !== 'number' || host !== hostname()) {
      return false;
    }
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
