// The first thing every npm script runs, on whatever Node the machine has (20 or newer): it installs
// the project's packages when they are missing or out of date, then runs the given script with the
// Node that the project brings. Plain JavaScript without imports from packages, because there may be none yet.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.installed-from');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const windows = process.platform === 'win32';

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  console.log('Installing packages (npm ci) …');
  run(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { shell: windows });
  writeFileSync(stamp, lock);
}

const [script, ...args] = process.argv.slice(2);
const bundledNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
// Scripts find the same Node when they start `node` themselves.
const path = `${dirname(bundledNode)}${windows ? ';' : ':'}${process.env.PATH ?? ''}`;
if (script) {
  const child = spawn(bundledNode, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  child.once('error', (error) => {
    throw error;
  });
  child.once('exit', (code) => process.exit(code ?? 1));
  // Ctrl-C reaches the script from the terminal; what is sent to this process alone is passed on. Either
  // way the script gets the time to clean up.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
}

/**
 * Runs to the end and, when the child failed, ends this process with the child's code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
function run(command, args, options) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
