import assert from 'node:assert/strict';
import { errorKinds, errorTraits, TokenManagerError } from '../../../../src/core/model/errors.ts';

/** Columns: may pass by itself, concerns the whole service, may have acted, was refused. */
const expected = `
cancelled          pass -       acted -
network            pass -       acted -
timeout            pass -       acted -
server             pass -       acted -
tls                pass service -     -
proxy              pass service -     refused
rateLimited        pass service -     refused
unauthorized       -    service -     refused
credentialMissing  -    service -     refused
forbidden          -    -       -     refused
notFound           -    -       acted refused
rejected           -    -       -     refused
protocol           -    -       acted -
configuration      -    -       -     refused
unsupported        -    -       -     refused
storage            pass service acted -
internal           -    -       acted -
`;

describe('what a kind of error means', () => {
  it('stands in one table', () => {
    const rows = expected
      .trim()
      .split('\n')
      .map((row) => row.split(/ +/));
    const actual = errorKinds.map((kind) => {
      const { mayPass, concernsWholeService, mayHaveActed, refused } = errorTraits[kind];
      return [
        kind,
        mayPass ? 'pass' : '-',
        concernsWholeService ? 'service' : '-',
        mayHaveActed ? 'acted' : '-',
        refused ? 'refused' : '-',
      ];
    });
    assert.deepEqual(actual, rows);
  });

  it('is known to each error', () => {
    for (const kind of errorKinds) {
      assert.equal(new TokenManagerError(kind).traits, errorTraits[kind]);
    }
  });

  it('leaves no write undecided: each kind either may have acted or proves that nothing was done', () => {
    // A certificate that is refused while a request is under way proves neither.
    for (const kind of errorKinds.filter((name) => name !== 'tls')) {
      const { mayHaveActed, refused } = errorTraits[kind];
      assert(mayHaveActed || refused, kind);
    }
  });
});
