import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../../src/platform/host/clock.ts';
import { FileLeases } from '../../../../src/platform/storage/leases.ts';

const times = { lookMs: 5, signOfLifeMs: 20, deadAfterMs: 100, givenUpAfterMs: 300 };
const unhurried = new AbortController().signal;

describe('FileLeases', () => {
  let folder: string;
  const leases = () => new FileLeases(join(folder, 'leases'), systemClock, times);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-lease-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Leaves a lease behind as a window does that ends without giving it back. */
  async function abandoned(content: string): Promise<void> {
    await leases().hold('x', unhurried, async () => undefined);
    const held = leases().hold('x', unhurried, async () => readdirSync(join(folder, 'leases')));
    const [name] = await held;
    assert(name);
    writeFileSync(join(folder, 'leases', name), content);
  }

  async function pidOfTheDead(): Promise<number> {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    assert(child.pid);
    return child.pid;
  }

  it('lets one at a time work under a name, however many windows ask', async () => {
    let inside = 0;
    let most = 0;
    let done = 0;
    const work = async () => {
      inside++;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside--;
      done++;
    };
    await Promise.all(Array.from({ length: 12 }, () => leases().hold('x', unhurried, work)));
    assert.deepEqual([most, done], [1, 12]);
  });

  it('lets work under different names run side by side', async () => {
    const outcome = await leases().hold('x', unhurried, () =>
      leases().hold('y', unhurried, async () => 'both'),
    );
    assert.equal(outcome, 'both');
  });

  it('gives the lease back when the work fails, and leaves no file', async () => {
    await assert.rejects(
      leases().hold('x', unhurried, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await leases().hold('x', unhurried, async () => 'free'), 'free');
    assert.deepEqual(readdirSync(join(folder, 'leases')), []);
  });

  it('keeps what it is for to itself', async () => {
    const names = await leases().hold('act/canary', unhurried, async () =>
      readdirSync(join(folder, 'leases')),
    );
    assert.equal(names.length, 1);
    assert.doesNotMatch(names.join(), /canary/);
  });

  it('takes over from a window whose process is gone', async () => {
    await abandoned(JSON.stringify({ owner: 'o', pid: await pidOfTheDead(), host: hostname() }));
    const began = performance.now();
    assert.equal(await leases().hold('x', unhurried, async () => 'mine'), 'mine');
    assert(performance.now() - began >= times.deadAfterMs - times.lookMs);
    assert.deepEqual(readdirSync(join(folder, 'leases')), []);
  });

  it('takes over once, however many wait for a dead window’s lease', async () => {
    await abandoned(JSON.stringify({ owner: 'o', pid: await pidOfTheDead(), host: hostname() }));
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside++;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside--;
    };
    await Promise.all(Array.from({ length: 8 }, () => leases().hold('x', unhurried, work)));
    assert.equal(most, 1);
  });

  for (const content of ['', '{', '{"owner":"o","pid":"x"}', '{"owner":"o","pid":1,"host":"elsewhere"}']) {
    it(`takes over from a lease that nobody keeps alive and that says ${content || 'nothing'}`, async () => {
      await abandoned(content);
      assert.equal(await leases().hold('x', unhurried, async () => 'mine'), 'mine');
    });
  }

  describe('takes over from what is in the place of a lease and cannot be read:', () => {
    const inTheWay: Readonly<Record<string, (file: string) => void>> = {
      'a folder': (file) => mkdirSync(join(file, 'full'), { recursive: true }),
      'a pipe': (file) => execFileSync('mkfifo', [file]),
      'a dangling link': (file) => symlinkSync(join(folder, 'nowhere'), file),
      'a file that is too large': (file) => writeFileSync(file, 'x'.repeat(1_000_000)),
    };
    for (const [what, make] of Object.entries(inTheWay)) {
      it(what, async () => {
        if (process.platform === 'win32' && what !== 'a folder') return;
        const [name] = await leases().hold('x', unhurried, async () => readdirSync(join(folder, 'leases')));
        assert(name);
        make(join(folder, 'leases', name));
        assert.equal(await leases().hold('x', AbortSignal.timeout(5000), async () => 'mine'), 'mine');
        assert.deepEqual(readdirSync(join(folder, 'leases')), []);
        assert.deepEqual(readdirSync(folder), ['leases']);
      });
    }
  });

  it('takes over although another takeover never ended and is dated in the future', async () => {
    await abandoned(JSON.stringify({ owner: 'o', pid: await pidOfTheDead(), host: hostname() }));
    const [name] = readdirSync(join(folder, 'leases'));
    const takeover = join(folder, 'leases', `${name}.takeover`);
    writeFileSync(takeover, '');
    utimesSync(takeover, 4e9, 4e9);
    assert.equal(await leases().hold('x', AbortSignal.timeout(5000), async () => 'mine'), 'mine');
  });

  it('gives back its own lease only, not that of the window which took it over', async () => {
    let other = '';
    await leases().hold('x', unhurried, async () => {
      const [name] = readdirSync(join(folder, 'leases'));
      assert(name);
      other = join(folder, 'leases', name);
      writeFileSync(other, 'of another window');
    });
    assert.equal(readFileSync(other, 'utf8'), 'of another window');
  });

  it('can be looked into by the user only, also where the folder was made for everyone', async () => {
    mkdirSync(join(folder, 'leases'), { mode: 0o755 });
    await leases().hold('x', unhurried, async () => {
      if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'leases')).mode & 0o077, 0);
    });
  });

  it('waits for a holder that is alive, longer than it would for a dead one', async () => {
    let isDone = false;
    const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>();
    const slow = leases().hold('x', unhurried, async () => {
      hold();
      await new Promise((resolve) => setTimeout(resolve, times.givenUpAfterMs * 2));
      isDone = true;
    });
    await isHeld;
    await leases().hold('x', unhurried, async () => assert.equal(isDone, true));
    await slow;
  });

  it('stops waiting when told to', async () => {
    await leases().hold('x', unhurried, async () => {
      await assert.rejects(
        leases().hold('x', AbortSignal.timeout(20), async () => assert.fail('must not run')),
        { kind: 'cancelled' },
      );
    });
  });

  it('lets the work go on where the disk takes no lease', async () => {
    writeFileSync(join(folder, 'leases'), 'a file where the folder should be');
    assert.equal(await leases().hold('x', unhurried, async () => 'without'), 'without');
  });
});
