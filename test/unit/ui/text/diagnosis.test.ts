import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/core/diagnose/diagnose.ts';
import { withoutRepeats } from '../../../../src/ui/text/diagnosis.ts';
import { wording } from '../wording.ts';

describe('a diagnosis', () => {
  it('tells what one look has settled of several once', () => {
    const rows = { kind: 'rows', count: 3 } as const;
    const findings: readonly Finding[] = [
      { suspect: 'proxy', result: 'ok', evidence: { kind: 'direct' } },
      { suspect: 'clock', result: 'notReached' },
      { suspect: 'credential', result: 'ok', evidence: rows },
      { suspect: 'access', result: 'ok', evidence: rows },
      { suspect: 'rateLimit', result: 'ok', evidence: { ...rows, count: 4 } },
    ];
    assert.deepEqual(
      withoutRepeats(findings, wording).map(({ suspect, evidence }) => [suspect, evidence?.kind]),
      [
        ['proxy', 'direct'],
        ['clock', undefined],
        ['credential', 'rows'],
        ['access', undefined],
        ['rateLimit', 'rows'],
      ],
    );
  });
});
