import assert from 'node:assert/strict';
import { request } from 'node:http';
import { Uri } from 'vscode';
import { BrowserRedirects } from '../../src/platform/host/redirects.ts';
import { localize } from '../unit/fakes.ts';

/** What a browser gets at an address, whatever name it calls the computer by. */
function statusAt(address: string, host = new URL(address).host): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, search } = new URL(address);
    const sent = request({ hostname, port, path: pathname + search, headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the ways back from a browser', () => {
  const redirects = new BrowserRedirects(localize);
  after(() => redirects.dispose());

  it('take by loopback what knows the state, at this very address, and nothing else', async () => {
    const { uri, callback, dispose } = await redirects.open({
      wayBack: 'loopback',
      state: 'ours',
      isWayFixed: false,
    });
    assert.match(uri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    assert.equal(await statusAt(`${uri}?state=theirs&code=1`), 404);
    assert.equal(await statusAt(`${uri}?code=2`), 404);
    assert.equal(await statusAt(`${uri.replace('/callback', '/')}?state=ours&code=3`), 404);
    assert.equal(await statusAt(`${uri}?state=ours&code=4`, 'evil.example'), 404);
    assert.equal(await statusAt(`${uri}?state=ours&code=5`), 200);
    assert.equal((await callback).searchParams.get('code'), '5');
    dispose();
    await assert.rejects(statusAt(`${uri}?state=ours&code=6`), { code: 'ECONNREFUSED' });
  });

  it('take by a link what knows the state, with every character of the code', async () => {
    const { callback, dispose } = await redirects.open({
      wayBack: 'editor',
      state: 'ours',
      isWayFixed: true,
    });
    const link = (query: string) =>
      Uri.parse('vscode://oauth-token-manager.oauth-token-manager/callback').with({ query });
    redirects.handleUri(link('state=theirs&code=1'));
    redirects.handleUri(link('state=ours&code=a+b/c='));
    assert.equal((await callback).searchParams.get('code'), 'a+b/c=');
    dispose();
  });

  it('take by a link a signed answer whose state is inside it', async () => {
    const { callback, dispose } = await redirects.open({
      wayBack: 'editor',
      state: 'ours',
      isWayFixed: true,
    });
    const link = (state: string, signature: string) => {
      const payload = Buffer.from(JSON.stringify({ state })).toString('base64url');
      return Uri.parse('vscode://oauth-token-manager.oauth-token-manager/callback').with({
        query: `state=ours&response=e30.${payload}.${signature}`,
      });
    };
    redirects.handleUri(link('theirs', 'first'));
    redirects.handleUri(link('ours', 'second'));
    assert.match((await callback).searchParams.get('response') ?? '', /second$/);
    dispose();
  });

  it('hear of no link once nobody waits any more', async () => {
    const first = await redirects.open({ wayBack: 'editor', state: 'one', isWayFixed: false });
    first.dispose();
    // VS Code takes one listener an extension; a second would be refused while the first is there.
    const second = await redirects.open({ wayBack: 'editor', state: 'two', isWayFixed: false });
    second.dispose();
  });
});
