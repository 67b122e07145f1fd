import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failed, type Measured, results, shortMarks, shortSectionIn } from '../../../bench/report.ts';
import { atMost, exactly, known } from '../../../bench/row.ts';
import { projectRoot } from '../../host/places.ts';

describe('the report of the benchmarks', () => {
  const read = (...path: string[]) => readFileSync(join(projectRoot, ...path), 'utf8');
  const resultsPath = ['bench', 'RESULTS.md'];
  const cells = (text: string, title: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`| ${title} |`))
      ?.split(' | ')
      .map((cell) => cell.replace(/^\| | \|$/g, '').split('<br>'));
  const report = (...all: Measured[]) => results(all, new Date(0), 'The notes.');

  it('has a line for each promise, which is met when all its goals are', () => {
    const text = report({
      part: 'turnkey',
      rows: [
        known('First call', exactly(9), 'ms'),
        atMost('… beside the other', 0.45, exactly(0.4), 'times'),
        known('Warm call', exactly(9), 'ms'),
        atMost('… beside the other', 0.5, { median: 0.6, p25: 0.5, p75: 0.7 }, 'times'),
      ],
    });
    assert.deepEqual(cells(text, 'Turnkey, load and first call, and a warm call')?.slice(2), [
      ['First call, beside the other: at most 0.45 ×', 'Warm call, beside the other: at most 0.50 ×'],
      ['0.40 ×', '0.60 × (0.50–0.70) (missed)'],
      ['missed'],
    ]);
  });

  it('says of a part that broke why, and keeps what the others measured', () => {
    const cleanedUpBadly = new SuppressedError(new Error('no folder'), new Error('no | port\nat line 1'), '');
    const text = report(
      { part: 'day', rows: [atMost('A day: heap grows by', 200, exactly(30), 'kB')] },
      { part: 'tree', rows: [failed('tree', cleanedUpBadly)] },
    );
    assert.equal(cells(text, 'A day with ten connections')?.at(-1)?.[0], 'met');
    assert.deepEqual(cells(text, 'First row of a connection with 10,000 tokens')?.slice(2), [
      ['The part tree: to be measured'],
      ['no \\| port (missed)'],
      ['missed'],
    ]);
    assert.deepEqual(cells(text, 'One token changes')?.slice(2), [[''], ['not measured'], ['missed']]);
    assert(text.endsWith('The notes.'));
  });

  it('that was written last has a row for every promise', () => {
    assert(!written().includes('not measured'));
  });

  it('is what the README says of speed', () => {
    const section = shortSectionIn(read('README.md'));
    assert.equal(section, shortSectionIn(written()) ?? shortMarks.join('\n'));
  });

  /** Empty before the first run. */
  function written(): string {
    return existsSync(join(projectRoot, ...resultsPath)) ? read(...resultsPath) : '';
  }
});
