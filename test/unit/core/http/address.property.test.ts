import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { checkedBaseUrl, requestUrl } from '../../../../src/core/http/client.ts';
import { anyText, isTokenManagerError, property } from '../../property.ts';

/** The value, or nothing when it threw the error that is expected of it. */
function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    assert(isTokenManagerError('configuration')(thrown), inspect(thrown));
    return undefined;
  }
}

describe('properties of address', () => {
  property(
    'requestUrl hits exactly the object that was named, below the base, or refuses',
    (id: string, second: string) => {
      const base = new URL('https://example.com/prefix/v1');
      const url = unlessRefused(() =>
        requestUrl(base, { route: '/users/{a}/tokens/{b}', params: { a: id, b: second } }),
      );
      if (!url) {
        assert([id, second].some((value) => ['', '.', '..'].includes(value) || !value.isWellFormed()));
        return;
      }
      const parsed = new URL(url.href);
      assert.equal(parsed.origin + parsed.search + parsed.hash, base.origin);
      const segments = parsed.pathname.split('/').map(decodeURIComponent);
      assert.deepEqual(segments, ['', 'prefix', 'v1', 'users', id, 'tokens', second]);
    },
    fc.oneof(anyText, fc.constantFrom('..', '.', '%2e%2e', 'a/b?c#d%2Fe f', '\\', '//', 'a;b', '@')),
    fc.oneof(anyText, fc.constant('x')),
  );

  property(
    'requestUrl carries a query so that the other side reads the same',
    (name: string, value: string) => {
      const url = unlessRefused(() =>
        requestUrl(new URL('https://example.com'), {
          route: '/a',
          query: { [name]: value, none: undefined },
        }),
      );
      if (url) {
        assert.deepEqual([...new URL(url.href).searchParams], [[name, value]]);
        assert.equal(url.pathname, '/a');
      } else {
        assert(!value.isWellFormed());
      }
    },
    fc.stringMatching(/^[a-z_]{1,9}$/),
    anyText,
  );

  property(
    'checkedBaseUrl lets through only https, or http on this computer, without credentials and query',
    (text: string) => {
      const url = unlessRefused(() => checkedBaseUrl(text));
      if (url) {
        assert(
          url.protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname),
          url.href,
        );
        assert.equal(url.username + url.password + url.search + url.hash, '');
        const reached = requestUrl(url, { route: '/x' });
        assert.equal(reached.origin, url.origin);
        assert(reached.pathname.endsWith('/x'));
      }
    },
    fc.oneof(
      anyText,
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc
        .tuple(
          fc.constantFrom('http://', 'https://', 'HTTP:', 'ftp://', 'javascript:', '//'),
          fc.constantFrom('', 'u@', 'u:p@', '@'),
          fc.constantFrom(
            'localhost',
            '127.1',
            '0x7f.1',
            '127.0.0.1.example.com',
            '[::1]',
            'example.com',
            '10.0.0.1',
          ),
          fc.constantFrom('', ':1', '/a/', '/a?', '/a#', '/?b', '/../c', '\\@evil.example'),
        )
        .map((parts) => parts.join('')),
    ),
  );
});
