import assert from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { crc32InBase36, crc32InBase62 } from '../../../../src/core/leaks/checksum.ts';
import { TokenRecognizer, type TokenShape } from '../../../../src/core/leaks/recognize.ts';

const source = 'https://service.example/formats';
const shapes: readonly TokenShape[] = [
  { id: 'short', service: 'S', kind: 'short', prefix: 'tok_', rest: '[a-z0-9]{12}', source },
  { id: 'long', service: 'S', kind: 'long', prefix: 'tok_long_', rest: '[a-z0-9]{12}', source },
  {
    id: 'checked',
    service: 'S',
    kind: 'checked',
    prefix: 'chk_',
    rest: '[0-9A-Za-z]{36}',
    checksum: crc32InBase62('chk_'),
    source,
  },
];
const recognizer = new TokenRecognizer(shapes);

function found(text: string): string[] {
  return recognizer.find(text).map(({ start, end, shape }) => `${shape.id} ${text.slice(start, end)}`);
}

describe('a token in a text', () => {
  it('is found wherever it stands, each once and in order', () => {
    const text = 'a="tok_q8w7e5r1t6y2"\n//user:tok_long_z9x3c7v1b5n4@host, tok_m1n7b3v9c5x2.';
    assert.deepEqual(found(text), [
      'short tok_q8w7e5r1t6y2',
      'long tok_long_z9x3c7v1b5n4',
      'short tok_m1n7b3v9c5x2',
    ]);
  });

  it('is not found inside a longer word, nor when it is longer than the kind is', () => {
    assert.deepEqual(found('my_tok_q8w7e5r1t6y2 tok_q8w7e5r1t6y2x tok_q8w7e5r1t6y2-3 atok_q8w7e5r1t6y2'), []);
  });

  it('is of the kind whose prefix is the longest one that fits', () => {
    assert.deepEqual(found('tok_long_z9x3c7v1b5n4'), ['long tok_long_z9x3c7v1b5n4']);
  });

  it('may begin with the longer prefix of another kind', () => {
    const overlapping = new TokenRecognizer([
      { id: 'short', service: 'S', kind: 'short', prefix: 'tok_', rest: '[a-z_]{12}', source },
      { id: 'long', service: 'S', kind: 'long', prefix: 'tok_long_', rest: '[0-9]{12}', source },
    ]);
    assert.equal(overlapping.recognize('tok_long_kqzvwpx')?.shape.id, 'short');
  });

  it('is a whole value or none when one is asked for', () => {
    assert.equal(recognizer.recognize('tok_q8w7e5r1t6y2')?.shape.id, 'short');
    assert.equal(recognizer.recognize(' tok_q8w7e5r1t6y2'), undefined);
    assert.equal(recognizer.recognize('tok_q8w7e5r1t6y2 '), undefined);
    assert.equal(recognizer.recognize(''), undefined);
  });
});

describe('how sure it is', () => {
  const certainty = (value: string) => recognizer.recognize(value)?.certainty;

  it('is proven by a right checksum only', () => {
    const body = 'k3JmX0qWc7RbTz9LpYfA2sVdNh8GuE';
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    let sum = crc32(body);
    let suffix = '';
    for (let digit = 0; digit < 6; digit++) {
      suffix = `${digits[sum % 62]}${suffix}`;
      sum = Math.floor(sum / 62);
    }
    assert.equal(certainty(`chk_${body}${suffix}`), 'proven');
    assert.equal(certainty(`chk_${body.replace('k', 'j')}${suffix}`), 'doubtful');
  });

  it('is likely where the kind has no checksum', () => {
    assert.equal(certainty('tok_q8w7e5r1t6y2'), 'likely');
  });

  for (const body of [
    'xxxxxxxxxxxx',
    '000000000000',
    'example12qw3',
    '123456789012',
    'abcdefghijkl',
    'aabbaabbaabb',
  ]) {
    it(`is doubtful for the placeholder ${body}`, () => {
      assert.equal(certainty(`tok_${body}`), 'doubtful');
    });
  }

  it('counts a CRC in base 36 over all that stands before it', () => {
    const payload = 'glpat-bzoyCm86MQp1OmJ1ZA8.01.1';
    const sum = crc32(payload).toString(36).padStart(7, '0');
    assert.equal(crc32InBase36(`${payload}${sum}`), true);
    assert.equal(crc32InBase36(`${payload.replace('b', 'c')}${sum}`), false);
  });
});
