// The end-to-end level: packs the extension as it would be published, then tells its stories in a real workbench.
import { spawnSync } from 'node:child_process';
import { projectRoot } from '../host/places.ts';
import { provisionHost } from '../host/provision.ts';
import { picturesDir } from './launch.ts';

run(['esbuild.js', '--package']);
await provisionHost('newest');
run([
  'node_modules/mocha/bin/mocha.js',
  '--reporter',
  'test/results.ts',
  '--timeout',
  '180000',
  '--spec',
  'test/e2e/**/*.test.ts',
  ...process.argv.slice(2),
]);
console.log(`Pictures of the run are in ${picturesDir}`);

function run(args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { cwd: projectRoot, stdio: 'inherit' });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
