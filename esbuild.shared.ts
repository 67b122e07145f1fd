// The files that are loaded when needed, as they are published: what several of them use stands in one of them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Script } from 'node:vm';
import { type BuildOptions, build, type Plugin } from 'esbuild';

export interface PublishedFile {
  readonly bytes: number;
  /** Bytes by source. */
  readonly inputs: ReadonlyMap<string, number>;
}

/** An ES module that esbuild has made: a file, or what several files use. */
interface Piece {
  readonly text: string;
  /** Other pieces, by their names. */
  readonly imports: readonly string[];
  readonly inputs: ReadonlyMap<string, number>;
}

type Pieces = ReadonlyMap<string, Piece>;

/** A file that is loaded before those that take from it what they share. */
export interface Holder {
  readonly file: string;
  readonly takers: readonly string[];
  /** Where it is only what the file itself uses, what the others share among them is copied. */
  readonly holds: 'what it uses' | 'what several use';
}

/**
 * esbuild can split only into ES modules, and makes one for each combination of files that share something. Each
 * stands in the first of these files that holds it, and the others take it from there.
 */
export async function buildShared(
  options: BuildOptions & { readonly entryPoints: Readonly<Record<string, string>> },
  folder: string,
  holders: readonly Holder[],
): Promise<Readonly<Record<string, PublishedFile>>> {
  const pieces = await split(options);
  const files = Object.keys(options.entryPoints);
  const users = new Map(files.map((file) => [file, usedBy(file, pieces)]));
  const placeOf = (piece: string) => placed(piece, holders, users);
  const written = files.map(async (file) => {
    const held = [...pieces.keys()].filter((piece) => placeOf(piece)?.file === file);
    const elsewhere = (piece: string) => {
      const holder = placeOf(piece);
      return holder?.takers.includes(file) ? holder.file : undefined;
    };
    const contents = [
      ...held.map((piece) => `export * as ${piece} from './${piece}.js';`),
      `export * from './${file}.js';`,
    ].join('\n');
    const bundled = await joined(contents, options, (piece) =>
      takingFrom(elsewhere, pieces.get(piece)?.text ?? ''),
    );
    writeFileSync(join(folder, `${file}.cjs`), bundled.text);
    const inputs = [...bundled.pieces].flatMap(([name, bytes]) => inputsOf(pieces.get(name), bytes));
    return [file, { bytes: Buffer.byteLength(bundled.text), inputs: new Map(inputs) }] as const;
  });
  mkdirSync(folder, { recursive: true });
  return Object.fromEntries(await Promise.all(written));
}

/** Where a piece stands that others take; what is one file's own stands nowhere else. */
function placed(
  piece: string,
  holders: readonly Holder[],
  users: ReadonlyMap<string, ReadonlySet<string>>,
): Holder | undefined {
  const uses = (file: string) => users.get(file)?.has(piece) === true;
  return holders.find(
    ({ file, takers, holds }) =>
      uses(file) || (holds === 'what several use' && takers.filter(uses).length > 1),
  );
}

/** @param bytes of the piece in the file, where what the file does not use of it is left out */
function inputsOf(piece: Piece | undefined, bytes: number): [string, number][] {
  const inputs = [...(piece?.inputs ?? [])];
  const all = inputs.reduce((sum, [, whole]) => sum + whole, 0);
  return inputs.map(([input, whole]) => [input, all === 0 ? 0 : (whole * bytes) / all]);
}

async function split(options: BuildOptions): Promise<Pieces> {
  const { outputFiles, metafile } = await build({
    ...options,
    format: 'esm',
    splitting: true,
    outdir: 'split',
    outExtension: { '.js': '.js' },
    chunkNames: 'shared_[hash]',
    supported: {},
    metafile: true,
    write: false,
  });
  // Short, because each file that takes from another says them.
  const names = new Map(
    Object.keys(metafile.outputs)
      .map((path) => basename(path, '.js'))
      .map((name, index) => [name, name.startsWith('shared_') ? `p${index}` : name]),
  );
  const shortened = (text: string) => text.replace(/shared_\w+/g, (name) => names.get(name) ?? name);
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), shortened(text)]));
  return new Map(
    Object.entries(metafile.outputs).map(([path, { imports, inputs }]) => {
      const name = basename(path, '.js');
      const shared = imports.filter(({ kind, external }) => kind === 'import-statement' && !external);
      const piece: Piece = {
        text: texts.get(basename(path)) ?? '',
        imports: shared.map((imported) => shortened(basename(imported.path, '.js'))),
        inputs: new Map(Object.entries(inputs).map(([input, { bytesInOutput }]) => [input, bytesInOutput])),
      };
      return [shortened(name), piece];
    }),
  );
}

/** Directly and indirectly. */
function usedBy(file: string, pieces: Pieces): ReadonlySet<string> {
  const used = new Set(pieces.get(file)?.imports);
  for (const piece of used) {
    for (const further of pieces.get(piece)?.imports ?? []) {
      used.add(further);
    }
  }
  return used;
}

/** Makes one file of its pieces, and tells how many bytes each takes in it. */
async function joined(
  contents: string,
  { target = 'node22', supported = {} }: BuildOptions,
  textOf: (piece: string) => string,
): Promise<{ readonly text: string; readonly pieces: ReadonlyMap<string, number> }> {
  const resolved: Plugin = {
    name: 'pieces',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.cjs$|^vscode$|^node:/ }, ({ path }) => ({ path, external: true }));
      onResolve({ filter: /^\.\/\w+\.js$/ }, ({ path }) => ({
        path: basename(path, '.js'),
        namespace: 'pieces',
      }));
      onLoad({ filter: /./, namespace: 'pieces' }, ({ path }) => ({
        contents: textOf(path),
        resolveDir: '.',
      }));
    },
  };
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: '.' },
    bundle: true,
    format: 'cjs',
    // For `node` it would say once more what is exported, for those who import.
    platform: 'neutral',
    legalComments: 'none',
    minify: true,
    target,
    supported,
    logLevel: 'warning',
    plugins: [resolved],
    metafile: true,
    write: false,
  });
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {}).filter(([input]) => input.startsWith('pieces:'));
  return {
    text: loadedFaster(outputFiles?.[0]?.text ?? ''),
    pieces: new Map(
      inputs.map(([input, { bytesInOutput }]) => [input.slice('pieces:'.length), bytesInOutput]),
    ),
  };
}

/** The same without what makes it slower to load. */
export function loadedFaster(text: string): string {
  return compiledAtOnce(inAscii(requiringOnce(text)));
}

/**
 * Each source that imports `vscode` has required it for itself. At each of these VS Code asks the disk for the real
 * path of the file, to know whose it is.
 */
function requiringOnce(text: string): string {
  const names = new Map<string, string>();
  return text.replace(
    /([\w$]+)=require\("(vscode|node:[\w/]+)"\)/g,
    (statement, name: string, what: string) => {
      const first = names.get(what);
      names.set(what, first ?? name);
      return first === undefined ? statement : `${name}=${first}`;
    },
  );
}

/**
 * esbuild leaves other characters in regular expressions. One that is not in Latin-1 makes V8 keep two bytes for each
 * character of the file.
 */
function inAscii(text: string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * V8 looks through a function and compiles it when it is called, which is to look twice, unless it stands in
 * parentheses: https://v8.dev/blog/preparser#pife. esbuild makes a function of each CommonJS module and calls it.
 */
function compiledAtOnce(text: string): string {
  const [before = '', ...modules] = text.split(/(?<==[\w$]+\()(?=\([\w$,]*\)=>\{"use strict";)/);
  const rest = modules.map((module) => {
    const end = endOfFunction(module);
    return `(${module.slice(0, end)})${module.slice(end)}`;
  });
  return before + rest.join('');
}

/** @returns how much of a text that begins with a function is that function: nothing shorter is whole */
function endOfFunction(text: string): number {
  for (let end = text.indexOf('}') + 1; end > 0; end = text.indexOf('}', end) + 1) {
    if (isWhole(text.slice(0, end))) {
      return end;
    }
  }
  throw new Error(`This function has no end: ${text.slice(0, 80)}`);
}

function isWhole(expression: string): boolean {
  try {
    return Boolean(new Script(`(${expression})`));
  } catch {
    return false;
  }
}

/** As constants, and not by `import`, which would look each of them up at each use. */
function takingFrom(fileOf: (piece: string) => string | undefined, text: string): string {
  const taken = new Map<string, string[]>();
  const rest = text.replace(
    /import(?:\{([^}]*)\}from)?"\.\/(\w+)\.js";/g,
    (statement, names: string | undefined, piece: string) => {
      const file = fileOf(piece);
      if (file === undefined) {
        return statement;
      }
      const parts = names === undefined ? [] : [`${piece}:{${names.replaceAll(' as ', ':')}}`];
      taken.set(file, [...(taken.get(file) ?? []), ...parts]);
      return '';
    },
  );
  const statements = [...taken].map(([file, parts]) => `const{${parts.join(',')}}=require("./${file}.cjs");`);
  return statements.join('') + rest;
}
