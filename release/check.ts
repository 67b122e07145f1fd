// npm run release:check: what speaks against publishing the package that `npm run package` made. With
// `-- --package-only` what only the publisher can fill in is told and does not count.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '../src/adapters/index.ts';
import { publishingProblems, type ReleaseManifest } from './manifestRules.ts';
import { knownHarmless, mostBytes, packageProblems } from './packageRules.ts';
import { filesOf } from './vsix.ts';

const root = join(import.meta.dirname, '..');
const vsix = readFileSync(join(root, 'oauth-token-manager.vsix'));
const manifest: ReleaseManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
const names = services.map(({ offer }) => offer((sentence) => sentence).displayName);

const files = filesOf(vsix);
const problems = packageProblems(files, vsix.length);
const missing = publishingProblems(manifest, changelog, process.env.RELEASE_TAG, names);
const isPackageOnly = process.argv.includes('--package-only');

console.log(`${files.length} files, ${vsix.length} bytes of at most ${mostBytes}`);
for (const { why } of knownHarmless) {
  console.log(`Looks like a secret and is none: ${why}`);
}
for (const problem of problems) {
  console.error(`✘ ${problem}`);
}
for (const problem of missing) {
  console.error(`${isPackageOnly ? '– before publishing:' : '✘'} ${problem}`);
}
if (problems.length > 0 || (missing.length > 0 && !isPackageOnly)) {
  process.exitCode = 1;
} else {
  console.log(`✔ ${isPackageOnly ? 'The package is sound.' : 'The package may be published.'}`);
}
