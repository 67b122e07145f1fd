import assert from 'node:assert/strict';
import { type ErrorKind, TokenManagerError } from '../../../src/core/errors.ts';
import { errorWords, type Remedy } from '../../../src/ui/errorWords.ts';
import { now, wording } from './wording.ts';

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

  it('says when a rate limit ends, and offers no button before', () => {
    const words = errorWords(new TokenManagerError('rateLimited', '', { retryAt: now }), wording);
    assert.equal(words.remedy, 'none');
    assert.match(words.sentence, /2026/);
  });

  it('adds the service’s own words, else the code, else the status', () => {
    const sentence = (error: TokenManagerError) => errorWords(error, wording).sentence;
    assert.match(
      sentence(new TokenManagerError('forbidden', 'needs read_x', { status: 403 })),
      /needs read_x/,
    );
    assert.match(sentence(new TokenManagerError('network', '', { code: 'ENOTFOUND' })), /ENOTFOUND/);
    assert.match(sentence(new TokenManagerError('server', '', { status: 502 })), /HTTP 502/);
  });
});
