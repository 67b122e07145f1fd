// npm run release:dry: everything of a release but the publishing. It packs twice and compares, because a package
// whose content depends on when or where it was built cannot be verified by others.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from './vsix.ts';

const root = join(import.meta.dirname, '..');

run('pack', ['esbuild.js', '--package']);
const first = contents();
run('pack again', ['esbuild.js', '--package']);
const second = contents();
const different = [...new Set([...first.keys(), ...second.keys()])].filter(
  (name) => !first.get(name)?.equals(second.get(name) ?? Buffer.alloc(0)),
);
if (different.length > 0) {
  console.error(`✘ Packed twice, these differ: ${different.join(', ')}`);
  process.exit(1);
}
console.log(`✔ Packed twice, all ${first.size} files are the same.`);
run('check', ['release/check.ts', '--package-only']);
run('artifacts', ['release/artifacts.ts']);
console.log('\nNothing was published. What is next is in RELEASING.md.');

function contents(): ReadonlyMap<string, Buffer> {
  const files = filesOf(readFileSync(join(root, 'oauth-token-manager.vsix')));
  return new Map(files.map(({ name, content }) => [name, content]));
}

function run(step: string, args: readonly string[]): void {
  console.log(`\n━━━ ${step}\n`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}
