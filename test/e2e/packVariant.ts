import { spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { options } from '../../esbuild.js';
import { projectRoot } from '../host/places.ts';

/**
 * Packs the product with another composition.
 * @param entry the file that activates it, below the project
 * @param folder empty, for the parts and the package
 * @returns the packed extension
 */
export async function packVariant(entry: string, folder: string): Promise<string> {
  for (const part of ['package.json', 'package.nls.json', 'l10n', 'media', 'README.md']) {
    cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  }
  const entryPoints = { extension: entry, network: 'src/platform/network.ts' };
  await build(options({ entryPoints, outdir: join(folder, 'dist') }));
  writeFileSync(join(folder, '.vscodeignore'), '');
  const vsix = join(folder, 'variant.vsix');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(projectRoot, 'node_modules', '@vscode', 'vsce', 'vsce'),
      'package',
      '--no-dependencies',
      '--skip-license',
      '--allow-missing-repository',
      '--out',
      vsix,
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`${entry} could not be packed.\n${stdout}${stderr}`);
  }
  return vsix;
}
