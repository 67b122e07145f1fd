import { dirname, join } from 'node:path';

export const projectRoot = dirname(dirname(import.meta.dirname));

/** Everything that set-up makes: VS Code hosts, logs, what failed runs leave to look at. Git-ignored. */
export const cacheDir = join(projectRoot, '.vscode-test');
export const logsDir = join(cacheDir, 'logs');
export const failuresDir = join(cacheDir, 'failures');
