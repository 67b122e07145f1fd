import { constants, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { LocalMachine } from '../../core/ports.ts';

/** Longer than any file of credentials; what is longer is another file of that name. */
const maxFileBytes = 1024 * 1024;

/** The computer the extension runs on: with a remote window that may be the remote one. */
export const localMachine: LocalMachine = {
  variable: (name) => env[name],
  configurationFile: async (path) => {
    const configuration = env.XDG_CONFIG_HOME || join(homedir(), '.config');
    return (await ifThere(() => readSmall(join(configuration, ...path))))?.text;
  },
};

/** `undefined` for what is not there. @throws `storage` for anything else that keeps it from being read */
export async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) {
      return undefined;
    }
    throw cause instanceof TokenManagerError
      ? cause
      : new TokenManagerError('storage', '', { code: 'file', cause });
  }
}

export interface SmallFile {
  readonly text: string;
  /** Who may do what with it, as the system says it. */
  readonly mode: number;
}

/**
 * The whole of a file, or nothing: a part of one would look like a file that holds less.
 * @throws `storage` with the code `file-too-large`
 */
export async function readSmall(path: string): Promise<SmallFile> {
  // A pipe under that name would wait for a program that may never write. Windows has neither.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const about = await file.stat();
    if (!about.isFile()) {
      throw new Error('a pipe, a device or a folder');
    }
    if (about.size > maxFileBytes) {
      throw new TokenManagerError('storage', '', { code: 'file-too-large' });
    }
    return { text: (await file.readFile('utf8')).replace(/^\uFEFF/, ''), mode: about.mode };
  } finally {
    await file.close();
  }
}
