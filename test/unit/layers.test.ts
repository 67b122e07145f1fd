import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const source = join(import.meta.dirname, '..', '..', 'src');

/** What a folder's files may import, by the first part of the path below `src`, or by package name. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: ['core', 'node:'],
  adapters: ['core', 'adapters', 'zod', 'oauth4webapi', 'node:'],
  publicApi: ['core', 'publicApi', '../api', 'node:'],
  platform: ['core', 'platform', 'contributions.ts', 'vscode', 'undici', 'node:'],
  ui: ['core', 'ui', 'contributions.ts', 'vscode'],
};

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [...text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)|\bimport '([^']+)'/g)].map(
    ([, a, b, c]) => a ?? b ?? c ?? '',
  );
}

function layerOf(file: string, specifier: string): string {
  const isRelative = specifier.startsWith('.');
  const target = isRelative ? normalize(join(dirname(file), specifier)) : specifier;
  // The public types stand beside `src`.
  return target.startsWith('node:') ? 'node:' : (/^(?:\.\.[\\/])?[^\\/]+/.exec(target)?.[0] ?? target);
}

describe('layers', () => {
  for (const [folder, targets] of Object.entries(allowed)) {
    it(`${folder}/ imports only ${targets.join(', ')}`, () => {
      const files = globSync(`${folder}/**/*.ts`, { cwd: source });
      assert.notEqual(files.length, 0);
      for (const file of files) {
        for (const specifier of importsOf(file)) {
          const layer = layerOf(file, specifier);
          assert(targets.includes(layer), `${file} imports ${specifier}`);
        }
      }
    });
  }

  it('adapters do not import each other', () => {
    for (const file of globSync('adapters/*/*.ts', { cwd: source })) {
      const folder = dirname(file);
      for (const specifier of importsOf(file).filter((name) => name.startsWith('.'))) {
        const target = normalize(join(folder, specifier));
        const own = [folder, join('adapters', 'support'), join('adapters', 'declarative'), 'core'];
        assert(
          own.some((allowedFolder) => target.startsWith(allowedFolder)),
          `${file} imports ${target}`,
        );
      }
    }
  });

  it('only the adapter for the standards imports the library for them', () => {
    for (const file of globSync('adapters/**/*.ts', { cwd: source })) {
      const isTheirs = dirname(file) === join('adapters', 'oauth');
      assert(isTheirs || !importsOf(file).includes('oauth4webapi'), file);
    }
  });

  it('the interface names no service', () => {
    const names = /codegen|mage\b|planetscale|turnkey/i;
    for (const file of globSync(['ui/**/*.ts', 'core/**/*.ts', 'compose/**/*.ts', 'extension.ts'], {
      cwd: source,
    })) {
      assert.doesNotMatch(readFileSync(join(source, file), 'utf8'), names, file);
    }
  });
});
