import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, context } from 'esbuild';
import { lean } from './leftOut.js';

const args = new Set(process.argv.slice(2));
const isPackaging = args.has('--package');
const isMinified = isPackaging || args.has('--minify');

/** What is loaded when first needed, by the name of its own file of the bundle. */
const lazyEntryPoints = {
  product: 'src/product.ts',
  network: 'src/platform/network.ts',
  library: 'src/adapters/oauth/library.ts',
  commands: 'src/ui/commands/handlers.ts',
  records: 'src/ui/records.ts',
  pages: 'src/ui/webview/pages.ts',
};

/**
 * Keeps all that out of the file that VS Code loads at start, and out of each other's.
 * @type {import('esbuild').Plugin}
 */
const lazyInFilesOfTheirOwn = {
  name: 'lazy-in-files-of-their-own',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      const lazy = Object.entries(lazyEntryPoints).find(
        ([, source]) => join(import.meta.dirname, source) === join(resolveDir, path),
      );
      return lazy && (kind === 'dynamic-import' || kind === 'require-call')
        ? { path: `./${lazy[0]}.cjs`, external: true }
        : undefined;
    });
  },
};

/**
 * What runs inside a page is bundled for the browser and carried as text, because pages load nothing.
 * @type {import('esbuild').Plugin}
 */
export const pageAsText = {
  name: 'page-as-text',
  setup({ onResolve, onLoad }) {
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
        minify: isMinified,
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
    minify: isMinified,
    sourcemap: isMinified ? false : 'linked',
    legalComments: 'none',
    // import() of a CommonJS file goes through Node's slower module path; require does not.
    supported: { 'dynamic-import': false },
    // undici carries two HTTP parsers and leaves one out for bundles that define this name.
    define: { esbuildDetection: 'true' },
    plugins: [lazyInFilesOfTheirOwn, pageAsText, lean],
    logLevel: 'warning',
  };
}

/** @param {string} extension the file that VS Code loads */
export function entryPoints(extension) {
  return { extension, ...lazyEntryPoints };
}

if (import.meta.main) {
  rmSync('dist', { recursive: true, force: true });
  const build = await context(options({ entryPoints: entryPoints('src/extension.ts'), outdir: 'dist' }));
  if (args.has('--watch')) {
    await build.watch();
    console.log('watching src/ …');
  } else {
    await build.rebuild();
    await build.dispose();
  }
  writeNotices();
  if (isPackaging) {
    // Everything is bundled, so that no dependency folder is packed.
    const vsce = [
      'node_modules/@vscode/vsce/vsce',
      'package',
      '--no-dependencies',
      // There is no public repository to link to; pictures and links stay relative and are packed.
      '--allow-missing-repository',
      '--no-rewrite-relative-links',
      '--out',
      'oauth-token-manager.vsix',
    ];
    process.exitCode = spawnSync(process.execPath, vsce, { stdio: 'inherit' }).status ?? 1;
  }
}
