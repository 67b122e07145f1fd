import assert from 'node:assert/strict';
import { type ErrorKind, TokenManagerError } from '../../../../src/core/model/errors.ts';
import { errorWords, type Remedy } from '../../../../src/ui/text/errors.ts';
import { now, wording } from '../wording.ts';

const remedies: Record<ErrorKind, Remedy> = {
  cancelled: 'retry',
  network: 'retry',
  timeout: 'retry',
  server: 'retry',
  tls: 'retry',
  proxy: 'proxySettings',
  rateLimited: 'retry',
  unauthorized: 'updateCredentials',
  credentialMissing: 'updateCredentials',
  forbidden: 'retry',
  notFound: 'retry',
  rejected: 'showLog',
  protocol: 'showLog',
  configuration: 'updateCredentials',
  unsupported: 'none',
  storage: 'retry',
  internal: 'showLog',
};

describe('an error in words', () => {
  it('has a title, a sentence and its own remedy for every kind', () => {
    const titles = new Set<string>();
    for (const [kind, remedy] of Object.entries(remedies)) {
      const words = errorWords(new TokenManagerError(kind as ErrorKind), wording);
      assert.equal(words.remedy, remedy, kind);
      assert.match(words.sentence, /\.$/, kind);
      titles.add(words.title);
    }
    assert.equal(titles.size, Object.keys(remedies).length);
  });

  const titles: Readonly<Record<string, readonly [ErrorKind, string, Remedy]>> = {
    CERT_HAS_EXPIRED: ['tls', 'Certificate expired', 'retry'],
    ERR_TLS_CERT_ALTNAME_INVALID: ['tls', 'Certificate of another host', 'retry'],
    DEPTH_ZERO_SELF_SIGNED_CERT: ['tls', 'Certificate not trusted', 'certificateAuthority'],
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['tls', 'Certificate not trusted', 'certificateAuthority'],
    ERR_SSL_WRONG_VERSION_NUMBER: ['tls', 'No secure connection', 'retry'],
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
      'tls',
      'Client certificate not accepted',
      'updateCredentials',
    ],
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: ['tls', 'Client certificate not accepted', 'updateCredentials'],
    'unreadable-client-key': ['configuration', 'Check the client certificate', 'updateCredentials'],
    'client-certificate-unusable': ['configuration', 'Check the client certificate', 'proxySettings'],
    'proxy-authentication': ['proxy', 'Proxy requires authentication', 'proxySettings'],
    'proxy-refused': ['proxy', 'Proxy refused the connection', 'proxySettings'],
    'proxy-certificate': ['proxy', 'Proxy not trusted', 'proxySettings'],
    'unusable-proxy': ['proxy', 'Proxy not usable', 'proxySettings'],
    file: ['storage', 'File not read', 'retry'],
    'file-too-large': ['storage', 'File not read', 'retry'],
    'file-format': ['storage', 'File not read', 'retry'],
    ECONNREFUSED: ['proxy', 'Cannot reach the proxy', 'proxySettings'],
    'repeated-page': ['protocol', 'List may be incomplete', 'retry'],
    'list-changed': ['protocol', 'List may be incomplete', 'retry'],
    'repeated-id': ['protocol', 'List may be incomplete', 'retry'],
    'answer-too-large': ['protocol', 'Unexpected response', 'showLog'],
    'unreadable-certificate-file': [
      'configuration',
      'Check the connection’s settings',
      'certificateAuthority',
    ],
  };
  for (const [code, [kind, title, remedy]] of Object.entries(titles)) {
    it(`calls ${kind} ${code} “${title}” and offers ${remedy}`, () => {
      const words = errorWords(new TokenManagerError(kind, '', { code }), wording);
      assert.deepEqual([words.title, words.remedy], [title, remedy]);
    });
  }

  it('says until when a service in trouble asks to wait, and offers no button before', () => {
    const words = errorWords(new TokenManagerError('server', '', { retryAt: now }), wording);
    assert.equal(words.remedy, 'none');
    assert.match(words.sentence, /2026/);
  });

  it('says when a rate limit ends, and offers no button before', () => {
    const words = errorWords(new TokenManagerError('rateLimited', '', { retryAt: now }), wording);
    assert.equal(words.remedy, 'none');
    assert.match(words.sentence, /2026/);
  });

  it('says what happened, then the service’s words, then what to do', () => {
    const error = new TokenManagerError('proxy', 'ask for access', { code: 'proxy-authentication' });
    assert.match(
      errorWords(error, wording).sentence,
      /^The proxy requires authentication \(ask for access\)\. Add user name and password/,
    );
  });

  it('offers no new credentials where other credentials lead to the same place', () => {
    for (const code of ['redirect', 'unusable-identifier']) {
      const words = errorWords(new TokenManagerError('configuration', '', { code }), wording);
      assert.equal(words.remedy, 'showLog', code);
    }
  });

  it('adds the service’s own words, else its code, else the status', () => {
    const sentence = (error: TokenManagerError) => errorWords(error, wording).sentence;
    const refusal = { status: 403, code: 'insufficient_scope' };
    assert.match(
      sentence(new TokenManagerError('forbidden', 'needs read_x', refusal)),
      / \(needs read_x\)\.$/,
    );
    assert.match(sentence(new TokenManagerError('forbidden', '', refusal)), / \(insufficient_scope\)\.$/);
    assert.match(sentence(new TokenManagerError('server', '', { status: 502 })), / \(HTTP 502\)\.$/);
  });

  it('leaves codes of the system and of ours, and places in an answer, to the log', () => {
    const sentence = (error: TokenManagerError) => errorWords(error, wording).sentence;
    const ours: readonly (readonly [ErrorKind, string, string])[] = [
      ['network', '', 'ECONNREFUSED'],
      ['timeout', '', 'UND_ERR_HEADERS_TIMEOUT'],
      ['tls', '', 'CERT_HAS_EXPIRED'],
      ['configuration', '', 'unusable-credential'],
      ['configuration', '', 'unusable-identifier'],
      ['configuration', 'clientId', 'unusable-settings'],
      ['protocol', '(whole answer)', 'unexpected-shape'],
      ['protocol', '0, 1', 'unexpected-shape'],
      ['protocol', '', 'not-json'],
    ];
    for (const [kind, detail, code] of ours) {
      const told = sentence(
        new TokenManagerError(kind, detail, { code, ...(kind === 'protocol' && { status: 200 }) }),
      );
      assert.ok(!told.includes(code) && !/\((whole|0|HTTP 200)/.test(told), told);
    }
  });
});
