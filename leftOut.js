import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const load = createRequire(import.meta.url);

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
  // A schema as JSON Schema, for which only test/schema asks, and not in the bundle.
  'zod/v4/core/json-schema-processors.js',
  'zod/v4/core/to-json-schema.js',
];

const parser = 'undici/lib/llhttp/llhttp-wasm.js';
/** The same once more for processors that work on several bytes at a time; undici does with either. */
const vectorParser = 'undici/lib/llhttp/llhttp_simd-wasm.js';
const parserConstants = 'undici/lib/llhttp/constants.js';

/**
 * Keeps that out, and makes smaller what is used.
 * @type {import('esbuild').Plugin}
 */
export const lean = {
  name: 'lean',
  setup({ onLoad }) {
    onLoad({ filter: oneOf(leftOut) }, () => ({ contents: '' }));
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
  },
};

/** @param {readonly string[]} paths below node_modules */
function oneOf(paths) {
  const patterns = paths.map((path) => path.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]'));
  return new RegExp(`[\\\\/]node_modules[\\\\/](?:${patterns.join('|')})$`);
}
