import { readdir, stat } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { platform, env as variables } from 'node:process';
import { commands, env, Uri } from 'vscode';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { ProgramFiles } from '../../core/ports.ts';
import { readSmall } from './localMachine.ts';

const isWindows = platform === 'win32';

/** Of the computer that the extension runs on. */
export const programFiles: ProgramFiles = {
  system: isWindows ? 'windows' : platform === 'darwin' ? 'macos' : 'linux',
  computer: hostname(),
  home: homedir(),
  variable: (name) => variables[name],
  join: (...parts) => join(...parts),
  read: (path) =>
    ifThere(async () => {
      const { mode } = await stat(path);
      return { text: await readSmall(path), isOpenToOthers: isWindows ? undefined : (mode & 0o044) !== 0 };
    }),
  names: async (folder) => (await ifThere(() => readdir(folder))) ?? [],
  show: async (path) => void (await commands.executeCommand('vscode.open', Uri.file(path))),
  openPage: async (address) => void (await env.openExternal(Uri.parse(address, true))),
};

async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
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
