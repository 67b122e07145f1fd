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
});
