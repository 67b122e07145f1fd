import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Arrangement,
  groupings,
  kindChoices,
  noFilter,
  parsedArrangement,
  parsedPresets,
  sameArrangement,
  sortKeys,
  stateChoices,
  usualArrangement,
  withPreset,
} from '../../../../src/core/arrange/arrangement.ts';
import { ruleIds } from '../../../../src/core/findings/rules.ts';

const anyArrangement: fc.Arbitrary<Arrangement> = fc.record({
  filter: fc.record({
    text: fc.string(),
    states: fc.uniqueArray(fc.constantFrom(...stateChoices)),
    connections: fc.uniqueArray(fc.uuid()),
    kinds: fc.uniqueArray(fc.constantFrom(...kindChoices)),
    findings: fc.uniqueArray(fc.constantFrom(...ruleIds)),
    showsExpired: fc.boolean(),
  }),
  sort: fc.record({ by: fc.constantFrom(...sortKeys), descending: fc.boolean() }),
  grouping: fc.constantFrom(...groupings),
});

describe('a remembered arrangement', () => {
  it('is the same after it has been stored and read', () => {
    fc.assert(
      fc.property(anyArrangement, (arrangement) => {
        const stored: unknown = JSON.parse(JSON.stringify(arrangement));
        assert(sameArrangement(parsedArrangement(stored), arrangement));
        assert.deepEqual(parsedArrangement(parsedArrangement(stored)), parsedArrangement(stored));
      }),
    );
  });

  it('is the usual one where what is stored cannot be understood, and keeps the parts that can', () => {
    fc.assert(fc.property(fc.anything(), (stored) => void parsedArrangement(stored)));
    assert.deepEqual(parsedArrangement(undefined), usualArrangement);
    assert.deepEqual(
      parsedArrangement({
        grouping: 'phase of the moon',
        filter: { text: 'x', states: ['expired', 'odd', 3] },
      }),
      { ...usualArrangement, filter: { ...noFilter, text: 'x', states: ['expired'] } },
    );
  });

  it('is compared without regard to the order in which things were chosen', () => {
    const one = { ...usualArrangement, filter: { ...noFilter, states: ['expired', 'active'] as const } };
    const other = { ...usualArrangement, filter: { ...noFilter, states: ['active', 'expired'] as const } };
    assert(sameArrangement(one, other));
    assert(!sameArrangement(one, usualArrangement));
  });
});

describe('presets', () => {
  const preset = { name: 'mine', arrangement: usualArrangement };

  it('of a name that is taken replace the one of that name in its place', () => {
    const other = { name: 'other', arrangement: usualArrangement };
    const changed = { name: 'mine', arrangement: { ...usualArrangement, grouping: 'state' as const } };
    assert.deepEqual(withPreset([preset, other], changed), [changed, other]);
    assert.deepEqual(withPreset([preset], other), [preset, other]);
  });

  it('that cannot be understood are left out', () => {
    assert.deepEqual(parsedPresets([preset, { name: 3 }, null, 'x']), [preset]);
    assert.deepEqual(parsedPresets('nonsense'), []);
  });
});
