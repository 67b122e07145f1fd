import { spawnSync } from 'node:child_process';
import { installOnce, runClient } from '../realServer.ts';

interface Build {
  readonly tags: string;
  /** What the program's own go.mod replaces, which is not replaced for those who depend on it. */
  readonly replaced: readonly string[];
  /** Puts into the folder what else the program needs of its sources. */
  more?(folder: string, sources: string): void;
}

/** Compiles a program of the Go module proxy. */
export async function installWithGo(
  id: string,
  module: string,
  version: string,
  say: (step: string) => void,
  { tags, replaced, more }: Build,
): Promise<void> {
  await installOnce(id, version, async (folder) => {
    const go = (...args: string[]) => runClient(id, 'go', args, { cwd: folder, env: { GOBIN: folder } });
    say('its sources and what they need');
    await go('mod', 'init', 'server');
    await go('mod', 'edit', ...replaced.map((one) => `-replace=${one}`));
    await go('get', '-tool', `${module}@v${version}`);
    say('compiling, which takes minutes');
    await go('install', `-tags=${tags}`, module);
    if (more) {
      const listed = ['list', '-m', '-f', '{{.Dir}}', module];
      const { stdout } = spawnSync('go', listed, { cwd: folder, encoding: 'utf8' });
      more(folder, stdout.trim());
    }
  });
}
