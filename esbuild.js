import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build, context } from 'esbuild';
import { buildShared, loadedFaster } from './esbuild.shared.ts';
import { shortened } from './src/ui/text/sentenceKey.ts';

const load = createRequire(import.meta.url);
const args = new Set(process.argv.slice(2));
const isPackaging = args.has('--package');

/** The adapters of one vendor each. A file for each would save a first list less than a tenth, and weigh 4 kB more. */
const vendors = globSync('src/adapters/*/index.ts', { cwd: import.meta.dirname })
  .map((source) => source.replaceAll('\\', '/'))
  .filter((source) => basename(dirname(source)) !== 'shelf');

/** What only some connections need, by the name of its file of the bundle. */
const services = {
  vendors: 'vendors',
  byDescription: 'src/adapters/byDescription.ts',
  leaks: 'src/adapters/leaks/tables.ts',
  oauth: 'src/adapters/oauth/adapter.ts',
  shelf: 'src/adapters/shelf/index.ts',
  thirdParty: 'src/adapters/thirdParty/adapter.ts',
  thisComputer: 'src/adapters/thisComputer/adapter.ts',
  thisEditor: 'src/adapters/thisEditor/adapter.ts',
};

/** What is loaded after `product`, when first needed, by the name of its own file of the bundle. */
const afterProduct = {
  commands: 'src/compose/commands.ts',
  records: 'src/ui/diagnose/records.ts',
  pages: 'src/ui/webview/pages.ts',
  adapters: 'src/adapters/index.ts',
  ...services,
  network: 'src/platform/network/index.ts',
  library: 'src/adapters/oauth/protocol/library.ts',
};
const lazyEntryPoints = { product: 'src/compose/product.ts', ...afterProduct };

/** @type {readonly import('./esbuild.shared.ts').Holder[]} */
const holders = [
  { file: 'product', takers: Object.keys(afterProduct), holds: 'what it uses' },
  { file: 'adapters', takers: Object.keys(services), holds: 'what several use' },
];

/**
 * Keeps all that out of the file that VS Code loads at start, and out of each other's.
 * @type {import('esbuild').Plugin}
 */
const lazyInFilesOfTheirOwn = {
  name: 'lazy-in-files-of-their-own',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const wanted = join(resolveDir, path);
      /** @param {string} source */
      const isIt = (source) => join(import.meta.dirname, source) === wanted;
      const lazy = vendors.some(isIt)
        ? ['vendors']
        : Object.entries(lazyEntryPoints).find(([, source]) => isIt(source));
      return lazy && (kind === 'dynamic-import' || kind === 'require-call')
        ? { path: `./${lazy[0]}.cjs`, external: true }
        : undefined;
    });
  },
};

/** @type {import('esbuild').Plugin} */
const vendorsInOneFile = {
  name: 'vendors-in-one-file',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^vendors$/ }, ({ path }) => ({ path, namespace: 'vendors' }));
    onLoad({ filter: /./, namespace: 'vendors' }, () => ({
      contents: vendors.map((source) => `export * from './${source}';`).join('\n'),
      resolveDir: import.meta.dirname,
    }));
  },
};

/**
 * Parts of the libraries that nothing of ours can reach. They are empty in the bundle, so that calling one would be
 * a TypeError; `test/contract/published.test.ts` runs the bundle against every service.
 */
export const leftOut = [
  // HTTP/2. Every agent, client and connector of ours has `allowH2: false`, so that no handshake offers it.
  'undici/lib/dispatcher/client-h2.js',
  // Bodies that are forms: what we send is text (`TransportRequest.body`).
  'undici/lib/web/fetch/body.js',
  'undici/lib/web/fetch/formdata.js',
  'undici/lib/web/webidl/index.js',
];

/** Takes one function of zod's tools by a name by which esbuild keeps all of them. */
const schemas = 'zod/v4/mini/schemas.js';

const parser = 'undici/lib/llhttp/llhttp-wasm.js';
/** The same once more for processors that work on several bytes at a time; undici does with either. */
const vectorParser = 'undici/lib/llhttp/llhttp_simd-wasm.js';
const parserConstants = 'undici/lib/llhttp/constants.js';
/** Tells each request with its headers, and so the credential, to whatever in the process subscribes. */
const diagnostics = 'undici/lib/core/diagnostics.js';

/**
 * Keeps that out, and makes smaller what is used.
 * @type {import('esbuild').Plugin}
 */
const lean = {
  name: 'lean',
  setup({ onLoad }) {
    onLoad({ filter: oneOf(leftOut) }, () => ({ contents: '' }));
    onLoad({ filter: oneOf([schemas]) }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('core.util.', 'util.'),
      resolveDir: dirname(path),
    }));
    // Packed as bytes instead of as text it is three fifths of the size.
    onLoad({ filter: oneOf([parser]) }, ({ path }) => {
      const bytes = JSON.stringify(brotliCompressSync(load(path)).toString('base64'));
      return {
        contents: `module.exports = require('node:zlib').brotliDecompressSync(Buffer.from(${bytes}, 'base64'));`,
      };
    });
    onLoad({ filter: oneOf([vectorParser]) }, ({ path }) => ({
      contents: "module.exports = require('./llhttp-wasm.js');",
      resolveDir: dirname(path),
    }));
    // The HTTP/1 client reads these two of what was generated along with the parser.
    onLoad({ filter: oneOf([parserConstants]) }, ({ path }) => {
      const { ERROR, TYPE } = load(path);
      return { contents: `module.exports = ${JSON.stringify({ ERROR, TYPE })};` };
    });
    onLoad({ filter: oneOf([diagnostics]) }, ({ path }) => {
      const names = Object.keys(load(path).channels);
      const channels = Object.fromEntries(names.map((name) => [name, { hasSubscribers: false }]));
      return { contents: `module.exports = ${JSON.stringify({ channels })};` };
    });
  },
};

/** @param {readonly string[]} paths below node_modules */
function oneOf(paths) {
  const patterns = paths.map((path) => path.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]'));
  return new RegExp(`[\\\\/]node_modules[\\\\/](?:${patterns.join('|')})$`);
}

/**
 * What runs inside a page is bundled for the browser and carried as text, because pages load nothing.
 * @type {import('esbuild').Plugin}
 */
export const pageAsText = {
  name: 'page-as-text',
  setup({ onResolve, onLoad, initialOptions }) {
    onResolve({ filter: /\/client\/page\.(script|css)$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace(/\.script$/, '.ts')),
      namespace: 'page-as-text',
    }));
    onLoad({ filter: /./, namespace: 'page-as-text' }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        bundle: true,
        write: false,
        format: 'iife',
        target: 'es2022',
        minify: initialOptions.minify ?? false,
      });
      return { contents: outputFiles[0]?.text ?? '', loader: 'text', watchFiles: [path] };
    });
  },
};

/**
 * @param {string} name
 * @returns {string}
 */
function licenceFile(name) {
  const plain = `node_modules/${name}/LICENSE`;
  return existsSync(plain) ? plain : `${plain}.md`;
}

/** The licences of what is bundled ask to be passed on with it. */
function writeNotices() {
  const notices = ['oauth4webapi', 'undici', 'zod'].map((name) => {
    const licence = readFileSync(licenceFile(name), 'utf8');
    return `${name}\n\n${licence}`;
  });
  writeFileSync('dist/ThirdPartyNotices.txt', notices.join('\n---\n\n'));
}

/**
 * @param {Pick<import('esbuild').BuildOptions, 'entryPoints' | 'outdir'>} places
 * @returns {import('esbuild').BuildOptions}
 */
export function options(places) {
  return {
    ...places,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
    sourcemap: 'linked',
    legalComments: 'none',
    // import() of a CommonJS file goes through Node's slower module path; require does not.
    supported: { 'dynamic-import': false },
    // undici carries two HTTP parsers and leaves one out for bundles that define this name.
    define: { esbuildDetection: 'true' },
    plugins: [vendorsInOneFile, lazyInFilesOfTheirOwn, pageAsText, lean],
    logLevel: 'warning',
  };
}

/** @param {string} extension the file that VS Code loads */
export function entryPoints(extension) {
  return { extension, ...lazyEntryPoints };
}

/** @param {string} folder where VS Code finds the translations, by the manifest */
function writeTranslations(folder) {
  const from = join(import.meta.dirname, 'l10n');
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(from).filter((name) => name.split('.').length === 4)) {
    const translations = JSON.parse(readFileSync(join(from, name), 'utf8'));
    writeFileSync(join(folder, name), JSON.stringify(shortened(translations)));
  }
}

/**
 * Writes all files as they are published.
 * @param {string} extension the file that VS Code loads
 * @param {string} folder
 * @returns {Promise<Readonly<Record<string, import('./esbuild.shared.ts').PublishedFile>>>} by their names
 */
export async function publish(extension, folder) {
  const published = {
    ...options({ entryPoints: { extension }, outdir: folder }),
    absWorkingDir: import.meta.dirname,
    minify: true,
    sourcemap: /** @type {const} */ (false),
  };
  const { metafile } = await build({ ...published, metafile: true });
  const main = join(folder, 'extension.cjs');
  writeFileSync(main, loadedFaster(readFileSync(main, 'utf8')));
  writeTranslations(join(folder, 'l10n'));
  const files = Object.entries(metafile.outputs).map(([path, { inputs }]) => {
    const byInput = Object.entries(inputs).map(
      ([input, { bytesInOutput }]) => /** @type {const} */ ([input, bytesInOutput]),
    );
    const { size } = statSync(join(folder, basename(path)));
    return [basename(path, '.cjs'), { bytes: size, inputs: new Map(byInput) }];
  });
  return {
    ...Object.fromEntries(files),
    ...(await buildShared({ ...published, entryPoints: lazyEntryPoints }, folder, holders)),
  };
}

/** With source maps, and with copies of what is shared. */
async function buildForDevelopment() {
  writeTranslations('dist/l10n');
  const build = await context(options({ entryPoints: entryPoints('src/extension.ts'), outdir: 'dist' }));
  if (args.has('--watch')) {
    await build.watch();
    console.log('watching src/ …');
  } else {
    await build.rebuild();
    await build.dispose();
  }
}

if (import.meta.main) {
  rmSync('dist', { recursive: true, force: true });
  if (isPackaging) {
    await publish('src/extension.ts', 'dist');
  } else {
    await buildForDevelopment();
  }
  writeNotices();
  if (isPackaging) {
    const { pack } = await import('./release/pack.ts');
    await pack('oauth-token-manager.vsix');
  }
}
