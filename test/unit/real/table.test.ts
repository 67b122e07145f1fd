import assert from 'node:assert/strict';
import { tables } from '../../real/table.ts';

describe('The table of what came of real servers', () => {
  const servers = [
    { id: 'one', name: 'One', version: '1.0', kind: 'OAuth 2.0 server' },
    {
      id: 'two',
      name: 'Two',
      version: '2.1',
      kind: 'OAuth 2.0 server',
      lacks: { renews: 'it has no refresh tokens' },
    },
    { id: 'list', name: 'List', version: '3', kind: 'Service with a list of tokens' },
  ] as const;
  const outcomes = [
    { server: 'One', flow: 'signs in', isOk: true, ms: 1234 },
    { server: 'One', flow: 'renews', isOk: false, ms: 10 },
    { server: 'Two', flow: 'signs in', isOk: true, ms: 90 },
  ];

  it('has a column for each server, by their kinds, and a row for each flow', () => {
    const text = tables(servers, outcomes, () => []);
    assert.match(text, /^\| OAuth 2\.0 server \| One 1\.0 \| Two 2\.1 \|$/m);
    assert.match(text, /^\| signs in \| ok, 1\.2 s \| ok, 0\.1 s \|$/m);
    assert.match(text, /^\| Service with a list of tokens \| List 3 \|$/m);
  });

  it('tells a failure from what a server has not, and why it has not', () => {
    const text = tables(servers, outcomes, () => []);
    assert.match(text, /^\| renews \| FAILED \| – 1 \|$/m);
    assert.match(text, /^1\. Two: it has no refresh tokens$/m);
  });

  it('says what a server lacks on this computer, and what was not run for no such reason', () => {
    const text = tables(servers, outcomes.slice(0, 2), (id) => (id === 'two' ? ['Go'] : []));
    assert.match(text, /^\| signs in \| ok, 1\.2 s \| – 1 \|$/m);
    assert.match(text, /^1\. Two: Go missing here$/m);
    assert.match(
      tables(servers, outcomes.slice(0, 1), () => []),
      /^\| signs in \| ok, 1\.2 s \| not run \|$/m,
    );
  });
});
