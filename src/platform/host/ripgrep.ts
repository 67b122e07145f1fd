import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { FileSearchOptions } from '../../core/ports.ts';

/** Files of text are smaller; what is larger is data. The number is told to the user. */
export const largestFile = 5_000_000;

/** Where VS Code has its own copy of ripgrep, by release and by kind of build. */
const ripgrepPlaces: readonly (readonly string[])[] = [
  ['@vscode', 'ripgrep-universal', 'bin', `${process.platform}-${process.arch}`],
  ['@vscode', 'ripgrep', 'bin'],
];

/** Git usually ignores these because they hold credentials. */
const credentialFiles = [
  '.env',
  '.env.*',
  '*.env',
  '.envrc',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.netrc',
  '.pypirc',
  '.git-credentials',
  'credentials*',
  'secrets*',
  '*.tfvars',
];

/** Without configuration files, which could name a program to run, and without following links. */
function searches({ ignored }: FileSearchOptions): readonly string[][] {
  const usual = [
    '--no-config',
    '--files-with-matches',
    '--null',
    '--hidden',
    '--no-messages',
    '--no-follow',
    `--max-filesize=${largestFile}`,
    '--glob=!.git',
    '--file=-',
  ];
  const globs = credentialFiles.map((name) => `--glob=**/${name}`);
  return ignored ? [usual, ['--no-ignore', ...globs, '--glob=!**/node_modules/**', ...usual]] : [usual];
}

/** @throws `unsupported` where this VS Code has none */
export async function findRipgrep(appRoot: string): Promise<string> {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  for (const modules of ['node_modules', 'node_modules.asar.unpacked']) {
    for (const place of ripgrepPlaces) {
      const program = join(appRoot, modules, ...place, name);
      if (await isProgram(program)) {
        return program;
      }
    }
  }
  throw new TokenManagerError('unsupported', '', { code: 'no-search' });
}

function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The names of files with a matching line, relative to the folder. */
export async function filesMatching(
  program: string,
  folder: string,
  patterns: readonly string[],
  options: FileSearchOptions,
  signal: AbortSignal,
): Promise<{ readonly names: readonly string[]; readonly isWhole: boolean }> {
  const all = [];
  for (const args of searches(options)) {
    all.push(await run(program, args, folder, patterns, signal));
  }
  return { names: all.flatMap(({ names }) => names), isWhole: all.every(({ isWhole }) => isWhole) };
}

/** The patterns go by a pipe: arguments can be seen by other programs. */
function run(
  program: string,
  args: readonly string[],
  folder: string,
  patterns: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly names: readonly string[]; readonly isWhole: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, '.'], { cwd: folder, signal, stdio: ['pipe', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.once('error', (thrown) =>
      reject(
        signal.aborted
          ? new TokenManagerError('cancelled', '')
          : new TokenManagerError('unsupported', thrown.message, { code: 'no-search' }),
      ),
    );
    child.once('close', (code) => {
      // 1 says that nothing matched, 2 that something could not be read, which may be one file of thousands.
      if (code === 0 || code === 1 || code === 2) {
        const names = Buffer.concat(parts).toString('utf8').split('\0').filter(Boolean);
        resolve({ names, isWhole: code !== 2 });
      } else {
        reject(new TokenManagerError('unsupported', `ripgrep: ${code}`, { code: 'no-search' }));
      }
    });
    // It may end before it has read all of them; its code says why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${patterns.join('\n')}\n`);
  });
}
