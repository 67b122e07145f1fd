import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { build } from 'esbuild';
import { options, publish } from '../../esbuild.js';
import { filesOf } from '../../release/vsix.ts';
import { projectRoot } from '../../test/host/places.ts';
import { scratchFolder } from '../bundles.ts';
import { atMost, exactly, type Part, type Row } from '../row.ts';

const limit = 360;
const ourCode = 'our own code';

/** What is published, and what each dependency weighs in it. */
export const sizePart: Part = {
  name: 'size',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const folder = scratchFolder(cleanup);
    const published = await publish('src/extension.ts', folder);
    const code = Object.entries(published).map(([name, file]) => ({ name: `${name}.cjs`, ...file }));
    return rowsOf(packed(), code, await packedAsOne(folder));
  },
};

interface Entry {
  /** Its path in the zip file. */
  readonly name: string;
  readonly packedBytes: number;
}

interface File {
  readonly name: string;
  readonly bytes: number;
  /** Bytes in it by source file. */
  readonly inputs: ReadonlyMap<string, number>;
}

/** In bytes. */
interface Weight {
  minified: number;
  packed: number;
}

function rowsOf({ bytes, entries }: ReturnType<typeof packed>, code: readonly File[], asOne: number): Row[] {
  const published = bytes - total(entries.filter(({ name }) => name.endsWith('.png')));
  const ofCode = total(entries.filter(({ name }) => name.endsWith('.cjs')));
  const known = (what: string, packedBytes: number, minified?: number): Row => ({
    what,
    goal: '',
    measured: `${kilobytes(packedBytes)}${minified === undefined ? '' : ` (${kilobytes(minified)} minified)`}`,
    isMet: undefined,
  });
  return [
    atMost('VSIX without pictures', limit, exactly(published / 1000), 'kB'),
    known(
      '… with all code in one file, each source in it once, which is the least that what it does takes',
      published - ofCode + asOne,
    ),
    ...[...weightsOf(entries, code)].map(([name, weight]) =>
      known(`… ${name === ourCode ? '' : 'the library '}${name}`, weight.packed, weight.minified),
    ),
    ...[...groupsOf(entries)].map(([name, packedBytes]) => known(`… ${name}`, packedBytes)),
    known('… names and places of the files in the zip file', bytes - total(entries)),
  ];
}

/** The same code where nothing waits to be loaded, so that nothing is in two files and all is packed by one table. */
async function packedAsOne(folder: string): Promise<number> {
  const { plugins = [], ...rest } = options({ entryPoints: { all: 'src/extension.ts' }, outdir: folder });
  const { outputFiles } = await build({
    ...rest,
    plugins: plugins.filter(({ name }) => name !== 'lazy-in-files-of-their-own'),
    absWorkingDir: projectRoot,
    minify: true,
    sourcemap: false,
    write: false,
  });
  return outputFiles.reduce((sum, { contents }) => sum + deflateRawSync(contents).length, 0);
}

/** A zip file packs a file as a whole; it is shared out by what each source wrote into it. */
function packedPerByte({ name, bytes }: File, entries: readonly Entry[]): number {
  return (entries.find((entry) => basename(entry.name) === name)?.packedBytes ?? 0) / bytes;
}

/** What each package, and the product's own code, weighs in all files of code together, heaviest first. */
function weightsOf(entries: readonly Entry[], code: readonly File[]): Map<string, Weight> {
  const weights = new Map<string, Weight>();
  for (const file of code) {
    for (const [origin, minified] of originsOf(file)) {
      const weight = weights.get(origin) ?? { minified: 0, packed: 0 };
      weight.minified += minified;
      weight.packed += minified * packedPerByte(file, entries);
      weights.set(origin, weight);
    }
  }
  return new Map([...weights].toSorted(([, a], [, b]) => b.packed - a.packed));
}

/** What esbuild itself adds counts as ours. */
function originsOf({ bytes, inputs }: File): Map<string, number> {
  const origins = new Map([[ourCode, bytes]]);
  const add = (origin: string, more: number) => origins.set(origin, (origins.get(origin) ?? 0) + more);
  for (const [path, bytesInOutput] of inputs) {
    const [, library] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
    if (library !== undefined) {
      add(library, bytesInOutput);
      add(ourCode, -bytesInOutput);
    }
  }
  return origins;
}

/** Packed bytes of what is neither code nor a picture, heaviest first. */
function groupsOf(entries: readonly Entry[]): Map<string, number> {
  const groups = new Map<string, number>();
  for (const { name, packedBytes } of entries) {
    const group = groupOf(name);
    if (group !== undefined) {
      groups.set(group, (groups.get(group) ?? 0) + packedBytes);
    }
  }
  return new Map([...groups].toSorted(([, a], [, b]) => b - a));
}

function groupOf(name: string): string | undefined {
  if (/\.(?:cjs|png)$/.test(name)) {
    return undefined;
  }
  if (/\/l10n\/|\.nls\..+\.json$/.test(name)) {
    return 'translations';
  }
  return /\.(?:md|txt)$/.test(name)
    ? 'documentation and licences'
    : 'manifest with its English texts, drawings';
}

/** Packs the extension as it is published. */
function packed(): { readonly bytes: number; readonly entries: readonly Entry[] } {
  const run = spawnSync(process.execPath, ['esbuild.js', '--package'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  if (run.status !== 0) {
    throw new Error(`${run.stdout}${run.stderr}`);
  }
  const vsix = readFileSync(join(projectRoot, 'oauth-token-manager.vsix'));
  return { bytes: vsix.length, entries: filesOf(vsix) };
}

function total(entries: readonly Entry[]): number {
  return entries.reduce((sum, { packedBytes }) => sum + packedBytes, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
