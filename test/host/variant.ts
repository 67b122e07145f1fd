import { spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publish } from '../../esbuild.js';
import { projectRoot } from './places.ts';

/** Where a variant comes from and where it goes. */
export interface Variant {
  /** The file that activates it, below the project. */
  readonly entry: string;
  /** Empty, or made when needed. */
  readonly folder: string;
}

const parts = ['package.json', 'package.nls.json', 'media', 'README.md', 'CHANGELOG.md', 'LICENSE'];

/** Builds the product with another composition, ready to be loaded from its folder. */
export async function buildVariant({ entry, folder }: Variant): Promise<void> {
  for (const part of parts) {
    cpSync(join(projectRoot, part), join(folder, part), { recursive: true });
  }
  // As it is published, because VS Code takes longer to read what is not.
  await publish(join(projectRoot, entry), join(folder, 'dist'));
}

/** Packs a variant that has been built, with everything else that lies in its folder. @returns the VSIX */
export function packVariant({ entry, folder }: Variant): string {
  writeFileSync(join(folder, '.vscodeignore'), '*.vsix\n');
  const vsix = join(folder, 'variant.vsix');
  const vsce = join(projectRoot, 'node_modules', '@vscode', 'vsce', 'vsce');
  const choices = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vsce, 'package', ...choices, '--out', vsix],
    { cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) {
    throw new Error(`${entry} could not be packed.\n${stdout}${stderr}`);
  }
  return vsix;
}
