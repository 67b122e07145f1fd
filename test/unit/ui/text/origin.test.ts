import assert from 'node:assert/strict';
import { originLines } from '../../../../src/ui/text/origin.ts';

describe('the addresses that a user is asked to trust', () => {
  it('stand on one line each, the host before everything else', () => {
    assert.deepEqual(originLines('https://auth.example.com:8443'), [
      { label: 'auth.example.com:8443', description: 'https' },
    ]);
  });

  it('are never cut: the end of a long host stands on a line of its own', () => {
    const host = `${'login.bank.example.'.repeat(8)}evil.example`;
    const lines = originLines(`https://${host}`);
    assert.equal(lines.map(({ label }) => label).join(''), host);
    assert.ok(lines.every(({ label }) => label.length <= 60));
    assert.deepEqual(
      lines.map(({ description }) => description),
      ['https', ...lines.slice(1).map(() => '…')],
    );
  });

  it('show a host of another script as it is looked up', () => {
    assert.equal(originLines('https://еxample.com')[0]?.label, 'xn--xample-2of.com');
  });
});
