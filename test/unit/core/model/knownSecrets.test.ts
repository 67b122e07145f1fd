import assert from 'node:assert/strict';
import fc from 'fast-check';
import { displayText } from '../../../../src/core/model/displayText.ts';
import { KnownSecrets } from '../../../../src/core/model/knownSecrets.ts';
import { Secret } from '../../../../src/core/model/secret.ts';

const encode = (text: string) => Buffer.from(text);

/** How programs write a text into another one. */
const writings: Readonly<Record<string, (value: string) => string>> = {
  itself: (value) => value,
  'in capitals': (value) => value.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
  JSON: (value) => JSON.stringify({ value }),
  'JSON in JSON': (value) => JSON.stringify({ said: JSON.stringify({ value }) }),
  'a path segment': (value) => encodeURIComponent(value),
  'a path segment in small letters': (value) =>
    encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()),
  'a form': (value) => new URLSearchParams({ value, more: 'x' }).toString(),
  'an address in an address': (value) => encodeURIComponent(`https://x/?a=${encodeURIComponent(value)}`),
  hex: (value) => encode(value).toString('hex'),
  HEX: (value) => encode(value).toString('hex').toUpperCase(),
  'every byte of an address': (value) => encode(value).toString('hex').replace(/../g, '%$&'),
  'a dump': (value) => encode(value).toString('hex').replace(/../g, '$& '),
  base64: (value) => encode(value).toString('base64'),
  base64url: (value) => encode(value).toString('base64url'),
  'base64 in an address': (value) => encodeURIComponent(encode(value).toString('base64')),
  'Basic with a name of one character': (value) => `Basic ${encode(`i:${value}`).toString('base64')}`,
  'Basic with a name of two characters': (value) => `Basic ${encode(`id:${value}`).toString('base64')}`,
  'Basic with a name of three characters': (value) => `Basic ${encode(`idx:${value}`).toString('base64')}`,
  'Basic, form-encoded first (RFC 6749 section 2.3.1)': (value) =>
    `Basic ${encode(`id:${new URLSearchParams([['', value]]).toString().slice(1)}`).toString('base64')}`,
  'JSON of .NET': (value) =>
    JSON.stringify(value)
      .slice(1, -1)
      .replaceAll('\\\\', '\n')
      .replaceAll('\\"', '\\u0022')
      .replace(
        /[&'+<>`]|[^\n -~]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
      )
      .replaceAll('\n', '\\\\'),
  'HTML of Go': (value) =>
    ['&&amp;', '<&lt;', '>&gt;', '"&#34;', "'&#39;", '+&#43;'].reduce(
      (text, [character = '', ...entity]) => text.replaceAll(character, entity.join('')),
      value,
    ),
  HTML: (value) =>
    value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
};

/** What two ends of base64 tell besides is less than a character of the value. */
function core(written: string): string {
  return written.slice(4, -4);
}

const values = fc
  .oneof(
    fc.stringMatching(/^[\w~.+/=-]{12,60}$/),
    fc.stringMatching(/^[ -~]{12,40}$/),
    fc.string({ unit: 'grapheme', minLength: 12, maxLength: 30 }),
    fc.constantFrom('p4ss/with+every=kind of&character?%40ü"<\\>\'', 'a"b\\c/d\nnew-line-inside-of-it'),
  )
  .filter((value) => !/[•]/.test(value) && value.trim() === value && new Set(value).size > 5);

describe('KnownSecrets', () => {
  for (const [name, write] of Object.entries(writings)) {
    it(`masks a credential however it is quoted: ${name}`, () => {
      fc.assert(
        fc.property(values, (value) => {
          const written = write(value);
          const masked = new KnownSecrets([new Secret(value)]).redact(`no: ${written} (end)`);
          assert(masked.includes('••••••••'), `${written} became ${masked}`);
          assert(!masked.includes(value), masked);
        }),
        { numRuns: 200 },
      );
    });
  }

  for (const [name, between] of Object.entries({
    'a zero-width space': '\u200B',
    'a soft hyphen': '\u00AD',
    'a control character': '\u0001',
    'a tag': '\u{E0041}',
    'a mark of direction': '\u202E',
    'a line break': '\r\n  ',
  })) {
    it(`masks a credential though ${name} stands between its letters, which would not be shown`, () => {
      const written = fc.constantFrom<(value: string) => string>(
        (value) => value,
        (value) => encode(value).toString('base64'),
        encodeURIComponent,
      );
      fc.assert(
        fc.property(fc.stringMatching(/^[\w~.+/=-]{12,60}$/), written, fc.nat(), (value, write, at) => {
          const whole = write(value);
          const cut = 1 + (at % (whole.length - 1));
          const broken = `${whole.slice(0, cut)}${between}${whole.slice(cut)}`;
          const known = new KnownSecrets([new Secret(value)]);
          for (const shown of [known.redact(`no: ${broken}`), known.maskIn(`no: ${broken}`)]) {
            assert(shown.includes('••••••••'), JSON.stringify(shown));
            assert(!displayText(shown).replace(/\s/g, '').includes(whole), shown);
          }
          assert(known.isIn(broken));
        }),
      );
    });
  }

  it('masks what looks like a credential though something invisible stands between its letters', () => {
    const value = 'gho_Kq7Zr2Wm9Tb3Vx6Ld8Hs1Jc4Nf5Kq7Zr2Wm9';
    const shown = displayText(new KnownSecrets().redact(`no: ${value.slice(0, 9)}\u200B${value.slice(9)}`));
    assert.equal(shown, 'no: ••••••••');
  });

  it('finds a credential of several words in an identifier of another script', () => {
    const known = new KnownSecrets([new Secret('correct horse battery')]);
    assert(known.isIn('schlüssel/correct horse battery'));
    assert(known.isIn('key/correct ho\u200Brse battery'));
  });

  it('leaves joiners, line breaks and words of other scripts where there is no credential', () => {
    const known = new KnownSecrets([new Secret('p4ssw0rd-of-some-length')]);
    const text = '👩‍💻 déploy\nمی‌خواهم 日本';
    assert.equal(known.maskIn(text), text);
    assert(!known.isIn(text));
  });

  it('leaves nothing of a form but what stands around it', () => {
    const value = 'p4ss/with+every=kind of&character?';
    for (const write of [writings.hex, writings.base64, writings['a path segment'], writings['a form']]) {
      const written = write?.(value) ?? '';
      const masked = new KnownSecrets([new Secret(value)]).redact(`<${written}>`);
      for (let at = 0; at + 12 < core(written).length; at++) {
        assert(!masked.includes(core(written).slice(at, at + 12)), masked);
      }
    }
  });

  it('cuts a long text, and masks the whole of a credential that crosses the cut', () => {
    const value = 'canary-0123456789-0123456789-0123456789';
    const known = new KnownSecrets([new Secret(value)]);
    for (let before = 19_940; before < 20_010; before++) {
      const masked = known.redact('x'.repeat(before) + value + 'y'.repeat(200_000));
      assert(!masked.includes('canary'.slice(0, 4)), `${before}`);
      assert(masked.length <= 20_008);
    }
  });

  it('shows no rest of a credential when masking many before it has made the text shorter', () => {
    const value = 'canary-0123456789-0123456789-0123456789';
    const masked = new KnownSecrets([new Secret(value)]).redact(value.repeat(10_000));
    assert.match(masked, /^•+$/);
  });

  it('masks a hundred credentials in a long text without taking the square of its length', () => {
    const secrets = Array.from({ length: 100 }, (_, index) => new Secret(`canary-${index}-0123456789`));
    const known = new KnownSecrets(secrets);
    known.redact('');
    const began = process.cpuUsage();
    known.redact('canary-7-0123456789 '.repeat(20_000));
    assert(process.cpuUsage(began).user < 400_000);
  });

  it('masks a long credential after texts that were too short to hold it', () => {
    const signature = 'c2lnbmF0dXJlIG9mIG9uZSByZXF1ZXN0'.repeat(8);
    const known = new KnownSecrets([new Secret('short-one'), new Secret(signature)]);
    assert.equal(known.redact('/v1/short-one/users'), '/v1/••••••••/users');
    known.add([new Secret(`${signature}2`)]);
    assert.equal(known.redact('/v1/users'), '/v1/users');
    assert.equal(known.redact(`refused: ${signature}2`), 'refused: ••••••••');
    assert.equal(known.redact('/v1/short-one/users'), '/v1/••••••••/users');
  });

  it('looks for no short word in the texts of rows, where it may stand for itself', () => {
    const known = new KnownSecrets([new Secret('admin'), new Secret('longer-than-that')]);
    assert.equal(known.maskIn('admin, longer-than-that'), 'admin, ••••••••');
    assert.equal(known.redact('admin, longer-than-that'), '••••••••, ••••••••');
    assert(!known.isIn('admin'));
    assert(known.isIn('x-LONGER-than-that'));
  });

  it('knows what was named last, however much that is', () => {
    const known = new KnownSecrets();
    for (let index = 0; index < 1000; index++) {
      known.add([new Secret(`canary-${index}-end`), new Secret('the-first-and-the-last')]);
    }
    assert.equal(known.redact('canary-999-end the-first-and-the-last'), '•••••••• ••••••••');
    assert.equal(known.redact('canary-1-end'), 'canary-1-end');
  });

  it('leaves words that follow the name of a scheme', () => {
    const known = new KnownSecrets();
    assert.equal(known.redact('Basic authentication is off'), 'Basic authentication is off');
    assert.equal(known.redact('Bearer abcdefgh1234'), 'Bearer ••••••••');
    assert.equal(known.redact('eyJhbGciOiJIUzI1NiJ9.eyJhIjoxf'), '••••••••');
  });
});
