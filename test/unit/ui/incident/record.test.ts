import assert from 'node:assert/strict';
import type { Act, ActResult } from '../../../../src/core/activity/activity.ts';
import { incidentRecord } from '../../../../src/ui/incident/record.ts';
import { now, wording } from '../wording.ts';

const startedAt = now - 60_000;

function row(key: string, name: string) {
  return { key, name, connection: 'work', service: 'Example', identifier: `id-${key}`, accesses: ['push'] };
}

function act(key: string, at: number, result: ActResult): Act {
  return { id: `${key}${at}`, at, kind: 'revoke', row: { key, name: key }, result, requestId: `req-${key}` };
}

const progress = {
  startedAt,
  rows: [row('a', 'Deploy | bot'), row('b', 'Backup')],
  remaining: ['home: timed out'],
};

describe('the record of an emergency', () => {
  it('has times, identifiers, results and request IDs of the last try since it began', () => {
    const text = incidentRecord(
      progress,
      [
        act('b', startedAt - 1, { kind: 'revoked' }),
        act('a', startedAt + 2, { kind: 'revoked' }),
        act('a', startedAt + 1, { kind: 'failed', error: 'server' }),
      ],
      false,
      wording,
    );
    assert.match(text, /\| .*\| Deploy \\\| bot \| id-a \| work \| revoked .*\| req-a \|/i);
    assert.match(text, /\| {2}\| Backup \| id-b \| work \| no request recorded \| {2}\|/);
    assert(text.includes('| home: timed out |'));
    assert.match(text, /\| Backup \| Example \| work \| {2}\| push \|/);
  });

  it('calls nothing done while a row is not confirmed as revoked', () => {
    const nothingLeft = { ...progress, remaining: [] };
    const text = (...acts: readonly Act[]) => incidentRecord(nothingLeft, acts, false, wording);
    const revoked = act('a', startedAt + 1, { kind: 'revoked' });
    for (const result of [
      undefined,
      { kind: 'failed', error: 'forbidden' },
      { kind: 'unverifiable' },
    ] as const) {
      const told = text(revoked, ...(result ? [act('b', startedAt + 2, result)] : []));
      assert(told.includes('Not confirmed as revoked: 1 of these rows.'), result?.kind);
      assert(!told.includes('Nothing is known to be left'), result?.kind);
    }
    const done = text(revoked, act('b', startedAt + 2, { kind: 'alreadyGone' }));
    assert(done.includes('Nothing is known to be left.') && !done.includes('Not confirmed'));
  });

  it('names a row without a name by what else is known of it', () => {
    const unnamed = {
      kind: 'token',
      position: 3,
      list: 'Access tokens',
      createdAt: now,
      expiresAt: now,
    } as const;
    const text = incidentRecord({ ...progress, rows: [{ ...row('a', ''), unnamed }] }, [], false, wording);
    assert.equal(text.match(/\| token 3 of “Access tokens” · created [^|]+ · expires [^|]+ \|/g)?.length, 2);
  });

  it('says what the service said of a failure, and not of a later try', () => {
    const failed = act('b', startedAt + 1, { kind: 'failed', error: 'forbidden' });
    const kept = { ...progress, acts: [failed], rows: [{ ...row('b', 'Backup'), said: 'Ask | Ann' }] };
    const text = (...acts: readonly Act[]) => incidentRecord(kept, acts, false, wording);
    assert.match(text(), /\| failed: Access denied \(Ask \\\| Ann\) \|/);
    assert(!text({ ...failed, at: failed.at + 1, id: 'other' }).includes('Ann'));
  });

  it('says of a rehearsal that nothing was sent', () => {
    const text = incidentRecord(progress, [], true, wording);
    assert(text.includes('nothing was sent'));
    assert.equal(text.match(/would be revoked/g)?.length, 2);
  });
});
