import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { options } from '../../esbuild.js';
import { projectRoot } from './places.ts';
import { packVariant } from './variant.ts';

/**
 * Builds and packs another extension for the tests, as its author would.
 * @param source folder with its manifest and `extension.ts`, below the project
 * @param place where to work
 * @param rename what to put for a name, everywhere in the manifest, so that one source makes several extensions
 * @returns the VSIX
 */
export async function packGuest(
  source: string,
  place: string,
  rename: (manifest: string) => string = (manifest) => manifest,
): Promise<string> {
  mkdirSync(place, { recursive: true });
  const folder = mkdtempSync(join(place, 'guest-'));
  const manifest = readFileSync(join(projectRoot, source, 'package.json'), 'utf8');
  writeFileSync(join(folder, 'package.json'), rename(manifest));
  writeFileSync(join(folder, 'README.md'), '# A guest for tests\n');
  cpSync(join(projectRoot, 'LICENSE'), join(folder, 'LICENSE'));
  const entry = join(source, 'extension.ts');
  await build(options({ entryPoints: { extension: entry }, outdir: join(folder, 'dist') }));
  return packVariant({ entry, folder });
}
