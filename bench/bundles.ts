import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { entryPoints, options } from '../esbuild.js';
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

/** Adapters and what sends for them, as they are published: a file that loads both. */
export async function networkHalf(folder: string): Promise<string> {
  const { adapters, network } = entryPoints('src/extension.ts');
  const files = [await bundle(adapters, folder, 'adapters'), await bundle(network, folder, 'network')];
  const both = join(folder, 'networkHalf.cjs');
  writeFileSync(both, files.map(({ file }) => `require(${JSON.stringify(file)});`).join('\n'));
  return both;
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

/** The files of the product, as they are published, by their names. @param extension another one to begin with */
export async function productBundles(
  folder: string,
  extension = 'src/extension.ts',
): Promise<Readonly<Record<string, Bundle>>> {
  const bundles = Object.entries(entryPoints(extension)).map(
    async ([name, entry]) => [name, await bundle(entry, folder, name)] as const,
  );
  return Object.fromEntries(await Promise.all(bundles));
}
