import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type Act, Activity, mostActs } from '../../../../src/core/activity/activity.ts';
import { actError } from '../../../../src/core/activity/failure.ts';
import { parsedAct } from '../../../../src/core/activity/parse.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { ManualClock, MemoryActStore, MemoryLogger } from '../../fakes.ts';

class FailingActStore extends MemoryActStore {
  reads = 0;
  isFull = false;
  isStuck: { readonly at: 'append' | 'read'; readonly until: Promise<void> } | undefined;

  override async append(act: Act): Promise<void> {
    await this.#stuck('append');
    if (this.isFull) {
      throw new TokenManagerError('storage', '', { code: 'failed' });
    }
    await super.append(act);
  }

  override async read(): Promise<readonly Act[]> {
    this.reads++;
    await this.#stuck('read');
    return super.read();
  }

  async #stuck(at: 'append' | 'read'): Promise<void> {
    await (this.isStuck?.at === at ? this.isStuck.until : undefined);
  }
}

function setUp({ longestWriteMs = 60_000 } = {}) {
  const store = new FailingActStore();
  const clock = new ManualClock();
  const logger = new MemoryLogger();
  return { store, clock, logger, activity: new Activity(store, clock, logger, longestWriteMs) };
}

const connection = { id: 'c1', label: 'Work', serviceName: 'Example' };

describe('Activity', () => {
  it('writes down that an act began before it runs, and how it ended once that is known', async () => {
    const { store, activity } = setUp();
    const work = Promise.withResolvers<string>();
    const recording = activity.record(
      { kind: 'revoke', connection },
      () => work.promise,
      () => ({
        kind: 'alreadyGone',
      }),
    );
    await new Promise(setImmediate);
    assert.deepEqual(
      (await activity.acts()).map(({ result }) => result.kind),
      ['begun'],
    );
    work.resolve('value');
    assert.equal(await recording, 'value');
    assert.deepEqual(
      store.lines.map(({ result }) => result.kind),
      ['begun', 'alreadyGone'],
    );
    assert.equal(new Set(store.lines.map(({ id }) => id)).size, 1);
    assert.deepEqual(
      (await activity.acts()).map(({ result }) => result.kind),
      ['alreadyGone'],
    );
  });

  for (const stuck of ['append', 'read'] as const) {
    it(`does not keep a result from the user when ${stuck} never answers, and writes nothing out of order`, async () => {
      const { store, activity, logger } = setUp({ longestWriteMs: 5 });
      const answer = Promise.withResolvers<void>();
      store.isStuck = { at: stuck, until: answer.promise };
      const reading = activity.acts();
      const recording = activity.record({ kind: 'revoke', connection }, async () => 'value');
      assert.equal(await recording, 'value');
      assert.deepEqual(
        logger.lines.map(({ message }) => message),
        stuck === 'append' ? ['activity late'] : [],
      );
      answer.resolve();
      await reading;
      await new Promise(setImmediate);
      assert.deepEqual(
        store.lines.map(({ result }) => result.kind),
        ['begun', 'done'],
      );
      assert.deepEqual(
        (await activity.acts()).map(({ result }) => result.kind),
        ['done'],
      );
    });
  }

  it('passes a failure on and remembers its kind and code, never its words', async () => {
    const { store, activity } = setUp();
    const error = new TokenManagerError('forbidden', 'prose of a service', {
      code: 'no_access',
      status: 403,
    });
    await assert.rejects(
      activity.record({ kind: 'revoke', connection }, () => Promise.reject(error)),
      (thrown) => thrown === error,
    );
    assert.deepEqual(store.lines.at(-1)?.result, {
      kind: 'failed',
      error: 'forbidden',
      code: 'no_access',
      status: 403,
    });
    assert(!JSON.stringify(store.lines).includes('prose'));
  });

  it('leaves out a code that is no machine word or looks like a credential', () => {
    for (const code of ['two words', 'x'.repeat(61), 'ghp_abcdefghijklmnop', 'pscale_tkn_abcdef']) {
      assert.equal(actError(new TokenManagerError('rejected', '', { code })).code, undefined, code);
    }
    assert.equal(
      actError(new TokenManagerError('rejected', '', { code: 'invalid_grant' })).code,
      'invalid_grant',
    );
  });

  it('says of what the user stopped that it was stopped', async () => {
    const { store, activity } = setUp();
    await assert.rejects(
      activity.record({ kind: 'renew' }, () => Promise.reject(new TokenManagerError('cancelled'))),
    );
    assert.deepEqual(store.lines.at(-1)?.result, { kind: 'cancelled' });
  });

  it('keeps nobody from acting when nothing can be written', async () => {
    const { store, logger, activity } = setUp();
    store.isFull = true;
    assert.equal(await activity.record({ kind: 'revoke', connection }, async () => 7), 7);
    assert.deepEqual(
      logger.lines.map(({ level, message }) => `${level} ${message}`),
      ['warn activity storage', 'warn activity storage'],
    );
  });

  it('reads nothing until it is asked, and then once', async () => {
    const { store, activity } = setUp();
    await activity.record({ kind: 'rename', connection }, async () => undefined);
    assert.equal(store.reads, 0);
    await activity.acts();
    await activity.record({ kind: 'disconnect', connection }, async () => undefined);
    assert.deepEqual(
      (await activity.acts()).map(({ kind }) => kind),
      ['disconnect', 'rename'],
    );
    assert.equal(store.reads, 1);
  });

  it('has the newest first and no more than are shown, unless all are asked for', async () => {
    const { clock, activity } = setUp();
    for (let index = 0; index < mostActs + 5; index++) {
      clock.advance(1);
      await activity.record({ kind: 'rename', connection, detail: String(index) }, async () => undefined);
    }
    const acts = await activity.acts();
    assert.equal(acts.length, mostActs);
    assert.equal(acts[0]?.detail, String(mostActs + 4));
    assert.equal((await activity.acts(Number.POSITIVE_INFINITY)).length, mostActs + 5);
  });

  it('shows what another window wrote once it is told to look again', async () => {
    const { store, activity } = setUp();
    await activity.acts();
    let told = 0;
    activity.onDidChange(() => told++);
    await store.append({ id: 'other', at: 1, kind: 'connect', result: { kind: 'done' } });
    activity.reload();
    assert.equal(told, 1);
    assert.deepEqual(
      (await activity.acts()).map(({ id }) => id),
      ['other'],
    );
  });

  it('understands what it has written, and takes nothing else for an act', () => {
    const act: Act = {
      id: 'a',
      at: 1,
      kind: 'revoke',
      connection,
      row: { key: 'c1/x', name: 'x' },
      detail: 'd',
      requestId: 'r',
      result: { kind: 'unverified', error: 'timeout', code: 'c', status: 504 },
    };
    assert.deepEqual(parsedAct(JSON.parse(JSON.stringify(act))), act);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parsed = parsedAct(value);
        assert(parsed === undefined || typeof parsed.id === 'string');
      }),
    );
    const damaged: Record<string, unknown>[] = [
      { ...act, at: 'soon' },
      { ...act, at: 9e15 },
      { ...act, kind: 'explode' },
      { ...act, result: { kind: 'failed', error: 'hunger' } },
      { ...act, result: { kind: 'waitingForApproval' } },
      { ...act, result: 'done' },
      { ...act, id: 3 },
    ];
    for (const value of damaged) {
      assert.equal(parsedAct(value), undefined, JSON.stringify(value));
    }
  });
});
