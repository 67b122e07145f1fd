import assert from 'node:assert/strict';
import fc from 'fast-check';
import { toDocument, toHtml } from '../../../../src/ui/webview/html.ts';
import { h } from '../../../../src/ui/webview/view.ts';

const hostile = [
  '<script>alert(1)</script>',
  '</td><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onfocus='alert(1)' autofocus='",
  '&lt;b&gt;&#60;',
  '<!--',
  '</style></script></title></main>',
  '{0}=javascript:alert(1)',
];

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

/** What a browser makes of text in HTML: our own escapes are the only ones that can be in it. */
function unescaped(html: string): string {
  return html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

describe('a page as HTML', () => {
  for (const text of hostile) {
    it(`keeps ${text} a text and a value`, () => {
      const html = toHtml(h('p', { 'data-row': text }, text));
      const inside = /^<p data-row="([^"<>]*)">([^<>]*)<\/p>$/.exec(html);
      assert(inside, html);
      assert.equal(unescaped(inside[1] ?? ''), text);
      assert.equal(unescaped(inside[2] ?? ''), text);
    });
  }

  it('keeps any text at all a text', () => {
    fc.assert(
      fc.property(anyText, anyText, (value, text) => {
        const html = toHtml(h('td', { 'aria-label': value }, text));
        assert.equal(html.match(/[<>]/g)?.length, 4);
        assert.equal(html.match(/"/g)?.length, 2);
        assert.equal(unescaped(html.slice(html.indexOf('>') + 1, -'</td>'.length)), text);
      }),
    );
  });

  it('leaves out what is not there', () => {
    assert.equal(
      toHtml(h('ul', { class: undefined, id: 'x' }, undefined, [[h('li', {}, 'a')], undefined])),
      '<ul id="x"><li>a</li></ul>',
    );
  });

  const assets = { styles: 'p{}', script: 'go()' };
  const document = (change: { title?: string; row?: string; lang?: string } = {}) =>
    toDocument({ lang: 'de', title: 'x', content: [], row: undefined, nonce: 'bm9uY2U', assets, ...change });

  it('can load nothing, and lets only its own style and script be', () => {
    const html = document();
    const policy = unescaped(/Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '');
    assert.deepEqual(policy.split('; '), [
      "default-src 'none'",
      "style-src 'nonce-bm9uY2U'",
      "script-src 'nonce-bm9uY2U'",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    assert.equal(
      html.match(/<(style|script)\b/g)?.length,
      html.match(/<(style|script) nonce="bm9uY2U">/g)?.length,
    );
    assert.match(html, /<html lang="de">/);
  });

  it('holds hostile titles, rows and languages as values', () => {
    for (const text of hostile) {
      const html = document({ title: text, row: text, lang: text });
      assert.equal(html.match(/<script/g)?.length, 1);
      assert(!html.includes('<img') && !html.includes('<svg') && !html.includes('<!--'));
      assert.equal(html.match(/<main id="page" data-row="[^"<>]*"><\/main>/g)?.length, 1);
    }
  });
});
