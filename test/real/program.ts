import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tail } from '../host/loggedRun.ts';
import { startGroup } from '../host/processGroup.ts';
import type { Stoppable } from './realServer.ts';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** The file that gets its output. */
  readonly log: string;
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** An address that answers once the server is ready: with a success, unless told. */
  readonly readyAt: string;
  readonly readyStatus?: number;
  readonly deadlineMs?: number;
}

/**
 * Starts a server and resolves when it answers. It ends with this process, however that comes about.
 * @throws Error with the end of its output when it ends instead or takes too long
 */
export async function startProgram(program: Program): Promise<Stoppable> {
  const { command, args, log, cwd, env, deadlineMs = 600_000 } = program;
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'a');
  const group = startGroup(command, args, {
    stdio: ['ignore', file, file],
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
  });
  closeSync(file);
  const state: { code?: number } = {};
  void group.ended.then((code) => {
    state.code = code;
  });
  const deadline = Date.now() + deadlineMs;
  while (!(await answers(program))) {
    if (state.code !== undefined || Date.now() > deadline) {
      const what = state.code === undefined ? 'does not answer' : `ended with ${state.code}`;
      await group.stop();
      throw new Error(`${command} ${what}.\n${tail(log)}\nThe whole log: ${log}`);
    }
    await pause(250);
  }
  return { stop: () => group.stop(10_000) };
}

async function answers({ readyAt, readyStatus }: Program): Promise<boolean> {
  try {
    const { ok, status, body } = await fetch(readyAt, { signal: AbortSignal.timeout(5000) });
    await body?.cancel();
    return readyStatus === undefined ? ok : status === readyStatus;
  } catch {
    return false;
  }
}

/** A port of 127.0.0.1 that nothing listens on, for servers that cannot choose one themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}
