// A server that other people wrote: where it comes from, how it is started, and what it is then asked to do.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLogged } from '../host/loggedRun.ts';
import { realServersDir } from '../host/places.ts';
import type { Tool } from './machine.ts';

export interface RealServer<Subject extends Stoppable> {
  /** Of its test file, and what to call it on the command line. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly kind: 'OAuth 2.0 server' | 'Service with a list of tokens';
  /** What has to be on the computer; without it the server is not run, and that is said. */
  readonly needs: readonly Tool[];
  /** Where it is installed, if not in a folder called like it. */
  readonly folder?: string;
  /** The package and the kind of registry it comes from. */
  readonly source: string;
  /** What this server has not, by the sentence of the flow, with the reason. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** Puts the server into its folder; where it is there already, nothing is done. */
  install(say: (step: string) => void): Promise<void>;
  /** On a free port of 127.0.0.1, with nothing left of the start before. */
  start(): Promise<Subject>;
}

export interface Stoppable {
  stop(): Promise<void>;
}

/** What runs as it is, out of the packages that the tests have anyway. */
export const isInstalled = { needs: [], install: async () => undefined };

export function folderOf(id: string): string {
  return join(realServersDir, id);
}

export function logOf(id: string): string {
  return join(realServersDir, 'logs', `${id}.log`);
}

/** Runs a package client, whose output goes to the server's log. */
export async function runClient(
  id: string,
  command: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  await runLogged({
    command,
    args,
    log: logOf(id),
    ...(cwd !== undefined && { cwd }),
    ...(env && { env }),
  });
}

/**
 * Fills a folder once. It is filled beside its place and moved there when complete, so that a set-up that was
 * interrupted leaves nothing that looks finished.
 * @param isMovable whether the folder works elsewhere than where it was made; a virtual environment does not
 */
export async function installOnce(
  id: string,
  version: string,
  fill: (folder: string) => Promise<void>,
  isMovable = true,
): Promise<string> {
  const folder = folderOf(id);
  const stamp = join(folder, `.complete-${version}`);
  if (existsSync(stamp)) {
    return folder;
  }
  const staging = isMovable ? `${folder}.partial` : folder;
  rmSync(folder, { recursive: true, force: true });
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  await fill(staging);
  if (isMovable) {
    renameSync(staging, folder);
  }
  writeFileSync(stamp, '');
  return folder;
}

/** A new and empty folder for what one start of the server keeps. */
export function emptyDataFolder(id: string): string {
  const folder = join(realServersDir, 'data', id);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
