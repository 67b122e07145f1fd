// A started program together with everything it starts, so that nothing outlives the tests or the demo.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';

export interface ProcessGroup {
  readonly child: ChildProcess;
  /** Resolves once, when the leader has ended; a signal counts as the shell's 128 + number. Never rejects. */
  readonly ended: Promise<number>;
  /** Asks the whole group to end, insists after `graceMs`, and resolves when the leader is gone. */
  stop(graceMs?: number): Promise<void>;
}

const isWindows = process.platform === 'win32';

/**
 * Starts a program as the leader of a process group of its own. When this process exits, however that comes
 * about short of SIGKILL, the group is killed; see `exitOnSignals`.
 */
export function startGroup(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ProcessGroup {
  const child = spawn(command, args, { ...options, detached: !isWindows });
  const killNow = () => signalGroup(child, 'SIGKILL');
  process.on('exit', killNow);
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => resolve(exitCode(code, signal)));
  }).finally(() => process.off('exit', killNow));

  return {
    child,
    ended,
    async stop(graceMs = 5000) {
      signalGroup(child, 'SIGTERM');
      const insist = setTimeout(killNow, graceMs);
      await ended;
      clearTimeout(insist);
      // The leader may have left some of its own children behind.
      killNow();
    },
  };
}

/** Runs a program to its end. Resolves to its exit code and never rejects. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<number> {
  return startGroup(command, args, options).ended;
}

/**
 * Makes Ctrl-C and its relatives an ordinary exit, so that `exit` listeners (ours and Playwright's) get to
 * kill what they started. For the entry point of a process that starts groups or browsers.
 */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // Not `once`: a second Ctrl-C must not cut the exit short.
    process.on(signal, () => process.exit(128 + constants.signals[signal]));
  }
}

/** The exit code a shell would report. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (isWindows) {
    // Windows has no groups, but it knows whose child each process is, as long as the leader lives.
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // No such group: everything in it has ended already.
  }
}
