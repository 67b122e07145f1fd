import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { placesOf } from '../../src/adapters/thisComputer/program.ts';
import { programs } from '../../src/adapters/thisComputer/programs.ts';
import { filesOf } from '../unit/adapters/thisComputer/files.ts';
import { FakeMachine } from '../unit/adapters/thisComputer/machine.ts';

/** A home folder in which each program keeps what it would, by its documented format. */
export interface ProgramHome {
  readonly folder: string;
  /** For an extension host that shall see this home, and nothing of the computer that the test runs on. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the planted files that are not what they were. */
  changed(): readonly string[];
  remove(): void;
}

/** @param gitLab a GitLab on this computer that glab is signed in to */
export function programHome(gitLab: { readonly url: string; readonly token: string }): ProgramHome {
  const folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-home-'));
  const glab = [
    'hosts:',
    `    ${new URL(gitLab.url).host}:`,
    `        token: ${gitLab.token}`,
    '        api_protocol: http',
    '        user: ann',
    '',
  ].join('\n');
  const files = { ...filesOf(folder), [`${folder}/.config/glab-cli/config.yml`]: glab };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
  }
  return {
    folder,
    env: {
      ...Object.fromEntries(variablesOfPrograms().map((name) => [name, ''])),
      HOME: folder,
      // Empty ones are taken for the current folder by others.
      XDG_CONFIG_HOME: join(folder, '.config'),
      XDG_DATA_HOME: join(folder, '.local', 'share'),
      XDG_CACHE_HOME: join(folder, '.cache'),
    },
    changed: () =>
      Object.entries(files).flatMap(([path, text]) => (readFileSync(path, 'utf8') === text ? [] : [path])),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Those with a value and those that lead to a file, such as the one that npm sets for whatever it runs. */
function variablesOfPrograms(): readonly string[] {
  const machine = new AskedMachine({});
  for (const program of programs) {
    placesOf(program, machine);
  }
  const named = programs.flatMap(({ variables = [] }) =>
    variables.flatMap(({ name, hostVariables = [] }) => [name, ...hostVariables]),
  );
  return [...named, ...machine.askedVariables];
}

class AskedMachine extends FakeMachine {
  readonly askedVariables: string[] = [];

  override readonly variable = (name: string) => {
    this.askedVariables.push(name);
    return undefined;
  };
}
