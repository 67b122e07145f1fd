import assert from 'node:assert/strict';
import { Activity, actSubject } from '../../../../src/core/activity/activity.ts';
import { Branch, ConnectionNode, ItemNode } from '../../../../src/core/inventory/tree.ts';
import { noChildren } from '../../../../src/core/model/item.ts';
import { rowJournal } from '../../../../src/ui/activity/rowJournal.ts';
import { ManualClock, MemoryActStore, MemoryLogger } from '../../fakes.ts';
import { wording } from '../wording.ts';

describe('the journal of a row', () => {
  const root = new ConnectionNode({
    id: 'c',
    adapterId: 'example',
    serviceName: 'Example',
    label: 'Work',
    account: { id: '1', name: 'me' },
    settings: {},
  });
  const node = (id: string) =>
    new ItemNode(new Branch(root), {
      id,
      kind: 'token',
      name: id,
      lifetime: { kind: 'never' },
      fields: [],
      children: noChildren,
      actions: [],
    });

  it('has what was done to it in words, the newest first, and nothing of its neighbours', async () => {
    const clock = new ManualClock();
    const activity = new Activity(new MemoryActStore(), clock, new MemoryLogger());
    const journal = rowJournal(activity, wording);
    const began = clock.now();
    await activity.record(actSubject('renew', node('a')), async () => undefined);
    clock.advance(5);
    await activity.record(
      actSubject('revoke', node('a')),
      async () => undefined,
      () => ({ kind: 'revoked' }),
    );
    await activity.record(actSubject('revoke', node('b')), async () => undefined);
    await activity.record({ ...actSubject('rename', root), detail: 'Home' }, async () => undefined);
    assert.deepEqual(await journal.of(node('a')), [
      { at: began + 5, text: 'Revoke: revoked' },
      { at: began, text: 'Renew: done' },
    ]);
    assert.deepEqual(await journal.of(root), [{ at: began + 5, text: 'Rename: done (Home)' }]);
  });

  it('finds rows whose identifiers are longer than is worth writing down', async () => {
    const activity = new Activity(new MemoryActStore(), new ManualClock(), new MemoryLogger());
    const long = node('x'.repeat(5000));
    await activity.record(actSubject('revoke', long), async () => undefined);
    const [act] = await activity.of(long);
    assert.equal(act?.row?.key.length, 500);
  });
});
