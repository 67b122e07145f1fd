import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Clock, Leases } from '../../core/ports.ts';

export interface LeaseTimes {
  /** How often whoever waits looks again. */
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
 * A lease is a file that whoever holds it created exclusively, says who that is, and touches again and again.
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
      await removed(file, mine);
    }
  }

  /** Takes away what holders that died have left behind. */
  async forget(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** @returns false where this disk takes no leases */
  async #acquired(file: string, mine: string, signal: AbortSignal): Promise<boolean> {
    let seen: Sight | undefined;
    for (;;) {
      const outcome = await created(file, mine, this.#folder);
      if (outcome !== 'taken') {
        return outcome === 'created';
      }
      seen = await sight(file, seen);
      if (seen && seen.looks * this.#times.lookMs >= this.#patience(seen)) {
        await this.#takeAway(file, seen.content);
        seen = undefined;
      }
      await this.#clock.sleep(this.#times.lookMs, signal);
    }
  }

  #patience({ content }: Sight): number {
    return isGone(content) ? this.#times.deadAfterMs : this.#times.givenUpAfterMs;
  }

  /** Under a lease of its own, so that of several who wait one removes what is dead and none what is new. */
  async #takeAway(file: string, dead: string): Promise<void> {
    const guard = `${file}.takeover`;
    if ((await created(guard, dead, this.#folder)) === 'created') {
      await removed(file, dead);
      await unlink(guard).catch(() => undefined);
    } else if (await isOlderThan(guard, this.#clock.now() - this.#times.givenUpAfterMs)) {
      await unlink(guard).catch(() => undefined);
    }
  }
}

/** What a waiting window sees of somebody else's lease. */
interface Sight {
  readonly content: string;
  readonly signOfLife: number;
  /** How often it was found unchanged. */
  readonly looks: number;
}

async function sight(file: string, before: Sight | undefined): Promise<Sight | undefined> {
  try {
    const [content, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    const isSame = before?.content === content && before.signOfLife === mtimeMs;
    return { content, signOfLife: mtimeMs, looks: isSame ? before.looks + 1 : 0 };
  } catch {
    return undefined;
  }
}

async function created(
  file: string,
  content: string,
  folder: string,
): Promise<'created' | 'taken' | 'impossible'> {
  try {
    await mkdir(folder, { recursive: true });
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

/** Removes the file if it still says this; another's is left alone. */
async function removed(file: string, content: string): Promise<void> {
  try {
    if ((await readFile(file, 'utf8')) === content) {
      await unlink(file);
    }
  } catch {
    // Gone already, or the disk is: then others wait until it counts as dead.
  }
}

async function touched(file: string, now: number): Promise<void> {
  await utimes(file, now / 1000, now / 1000).catch(() => undefined);
}

async function isOlderThan(file: string, moment: number): Promise<boolean> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs < moment,
    () => false,
  );
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
