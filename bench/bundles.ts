import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { options } from '../esbuild.js';
import { projectRoot } from '../test/host/places.ts';

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  readonly metafile: Metafile;
}

/** A folder that is gone when the part is over. */
export function scratchFolder(cleanup: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-bench-'));
  cleanup.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Bundles one entry the way the product is bundled, with everything in one file unless it is the product's own. */
export async function bundle(entry: string, folder: string, name: string): Promise<Bundle> {
  const { metafile } = await build({
    ...options({ entryPoints: { [name]: join(projectRoot, entry) }, outdir: folder }),
    minify: true,
    sourcemap: false,
    metafile: true,
    absWorkingDir: projectRoot,
  });
  const file = join(folder, `${name}.cjs`);
  return { file, bytes: statSync(file).size, metafile };
}

/**
 * What the first list of a connection loads after the product itself.
 * @param adapters the file that has its adapter
 */
export function networkFiles(adapters: string): readonly string[] {
  return ['adapters', adapters, 'network'];
}

/** A file that loads them, as they are published in the folder. */
export function networkHalf(published: string, adapters: string): string {
  const all = join(published, `networkHalf.${adapters}.cjs`);
  const statements = networkFiles(adapters).map((name) => `require('./${name}.cjs');\n`);
  writeFileSync(all, statements.join(''));
  return all;
}

/** What a file of those costs before anything of it runs: VS Code reads it, and V8 looks through all of it. */
export function parsedOnly(files: readonly string[], to: string): string {
  const bodies = files.map((file) => `() => {${readFileSync(file, 'utf8')}\n}`);
  writeFileSync(to, `module.exports = [${bodies.join(',\n')}];`);
  return to;
}

/** A third party's library as its users would bundle it: without what is special to the product. */
export async function plainBundle(entry: string, folder: string, name: string): Promise<Bundle> {
  const file = join(folder, `${name}.cjs`);
  const { metafile } = await build({
    entryPoints: [join(projectRoot, entry)],
    outfile: file,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
    absWorkingDir: projectRoot,
  });
  return { file, bytes: statSync(file).size, metafile };
}
