import { constants, open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { LocalMachine } from '../../core/ports.ts';

/** Longer than any credential file; what is longer is another file of that name. */
const maxFileBytes = 64 * 1024;

/** The computer the extension runs on: with a remote window that may be the remote one. */
export const localMachine: LocalMachine = {
  variable: (name) => env[name],
  configurationFile: async (path) => {
    try {
      return await readSmall(join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), ...path));
    } catch (cause) {
      if (
        cause instanceof Error &&
        'code' in cause &&
        (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      ) {
        return undefined;
      }
      throw new TokenManagerError('storage', '', { code: 'file', cause });
    }
  },
};

export async function readSmall(path: string): Promise<string> {
  // A pipe under that name would wait for a program that may never write. Windows has neither.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if ((await file.stat()).isFIFO()) {
      throw new Error('a pipe, not a file');
    }
    const { bytesRead, buffer } = await file.read(Buffer.alloc(maxFileBytes));
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
