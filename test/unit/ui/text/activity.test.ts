import assert from 'node:assert/strict';
import { type Act, type ActResult, actKinds } from '../../../../src/core/activity/activity.ts';
import { actLines, actView } from '../../../../src/ui/text/activity.ts';
import { day, now, wording } from '../wording.ts';

const act: Act = {
  id: 'a',
  at: now - 3 * day,
  kind: 'revoke',
  connection: { id: 'c', label: 'Work', serviceName: 'Example' },
  row: { key: 'c/t', name: 'Release pipeline' },
  result: { kind: 'revoked' },
  requestId: 'req-1',
};

const results: readonly ActResult[] = [
  { kind: 'done' },
  { kind: 'revoked' },
  { kind: 'alreadyGone' },
  { kind: 'stillListed' },
  { kind: 'accepted' },
  { kind: 'replaced' },
  { kind: 'cancelled' },
  { kind: 'begun' },
  { kind: 'waitingForApproval', reference: 'op-7' },
  { kind: 'stillRunning', reference: 'op-7' },
  { kind: 'unverified', error: 'timeout' },
  { kind: 'unknown', error: 'timeout' },
  { kind: 'failed', error: 'forbidden', status: 403, code: 'no_access' },
];

describe('an act in words', () => {
  it('says what was done to what, how it ended, when and on which connection', () => {
    const view = actView(act, false, wording);
    assert.equal(view.label, 'Revoke: Release pipeline');
    assert.match(view.description, /^revoked · 3 days ago · Work$/);
    assert.match(view.spoken, /^Revoke: Release pipeline, revoked, 3 days ago, Work$/);
  });

  it('has words of its own for every act and every outcome, and no outcome is told by colour alone', () => {
    const labels = actKinds.map((kind) => actView({ ...act, kind }, false, wording).label);
    assert.equal(new Set(labels).size, actKinds.length);
    const views = results.map((result) => actView({ ...act, result }, false, wording));
    assert.equal(new Set(views.map(({ description }) => description)).size, results.length);
    assert.notEqual(
      actView({ ...act, result: { kind: 'failed', error: 'server' } }, false, wording).icon.name,
      actView(act, false, wording).icon.name,
    );
  });

  it('tells what this window is still at from what never ended', () => {
    const begun: Act = { ...act, result: { kind: 'begun' } };
    assert.match(actView(begun, true, wording).description, /^in progress/);
    assert.match(actView(begun, false, wording).description, /^outcome unknown/);
    assert(actLines(begun, false, wording).some(({ text }) => /window closed before it finished/.test(text)));
  });

  it('has everything else in its tooltip: the error by kind, status and code, the operation, the request id', () => {
    const lines = (result: ActResult) =>
      Object.fromEntries(
        actLines({ ...act, result }, false, wording).map(({ label, text }) => [label, text]),
      );
    assert.equal(
      lines({ kind: 'failed', error: 'forbidden', status: 403, code: 'no_access' }).Result,
      'failed: Access denied (forbidden, HTTP 403, no_access)',
    );
    assert.equal(lines({ kind: 'stillRunning', reference: 'op-7' }).Operation, 'op-7');
    assert.equal(lines({ kind: 'done' })['Request ID'], 'req-1');
    assert.equal(lines({ kind: 'done' }).Connection, 'Work · Example');
  });

  it('is told without a row or a connection, too', () => {
    const { connection: _, row: __, ...rest } = act;
    const view = actView(
      { ...rest, kind: 'exportInventory', detail: 'csv', result: { kind: 'done' } },
      false,
      wording,
    );
    assert.equal(view.label, 'Export inventory');
    assert.match(view.description, /^[^·]* · csv$/, 'the icon says that it is done');
    assert.match(view.spoken, /, done, /);
  });
});
