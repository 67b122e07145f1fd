// Runs set-up programs whose output matters only when they fail.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { runToEnd } from './processGroup.ts';

export interface LoggedRun {
  readonly command: string;
  readonly args: readonly string[];
  /** The file that gets the output, after what is in it already. */
  readonly log: string;
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Resolves when the program succeeded.
 * @throws Error with the end of the log when it failed or could not be started.
 */
export async function runLogged({ command, args, log, cwd, env }: LoggedRun): Promise<void> {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'a');
  writeSync(file, `\n$ ${[command, ...args].join(' ')}\n`);
  try {
    const code = await runToEnd(command, args, {
      stdio: ['ignore', file, file],
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
    });
    if (code !== 0) {
      throw new Error(
        `${command} ${args.join(' ')} ended with ${code}.\n${tail(log)}\nThe whole log: ${log}`,
      );
    }
  } finally {
    closeSync(file);
  }
}

/** The last lines of a text file; empty when there is none. */
export function tail(file: string, lines = 40): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : '';
}
