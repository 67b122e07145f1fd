// What Debian's own packages can supply where a bare machine lacks it, given root.
import { readFileSync } from 'node:fs';
import { runLogged } from './loggedRun.ts';

/** Ubuntu does not count: its `chromium` package is a pointer to a snap, which a container cannot run. */
export function canInstallFromDebian(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/** @throws Error with the end of apt's output. */
export async function installFromDebian(packages: readonly string[], log: string): Promise<void> {
  const apt = (...args: string[]) =>
    runLogged({ command: 'apt-get', args, log, env: { DEBIAN_FRONTEND: 'noninteractive' } });
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', ...packages);
}
