import assert from 'node:assert/strict';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { errorLine, hasKnownRoutes, requestLine } from '../../../../src/ui/diagnose/reportLines.ts';
import { adapters } from '../../adapters/brought.ts';

describe('a line of the support report', () => {
  it('has the route of a known API', () => {
    assert.equal(
      requestLine('known GET /tokens/{id} 200 12 ms', new Set(['known'])),
      'known GET /tokens/{id} 200 12 ms',
    );
  });

  it('has no path of an address that a user entered', () => {
    const line = requestLine('entered POST /realms/acme/users/jo/token 401 12 ms', new Set(['known']));
    assert.equal(line, 'entered POST … 401 12 ms');
  });

  it('has no route of what another extension or a description brings, and not its name', () => {
    const line = requestLine('acme.tools/vault GET /jo 200 1 ms', new Set(['known']));
    assert.equal(line, 'from-another-extension GET … 200 1 ms');
  });

  it('has no word of a service as an outcome', () => {
    assert.equal(requestLine('known GET /a jo@acme 1 ms', new Set(['known'])), 'known GET /a … 1 ms');
    assert.equal(
      requestLine('known GET /a ECONNREFUSED 1 ms', new Set(['known'])),
      'known GET /a ECONNREFUSED 1 ms',
    );
  });

  it('has codes that are known, and no other', () => {
    const line = (code: string) => errorLine(new TokenManagerError('rejected', '', { code, status: 400 }));
    assert.equal(line('invalid_grant'), 'rejected 400 invalid_grant');
    assert.equal(line('acme-corp-quota'), 'rejected 400 other-code');
  });

  it('counts an adapter’s routes as known where its service has a usual address', async () => {
    const known = adapters.filter(hasKnownRoutes);
    assert(!known.some(({ id }) => id === 'oauth'));
    assert.notEqual(known.length, 0);
  });
});
