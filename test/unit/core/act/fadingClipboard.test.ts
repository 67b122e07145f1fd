import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { FadingClipboard } from '../../../../src/core/act/fadingClipboard.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { ManualClock } from '../../fakes.ts';

const minute = 60_000;

describe('A token in the clipboard', () => {
  let text: string;
  let isReadable: boolean;
  let isWritable: boolean;
  let writes: string[];
  let left: number;
  let reads: number;
  let shows: () => string;
  let clock: ManualClock;
  let clipboard: FadingClipboard;

  beforeEach(() => {
    text = 'before';
    isReadable = true;
    isWritable = true;
    writes = [];
    left = 0;
    reads = 0;
    shows = () => text;
    clock = new ManualClock();
    clipboard = new FadingClipboard(
      {
        read: async () => {
          reads++;
          return isReadable ? shows() : assert.fail('not readable');
        },
        write: async (next) => {
          assert(isWritable);
          text = next;
          writes.push(next);
        },
      },
      clock,
      () => {
        left++;
      },
    );
  });

  /** A digest is made in a thread of its own, which on a busy machine takes as long as it takes. */
  async function settled(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      await turn();
    }
  }
  const copy = (value: string) => clipboard.put(new Secret(value));

  it('is taken out after a minute, not before', async () => {
    await copy('token-a');
    clock.advance(minute - 1);
    await turn();
    assert.equal(text, 'token-a');
    clock.advance(1);
    await settled(() => text === '');
    assert.deepEqual(writes, ['token-a', '']);
  });

  it('leaves alone what has come there since', async () => {
    await copy('token-a');
    text = 'something of the user’s';
    const before = reads;
    clock.advance(minute);
    await settled(() => reads > before);
    await turn();
    assert.equal(text, 'something of the user’s');
    assert.deepEqual(writes, ['token-a']);
  });

  it('is said not to be seen where the clipboard shows nothing, and is not waited for', async () => {
    shows = () => '';
    assert.equal(await copy('token-a'), false);
    assert.equal(clock.sleeping, 0);
  });

  it('counts its minute from the last one that was copied', async () => {
    await copy('token-a');
    clock.advance(minute / 2);
    await copy('token-b');
    assert.equal(clock.sleeping, 1);
    clock.advance(minute / 2);
    await turn();
    assert.equal(text, 'token-b');
    clock.advance(minute / 2);
    await settled(() => text === '');
  });

  it('is taken out in its time, too, when another one that is copied does not get there', async () => {
    await copy('token-a');
    clock.advance(minute / 2);
    isWritable = false;
    await assert.rejects(copy('token-b'));
    isWritable = true;
    clock.advance(minute / 2);
    await settled(() => text === '');
    assert.deepEqual(writes, ['token-a', '']);
  });

  it('is taken out at once when the extension ends while it gets there', async () => {
    const copying = copy('token-a');
    clipboard.dispose();
    await copying;
    await settled(() => writes.at(-1) === '');
  });

  it('is taken out at once when the extension ends', async () => {
    await copy('token-a');
    clipboard.dispose();
    await settled(() => text === '');
    assert.equal(left, 0);
  });

  it('is said to be left where the clipboard cannot be looked at', async () => {
    await copy('token-a');
    isReadable = false;
    clock.advance(minute);
    await settled(() => left === 1);
    assert.equal(text, 'token-a');
  });
});
