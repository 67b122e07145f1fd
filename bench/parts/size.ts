import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../test/host/places.ts';
import { productBundles, scratchFolder } from '../bundles.ts';
import { atMost, exactly, known, type Part, type Row } from '../row.ts';

/** What is published, and what each dependency weighs in it. */
export const sizePart: Part = {
  name: 'size',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const folder = scratchFolder(cleanup);
    const bundles = await productBundles(folder);
    return [
      atMost('VSIX without pictures', 218, exactly(packedWithoutPictures() / 1000), 'kB'),
      ...Object.entries(bundles).map(([name, { bytes }]) =>
        known(`${name}.cjs, minified`, exactly(bytes / 1000), 'kB'),
      ),
      ...weights(Object.values(bundles).map(({ metafile }) => metafile)),
    ];
  },
};

function packedWithoutPictures(): number {
  const packed = spawnSync(process.execPath, ['esbuild.js', '--package'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  if (packed.status !== 0) {
    throw new Error(`${packed.stdout}${packed.stderr}`);
  }
  const vsix = readFileSync(join(projectRoot, 'oauth-token-manager.vsix'));
  const pictures = zipEntries(vsix).filter(({ name }) => name.endsWith('.png'));
  return vsix.length - pictures.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
}

/** What is in a zip file, by its central directory (APPNOTE.TXT, sections 4.3.12 and 4.3.16). */
function zipEntries(zip: Buffer): { readonly name: string; readonly packedBytes: number }[] {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const nameLength = zip.readUInt16LE(at + 28);
    const entry = {
      name: zip.toString('utf8', at + 46, at + 46 + nameLength),
      packedBytes: zip.readUInt32LE(at + 20),
    };
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    return entry;
  });
}

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** What each package, and the product's own code, brings into the bundle. */
function weights(metafiles: readonly Metafile[]): Row[] {
  const bytes = new Map<string, number>();
  for (const { outputs } of metafiles) {
    for (const { inputs } of Object.values(outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'our own code';
        bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
      }
    }
  }
  return [...bytes]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, weight]) => known(`In the bundle: ${name}`, exactly(weight / 1000), 'kB'));
}
