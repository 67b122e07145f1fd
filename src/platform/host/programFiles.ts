import { readdir } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { platform, env as variables } from 'node:process';
import { commands, env, Uri } from 'vscode';
import type { ProgramFiles } from '../../core/ports.ts';
import { ifThere, readSmall } from './localMachine.ts';

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
      const { text, mode } = await readSmall(path);
      return { text, isOpenToOthers: isWindows ? undefined : (mode & 0o044) !== 0 };
    }),
  names: async (folder) => (await ifThere(() => readdir(folder))) ?? [],
  show: async (path) => void (await commands.executeCommand('vscode.open', Uri.file(path))),
  openPage: async (address) => void (await env.openExternal(Uri.parse(address, true))),
};
