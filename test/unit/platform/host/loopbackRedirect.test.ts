import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { loopbackRedirect } from '../../../../src/platform/host/loopbackRedirect.ts';
import { localize } from '../../fakes.ts';

describe('The listener of a sign-in', () => {
  it('ends connections on which nothing was asked, and those that stopped in the middle', async () => {
    for (const said of ['', 'GET /callback?state=ou']) {
      const { uri, dispose } = await loopbackRedirect('ours', localize);
      const { port } = new URL(uri);
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(said);
      // What comes after it on the same listener shows that it was taken.
      assert.equal((await fetch(`${uri}?state=theirs`)).status, 404);
      socket.on('error', () => undefined);
      const closed = once(socket, 'close');
      dispose();
      await closed;
    }
  });

  it('lets its last page arrive', async () => {
    const { uri, callback, dispose } = await loopbackRedirect('ours', localize);
    void callback.then(dispose);
    const page = await fetch(`${uri}?state=ours&code=1`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /go back to VS Code/);
    await assert.rejects(fetch(uri));
  });

  it('takes a signed answer by the state inside it, and the first one only', async () => {
    const { uri, callback, dispose } = await loopbackRedirect('ours', localize);
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = (claims: object, signature: string) =>
      `${encoded({ alg: 'RS256' })}.${encoded(claims)}.${signature}`;
    for (const query of [
      `response=${signed({ state: 'theirs' }, 'a')}`,
      // What stands beside it says nothing of it.
      `state=ours&response=${signed({ state: 'theirs' }, 'b')}`,
      'state=ours&response=c',
      `response=${signed({ state: 'ours' }, 'd')}.e`,
      `response=${encoded({ alg: 'RS256' })}.a.b.c.d`,
    ]) {
      assert.equal((await fetch(`${uri}?${query}`)).status, 404, query);
    }
    const first = signed({ state: 'ours' }, 'first');
    assert.equal((await fetch(`${uri}?response=${first}`)).status, 200);
    await fetch(`${uri}?response=${signed({ state: 'ours' }, 'second')}`);
    assert.equal((await callback).searchParams.get('response'), first);
    dispose();
  });

  it('ends the wait for an answer that is encrypted, whose state cannot be read', async () => {
    const { uri, callback, dispose } = await loopbackRedirect('ours', localize);
    const header = Buffer.from('{"alg":"RSA-OAEP","enc":"A128GCM"}').toString('base64url');
    assert.equal((await fetch(`${uri}?response=${header}.a.b.c.d`)).status, 200);
    assert.match((await callback).search, /^\?response=/);
    dispose();
  });
});
