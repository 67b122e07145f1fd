import { posix } from 'node:path';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { ProgramFiles } from '../../../../src/core/ports.ts';

/** A computer in memory: its files by their path, and what was asked of it. */
export class FakeMachine implements ProgramFiles {
  readonly computer = 'desk';
  readonly home = '/home/ann';
  system: ProgramFiles['system'] = 'linux';
  variables: Readonly<Record<string, string>> = {};
  /** Paths of files that are there and cannot be read. */
  broken: readonly string[] = [];
  isOpenToOthers = false;
  readonly asked: string[] = [];
  readonly shown: string[] = [];
  readonly opened: string[] = [];
  readonly files: Readonly<Record<string, string>>;

  constructor(files: Readonly<Record<string, string>>) {
    this.files = files;
  }

  readonly variable = (name: string) => this.variables[name];

  readonly join = (...parts: readonly string[]) => posix.join(...parts);

  readonly read = async (path: string) => {
    this.asked.push(path);
    if (this.broken.includes(path)) {
      throw new TokenManagerError('storage', '', { code: 'file' });
    }
    const text = this.files[path];
    return text === undefined ? undefined : { text, isOpenToOthers: this.isOpenToOthers };
  };

  readonly names = async (folder: string) => {
    this.asked.push(folder);
    const below = Object.keys(this.files).filter((path) => path.startsWith(`${folder}/`));
    return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))];
  };

  readonly show = async (path: string) => void this.shown.push(path);

  readonly openPage = async (address: string) => void this.opened.push(address);
}
