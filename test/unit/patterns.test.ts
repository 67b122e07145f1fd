import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { maskShapes } from '../../src/core/model/secretShapes.ts';

/** A regular expression in code: after an operator, a bracket or `return`, where no division can stand. */
const literal =
  /(?<=(?:^|[=(,:?!&|[{;>]|\breturn)\s*)\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/([dgimsuvy]*)/gm;

const length = 30_000;
/** One that grows with the square takes about a second of it. */
const longestMs = 200;

/** Texts that patterns which grow with the square stumble over: what they look for, again and again, and never the end. */
function attacks(source: string): Set<string> {
  const said = source.replace(/\\[A-Za-z]/g, ' ');
  const words = said.match(/[A-Za-z]{2,}/g) ?? [];
  const characters = [...new Set(said.match(/[^A-Za-z()|*+?^$]/g) ?? [])];
  const units = ['a', 'A', '0', ' ', '-', '.', '/', '\n', '%', '\\', '"', ...characters, ...words];
  const pairs = words.flatMap((word) =>
    ['-', '.', ' ', '"', '_', ':'].flatMap((mark) => [mark + word, word + mark]),
  );
  const mixed = characters.flatMap((one) => [`${one}a`, `${one}0`, `${one} `, `a${one}`, `0${one}`]);
  return new Set([...units, ...pairs, ...mixed]);
}

/** In time of this process, whatever else the computer does. */
function milliseconds(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

/** `undefined` for what only looked like one, between two slashes in a text. */
function compiled(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

function slowest(pattern: RegExp): { readonly ms: number; readonly unit: string } {
  let worst = { ms: 0, unit: '' };
  for (const unit of attacks(pattern.source)) {
    for (const end of ['', '\u0000', '!']) {
      const text = unit.repeat(length / unit.length) + end;
      const ms = milliseconds(() => text.replace(pattern, ''));
      worst = ms > worst.ms ? { ms, unit } : worst;
      if (ms > longestMs) {
        return worst;
      }
    }
  }
  return worst;
}

describe('Patterns in the code', () => {
  const found = new Map<string, { readonly file: string; readonly pattern: RegExp }>();
  for (const file of globSync('src/**/*.ts')) {
    for (const [text, source = '', flags = ''] of readFileSync(file, 'utf8').matchAll(literal)) {
      const pattern = compiled(source, flags);
      if (pattern) {
        found.set(text, { file, pattern });
      }
    }
  }

  it('are found by this test', () => {
    assert(found.size > 80, String(found.size));
  });

  it('would be noticed if they grew with the square', () => {
    for (const pattern of [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, /\s+$/]) {
      assert(slowest(pattern).ms > longestMs, String(pattern));
    }
  });

  for (const [text, { file, pattern }] of found) {
    it(`take no longer than a text is long: ${text} (${file})`, () => {
      const { ms, unit } = slowest(pattern);
      assert(ms < longestMs, `${Math.round(ms)} ms for ${JSON.stringify(unit)} again and again`);
    });
  }

  it('take no longer than a text is long: the shapes of credentials', () => {
    const words = [
      'eyJ',
      '-eyJ',
      'eyJ.',
      'eyJa-',
      'glpat-',
      'Bearer ',
      'Basic a',
      'npm_',
      'sk_test_',
      'xoxa-',
      'ya29.',
    ];
    for (const word of words) {
      const text = word.repeat(400_000 / word.length);
      assert(milliseconds(() => maskShapes(text)) < longestMs, word);
    }
  });
});
