import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export const projectRoot = dirname(dirname(import.meta.dirname));

/** Everything that set-up makes: VS Code hosts, logs, what failed runs leave to look at. Git-ignored. */
export const cacheDir = join(projectRoot, '.vscode-test');
export const logsDir = join(cacheDir, 'logs');
export const failuresDir = join(cacheDir, 'failures');

/**
 * The servers of `npm run test:real`: what was installed for them, what they keep and their logs. Outside of the
 * project, where packing, linting and searching would walk through all of it.
 */
export const realServersDir = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
  'oauth-token-manager',
  'real-servers',
);
