import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { tokenShapes } from '../../../../src/adapters/leaks/shapes.ts';
import { TokenRecognizer } from '../../../../src/core/leaks/recognize.ts';
import { projectRoot } from '../../../host/places.ts';

const recognizer = new TokenRecognizer(tokenShapes);

describe('the shapes of leaked tokens', () => {
  it('are some forty or more, each with a name of its own and a source', () => {
    assert(tokenShapes.length >= 40, String(tokenShapes.length));
    assert.equal(new Set(tokenShapes.map(({ id }) => id)).size, tokenShapes.length);
    for (const { id, prefix, source } of tokenShapes) {
      assert.match(id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      assert(prefix.length >= 3, id);
      assert.equal(new URL(source).protocol, 'https:', id);
    }
  });

  it('have an end: no repetition without an upper bound', () => {
    for (const { id, rest } of tokenShapes) {
      assert.doesNotMatch(rest.replaceAll(/\[[^\]]*\]/g, 'c'), /[*+]|\{\d+,\}/, id);
    }
  });

  for (const shape of tokenShapes) {
    it(`recognize any value of the kind ${shape.id}, in any text around it`, () => {
      const value = fc.stringMatching(new RegExp(`^${shape.rest}$`)).map((rest) => shape.prefix + rest);
      const before = fc.constantFrom('"', ' ', '\n', ':', '=', '@', '');
      // Some values may end with an equals sign or a dot of their own.
      const after = fc.constantFrom('"', ' ', '\n', '@', '');
      fc.assert(
        fc.property(value, before, after, (token, left, right) => {
          const text = left + token + right;
          const [match] = recognizer.find(text);
          assert(match);
          assert.equal(text.slice(match.start, match.end), token);
          assert.equal(match.shape.service, shape.service);
        }),
        { numRuns: 20 },
      );
    });
  }

  it('find nothing in the code of large public packages', () => {
    let characters = 0;
    for (const name of ['viem', 'ox', 'playwright-core']) {
      const folder = join(projectRoot, 'node_modules', name);
      for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (/\.(?:js|ts|json|md)$/.test(file) && !/(?:^|\/)_(?:esm|cjs|types)\//.test(file)) {
          const text = readFileSync(join(folder, file), 'utf8');
          characters += text.length;
          const found = recognizer
            .find(text)
            .map(({ shape, start }) => `${shape.id} in ${name}/${file} at ${start}`);
          assert.deepEqual(found, []);
        }
      }
    }
    assert(characters > 5_000_000, String(characters));
  });

  it('belong to one service each: no value is of two services', () => {
    for (const a of tokenShapes) {
      for (const b of tokenShapes) {
        assert(a.service === b.service || !a.prefix.startsWith(b.prefix), `${a.id} begins like ${b.id}`);
      }
    }
  });
});
