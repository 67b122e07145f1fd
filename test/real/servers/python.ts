import { join } from 'node:path';
import { folderOf, installOnce, runClient } from '../realServer.ts';

/** The interpreter of a server's virtual environment. */
export function pythonOf(id: string): string {
  return join(folderOf(id), 'bin', 'python3');
}

/**
 * A virtual environment with these packages of PyPI, as pip writes them.
 * @param more puts into its folder what else the server needs
 */
export async function installFromPyPI(
  id: string,
  version: string,
  packages: readonly string[],
  say: (step: string) => void,
  more: (folder: string) => Promise<void> = async () => undefined,
): Promise<void> {
  const fill = async (folder: string) => {
    say('a virtual environment');
    await runClient(id, 'python3', ['-m', 'venv', folder]);
    say(packages.join(', '));
    await runClient(id, pythonOf(id), ['-m', 'pip', 'install', '--quiet', ...packages]);
    await more(folder);
  };
  await installOnce(id, version, fill, false);
}
