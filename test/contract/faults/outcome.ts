import assert from 'node:assert/strict';
import type { ErrorKind, TokenManagerError } from '../../../src/core/model/errors.ts';
import { errorWords } from '../../../src/ui/text/errors.ts';
import { wording } from '../../unit/ui/wording.ts';

/** What a fault must come to. */
export interface Outcome {
  readonly kind: ErrorKind;
  readonly code?: string;
  /** What the row says. */
  readonly row: string;
  /** How often the same request is sent. */
  readonly sent: 0 | 1 | 4;
  /** Whether it is known that the service has seen nothing; where nothing is sent, unless it says otherwise. */
  readonly nothingSent?: boolean;
}

export function summary({ kind, row, sent }: Outcome): string {
  return `${kind}, “${row}”, sent ${sent} ${sent === 1 ? 'time' : 'times'}`;
}

export function judge(
  error: TokenManagerError,
  { kind, code, row, sent, nothingSent = sent === 0 }: Outcome,
): void {
  assert.equal(error.kind, kind, error.code);
  assert.equal(error.nothingSent, nothingSent, 'whether anything was sent');
  assert.equal(errorWords(error, wording).title, row);
  if (code !== undefined) {
    assert.equal(error.code, code);
  }
}
