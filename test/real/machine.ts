// What a computer must have before a server can be installed from its own kind of package.
import { spawnSync } from 'node:child_process';

export interface Tool {
  readonly name: string;
  readonly isHere: () => boolean;
}

export const tools = {
  java: {
    name: 'Java 17 or newer',
    // It prints its version on the error stream, `"17.0.15"` or `"1.8.0_442"`.
    isHere: () => Number(/version "(\d+)/.exec(said('java', '-version'))?.[1]) >= 17,
  },
  javac: { name: 'a Java compiler', isHere: () => said('javac', '-version').startsWith('javac') },
  maven: { name: 'Maven', isHere: () => said('mvn', '--version').includes('Apache Maven') },
  go: { name: 'Go', isHere: () => said('go', 'version').startsWith('go version') },
  python: {
    name: 'Python 3.10 to 3.12 with venv',
    isHere: () => {
      const minor = Number(/^Python 3\.(\d+)/.exec(said('python3', '--version'))?.[1]);
      return minor >= 10 && minor <= 12 && ended('python3', '-c', 'import venv, ensurepip');
    },
  },
  compiler: { name: 'a C compiler', isHere: () => ended('cc', '--version') },
} as const satisfies Readonly<Record<string, Tool>>;

function said(command: string, ...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 60_000 });
  return `${stdout ?? ''}${stderr ?? ''}`;
}

function ended(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 60_000 }).status === 0;
}
