// The end-to-end level: packs the extension as it would be published, then tells its stories in a real workbench.
import { spawn } from 'node:child_process';
import { projectRoot } from '../host/places.ts';
import { provisionHost } from '../host/provision.ts';
import { picturesDir } from './launch.ts';

await run(['esbuild.js', '--package']);
await provisionHost('newest');
await run([
  'node_modules/mocha/bin/mocha.js',
  '--reporter',
  'test/results.ts',
  // Two files at a time: most of a story is waiting for the workbench, and each file has a server, a browser and a
  // profile of its own.
  '--parallel',
  '--jobs',
  '2',
  '--timeout',
  '300000',
  '--spec',
  'test/e2e/**/*.test.ts',
  ...process.argv.slice(2),
]);
console.log(`Pictures of the run are in ${picturesDir}`);

/** Ends this process when the program failed. It shares our terminal, so that Ctrl-C reaches it, too. */
async function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: 'inherit' });
  const passOn = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGTERM', passOn).on('SIGHUP', passOn);
  const code = await new Promise<number>((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
  process.off('SIGTERM', passOn).off('SIGHUP', passOn);
  if (code !== 0) {
    process.exit(code);
  }
}
