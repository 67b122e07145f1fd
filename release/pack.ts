import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';
import { packedManifest } from './manifestRules.ts';

const root = join(import.meta.dirname, '..');
const staged = join(root, 'out', 'package');

/** Packs what is built: the files that `.vscodeignore` lets through, the manifest without what only its development needs. */
export async function pack(vsix: string): Promise<void> {
  rmSync(staged, { recursive: true, force: true });
  // Everything is bundled, so that no dependency folder is packed.
  for (const file of await listFiles({ cwd: root, packageManager: PackageManager.None })) {
    const copy = join(staged, file);
    cpSync(join(root, file), copy, { preserveTimestamps: true });
    if (/^package(?:\.nls(?:\.[\w-]+)?)?\.json$/.test(basename(file))) {
      writeFileSync(copy, packedManifest(readFileSync(copy, 'utf8')));
    }
  }
  const hasRepository = 'repository' in JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await createVSIX({
    cwd: staged,
    ignoreFile: join(root, '.vscodeignore'),
    packagePath: join(root, vsix),
    dependencies: false,
    preRelease: process.env.RELEASE_CHANNEL === 'pre-release',
    // Without a public repository to link to, pictures and links stay relative and are packed.
    allowMissingRepository: !hasRepository,
    rewriteRelativeLinks: hasRepository,
  });
}
