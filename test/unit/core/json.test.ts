import assert from 'node:assert/strict';
import fc from 'fast-check';
import { json } from '../../../src/core/http/answers.ts';
import { isRecord, numberText, parseJson, parseJsonExactly } from '../../../src/core/json.ts';
import { TokenManagerError } from '../../../src/core/model/errors.ts';

/** Numbers as services write them, among them those that JavaScript writes in another way or not at all. */
const written = [
  '653247040368672768',
  '653247040368672769',
  '-653247040368672769',
  '9007199254740993',
  '9007199254740991',
  '1e21',
  '1E2',
  '1.0',
  '-0',
  '0',
  '0.1000',
  '0.0000001',
  '1700000000.5',
  '1234567890123456',
  '42',
];

/** https://tc39.es/proposal-json-parse-with-source/: it tells how numbers were written, and takes ten times as long. */
const revived: (
  text: string,
  reviver: (this: object, key: string, value: unknown, context?: { readonly source?: string }) => unknown,
) => unknown = JSON.parse;

function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** Everything in a value, each with what holds it. */
function* members(holder: unknown): Generator<{ holder: object; key: string; value: unknown }> {
  if (typeof holder === 'object' && holder !== null) {
    for (const [key, value] of Object.entries(holder)) {
      yield { holder, key, value };
      yield* members(value);
    }
  }
}

/** JSON as programs write it, and as none does: odd numbers, spaces, quotation marks and brackets inside strings. */
const anyJson = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...written, 'null', 'true'),
    fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,25})?([eE][+-]?\d{1,2})?$/),
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom(
      '"\\\\"',
      '"\\""',
      '"[1e5, 12345678901234567890]"',
      '"a\\\\\\":1.0"',
      '"\\u00e9,-0"',
      '"__proto__"',
      '"2021-01-14T10:19:23.120Z"',
      '"2021-01-14T10:19:02.123+01:00"',
      '"id:12345678901234567890"',
    ),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
    fc
      .array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('__proto__', '1', 'a')), tie('value')), {
        maxLength: 4,
      })
      .map((pairs) => `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',\n')}}`),
  ),
})).value;

function textIn(value: unknown, key: string | number): string | undefined {
  return typeof value === 'object' && value !== null ? numberText(value, key) : undefined;
}

function isRefusedBy(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text);
    return false;
  } catch {
    return true;
  }
}

describe('Numbers in JSON', () => {
  for (const text of written) {
    it(`keep their writing: ${text}, as a member, as an element and with spaces around`, () => {
      for (const spaced of [text, ` ${text} `, `\n\t${text}`]) {
        assert.equal(textIn(parseJson(`{"id":${spaced}}`), 'id'), text);
        assert.equal(textIn(parseJson(`["1",${spaced}]`), 1), text);
        assert.equal(textIn(parseJson(`[${spaced}]`), 0), text);
      }
    });
  }

  it('are told apart where JavaScript gives them the same value', () => {
    const rows = parseJson('[{"id":653247040368672768},{"id":653247040368672769},{"id":653247040368672800}]');
    assert(Array.isArray(rows));
    assert.equal(new Set(rows.map((row) => textIn(row, 'id'))).size, 3);
  });

  it('have no text where their digits are not known', () => {
    assert.equal(numberText({ id: 2 ** 53 }, 'id'), undefined);
    assert.equal(numberText({ id: Number.NaN }, 'id'), 'NaN');
    assert.equal(numberText({ id: '12' }, 'id'), undefined);
    assert.equal(numberText({}, 'id'), undefined);
  });

  it('are texts of their digits for whoever names things by them, and numbers otherwise', () => {
    const read = parseJsonExactly('{"id":653247040368672768,"other":[1e21,12,1.0,"653247040368672768"]}');
    assert.deepEqual(read, { id: '653247040368672768', other: ['1e21', 12, 1, '653247040368672768'] });
  });

  it('change nothing else about the value', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const read = parseJson(text);
        assert.deepEqual(read, JSON.parse(text));
        assert.equal(JSON.stringify(read), JSON.stringify(JSON.parse(text)));
        assert(
          !isRecord(read) ||
            Reflect.ownKeys(read).every(
              (key) => typeof key === 'string' || !Object.keys(read).includes(String(key)),
            ),
        );
      }),
    );
  });

  it('are what the platform’s own reviver tells, in any text', () => {
    fc.assert(
      fc.property(anyJson, (text) => {
        const exact = revived(text, (_, value, context) =>
          typeof value === 'number' && isRounded(value) ? context?.source : value,
        );
        assert.equal(JSON.stringify(parseJsonExactly(text)), JSON.stringify(exact));
        const sources = revived(text, (_, value, context) =>
          typeof value === 'number' ? { source: context?.source } : value,
        );
        const read = parseJson(text);
        assert.equal(JSON.stringify(read), JSON.stringify(JSON.parse(text)));
        const told = [...members(sources)].flatMap(({ key, value }) => (key === 'source' ? [value] : []));
        const kept = [...members(read)].flatMap(({ holder, key, value }) =>
          typeof value === 'number' ? [numberText(holder, key)] : [],
        );
        assert.deepEqual(kept, typeof read === 'number' ? [] : told);
      }),
      { numRuns: 1000 },
    );
  });

  it('make no text JSON that is none', () => {
    const broken = fc.tuple(
      anyJson,
      fc.nat(),
      fc.constantFrom('', '"', ',', ':', '{', '9', '12345678901234567890:', '-'),
    );
    fc.assert(
      fc.property(broken, ([text, place, with_]) => {
        const at = place % (text.length + 1);
        const changed = text.slice(0, at) + with_ + text.slice(at + 1);
        for (const parse of [parseJson, parseJsonExactly]) {
          assert.equal(isRefusedBy(parse, changed), isRefusedBy(JSON.parse, changed));
        }
      }),
      { numRuns: 1000 },
    );
    assert(isRefusedBy(parseJsonExactly, '{12345678901234567890:1}'));
    assert(isRefusedBy(parseJsonExactly, '[012345678901234567890]'));
  });

  it('are read at any depth', () => {
    const depth = 20_000;
    let read = parseJson(`${'['.repeat(depth)}1.0${']'.repeat(depth)}`);
    for (let level = 1; level < depth; level++) {
      assert(Array.isArray(read));
      read = read[0];
    }
    assert.equal(textIn(read, 0), '1.0');
  });

  it('are followed no deeper than any list goes where the text is long, also with brackets in strings', () => {
    for (const parse of [parseJson, parseJsonExactly]) {
      for (const level of ['[', '["]",', '{"}":', '["\\"",']) {
        assert.throws(() => parse(`${' '.repeat(300_000)}${level.repeat(501)}`), RangeError);
        assert.throws(() => parse(`${' '.repeat(300_000)}${level.repeat(500)}`), SyntaxError);
      }
      const wide = `[${Array(40_000).fill('[[1],"[[["]').join(',')}]`;
      assert.equal(JSON.stringify(parse(wide)), wide);
    }
  });

  it('keep any digits, wherever they stand', () => {
    const digits = fc.stringMatching(/^-?[1-9]\d{0,40}(\.\d{1,30})?([eE][+-]?\d{1,2})?$/);
    fc.assert(
      fc.property(digits, fc.nat(3), (text, depth) => {
        const body = `${'{"in":['.repeat(depth)}{"id":${text}}${']}'.repeat(depth)}`;
        let read = parseJson(body);
        for (let level = 0; level < depth; level++) {
          assert(isRecord(read) && Array.isArray(read.in));
          read = read.in[0];
        }
        assert.equal(textIn(read, 'id'), text);
      }),
    );
  });
});

describe('An answer in JSON', () => {
  const answerWith = (body: string) => ({
    status: 200,
    headers: {},
    body,
    retryAt: undefined,
    redact: (text: string) => text,
  });

  it('may begin with a byte order mark', () => {
    assert.deepEqual(json(answerWith('\ufeff{"a":1}')), { a: 1 });
    assert.deepEqual(json(answerWith('\ufeff[653247040368672768]')), [653247040368672800]);
  });

  it('is no JSON with a mark anywhere else, or with two', () => {
    for (const body of ['\ufeff\ufeff{}', '{}\ufeff', '\ufeff', '{"a":\ufeff1}']) {
      assert.throws(
        () => json(answerWith(body)),
        (thrown) => thrown instanceof TokenManagerError && thrown.kind === 'protocol',
      );
    }
  });
});
