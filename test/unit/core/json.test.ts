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
  '42',
];

function textIn(value: unknown, key: string | number): string | undefined {
  return typeof value === 'object' && value !== null ? numberText(value, key) : undefined;
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
