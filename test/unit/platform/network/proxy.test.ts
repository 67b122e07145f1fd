import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { type Environment, type ProxySettings, proxyFor } from '../../../../src/platform/network/proxy.ts';

const service = new URL('https://api.example.com');

function settings(change: Partial<ProxySettings> & { readonly url?: string } = {}): ProxySettings {
  const { url = '', ...rest } = change;
  return {
    isOff: false,
    proxy: new Secret(url),
    noProxy: [],
    authorization: undefined,
    checksCertificate: true,
    ...rest,
  };
}

function origin(target: URL, chosen: ProxySettings, environment: Environment = {}): string | undefined {
  return proxyFor(target, chosen, environment)?.url.origin;
}

describe('the proxy on the way to a service', () => {
  it('is the one of the settings, before the environment’s', () => {
    const environment = { HTTPS_PROXY: 'http://env:1' };
    assert.equal(origin(service, settings({ url: 'http://set:2' }), environment), 'http://set:2');
    assert.equal(origin(service, settings(), environment), 'http://env:1');
    assert.equal(origin(service, settings()), undefined);
  });

  it('is read from the environment in both cases, for https from HTTP_PROXY too', () => {
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']) {
      assert.equal(origin(service, settings(), { [name]: 'env:8080' }), 'http://env:8080', name);
    }
    assert.equal(origin(new URL('http://x.example'), settings(), { HTTPS_PROXY: 'http://env:1' }), undefined);
  });

  it('is none when the proxy support is off, whatever else is set', () => {
    const off = settings({ isOff: true, url: 'http://set:2' });
    assert.equal(origin(service, off, { HTTPS_PROXY: 'http://env:1' }), undefined);
  });

  it('is none for this computer, unless that is excepted from being an exception', () => {
    for (const host of ['localhost', '127.0.0.1', '127.3.2.1', '[::1]']) {
      const target = new URL(`http://${host}:6789`);
      assert.equal(origin(target, settings({ url: 'http://set:2' })), undefined, host);
      const all = settings({ url: 'http://set:2', noProxy: ['<-loopback>'] });
      assert.equal(origin(target, all), 'http://set:2', host);
    }
  });

  const exceptions: Readonly<Record<string, boolean>> = {
    '*': true,
    'example.com': true,
    '.example.com': true,
    '*.example.com': true,
    'API.example.com': true,
    'api.example.com:443': true,
    'api.example.com:8443': false,
    'ample.com': false,
    'other.example.com': false,
    '': false,
    '10.0.0.0/8': false,
  };
  for (const [exception, isExcepted] of Object.entries(exceptions)) {
    it(`is ${isExcepted ? 'none' : 'used'} with the exception “${exception}”`, () => {
      const expected = isExcepted ? undefined : 'http://set:2';
      assert.equal(origin(service, settings({ url: 'http://set:2', noProxy: [exception] })), expected);
      const environment = { HTTPS_PROXY: 'http://set:2', no_proxy: `first.example, ${exception}` };
      assert.equal(origin(service, settings(), environment), expected);
    });
  }

  it('may be excepted by address and by range of addresses', () => {
    const chosen = settings({
      url: 'http://set:2',
      noProxy: ['10.0.0.0/8', 'fd00::/8', '192.168.1.1', '[fe80::1]:443'],
    });
    for (const [host, expected] of [
      ['10.9.8.7', undefined],
      ['11.9.8.7', 'http://set:2'],
      ['192.168.1.1', undefined],
      ['[fd12::1]', undefined],
      ['[fe80::1]', undefined],
      ['[fe80::2]', 'http://set:2'],
    ] as const) {
      assert.equal(origin(new URL(`https://${host}`), chosen), expected, host);
    }
  });

  it('takes user and password from its address, unless a whole authorization is set', () => {
    const proxy = proxyFor(service, settings({ url: 'http://me:p%40ss@set:2' }), {});
    const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    assert.equal(proxy?.authorization?.reveal(), basic);
    assert.equal(proxy.url.href, 'http://set:2/');
    const own = settings({ url: 'http://me:pw@set:2', authorization: new Secret('Bearer x') });
    assert.equal(proxyFor(service, own, {})?.authorization?.reveal(), 'Bearer x');
  });

  it('keeps a password out of every text, also when its address cannot be used', () => {
    const url = 'socks5://me:very-secret@set:2';
    assert.throws(
      () => proxyFor(service, settings({ url }), {}),
      (error) =>
        error instanceof TokenManagerError &&
        error.kind === 'proxy' &&
        error.code === 'unusable-proxy' &&
        !inspect(error, { depth: 9 }).includes('very-secret'),
    );
    const proxy = proxyFor(service, settings({ url: 'http://me:very-secret@set:2' }), {});
    assert(
      !`${inspect([proxy, settings({ url })], { depth: 9 })}${JSON.stringify(proxy)}`.includes('very-secret'),
    );
  });
});
