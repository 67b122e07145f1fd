import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { noFilter } from '../../../../src/core/arrange/arrangement.ts';
import { Matcher } from '../../../../src/core/arrange/filter.ts';
import { Groups } from '../../../../src/core/arrange/group.ts';
import { naturalKey, Ordering } from '../../../../src/core/arrange/sort.ts';
import { takeSnapshot } from '../../../../src/core/changes/snapshot.ts';
import { judge } from '../../../../src/core/findings/judge.ts';
import type { ConnectionNode } from '../../../../src/core/inventory/tree.ts';
import { shownItems } from '../../../../src/core/model/displayItem.ts';
import { KnownSecrets } from '../../../../src/core/model/knownSecrets.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { inventoryExport } from '../../../../src/ui/exports/inventoryExport.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { tooltip } from '../../../../src/ui/tree/tooltip.ts';
import { usualLimits } from '../../core/findings/limits.ts';
import { sampleItem, sampleRoot } from '../../sampleRows.ts';
import { day, now, wording } from '../wording.ts';

const moment = { now, soonMs: 7 * day };
/** Long enough to be looked for in rows; one is longer than most texts, as what signs a request is. */
const anySecret = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9+/=~-]{12,40}$/),
  fc.stringMatching(/^[A-Za-z0-9]{210,230}$/),
);

/** None of which is a part of another one. */
const severalSecrets = fc.uniqueArray(anySecret, {
  minLength: 1,
  maxLength: 2,
  comparator: (one, next) =>
    one.toLowerCase().includes(next.toLowerCase()) || next.toLowerCase().includes(one.toLowerCase()),
});
const before = fc.constantFrom('', 'token ', 'Schlüssel – ', 'a\u200B');
const after = fc.constantFrom('', ' of Ann', ' \u202E');

function quoting(id: string, text: string, secret: string) {
  return sampleItem({
    id,
    name: text,
    owner: text,
    issuer: `https://${secret}.example`,
    remark: text,
    identifier: secret,
    fields: [{ label: text, text }],
    lifetime: { kind: 'unknown' },
    createdAt: now - 900 * day,
    children: {
      kind: 'inline',
      items: [sampleItem({ id: `${id}-below`, kind: 'access', name: text, lifetime: { kind: 'none' } })],
    },
  });
}

/** Everything that is told of the rows anywhere. */
async function told(root: ConnectionNode): Promise<string> {
  const { nodes } = root.branch;
  const findings = await judge(root, { now, limits: usualLimits, roots: [root] });
  const groupings = ['owner', 'provider'] as const;
  return inspect(
    [
      nodes.map(({ item }) => JSON.stringify(item)),
      nodes.map((node) => [rowView(node, wording), tooltip(node, wording)]),
      groupings.map((grouping) => new Groups(nodes, grouping, moment, 'en').all.map(({ key }) => key)),
      new Ordering(nodes, { by: 'name', descending: false }, 'en').nodes.map(({ item }) =>
        naturalKey(item.name),
      ),
      nodes.map((node) => findings.of(node)),
      (['csv', 'json', 'md'] as const).map((format) => [...inventoryExport([root], format, wording).pieces]),
      await takeSnapshot(root.branch, now),
    ],
    { depth: 10, maxStringLength: null, maxArrayLength: null },
  );
}

function isFound(root: ConnectionNode, text: string): boolean {
  const matcher = new Matcher({ ...noFilter, showsExpired: true, text }, moment);
  return matcher.entries([root]).nodes.length > 0;
}

describe('rows that were looked at before', () => {
  it('show a credential nowhere from the moment on that it becomes known, and whatever else does', () =>
    fc.assert(
      fc.asyncProperty(severalSecrets, anySecret, before, after, async (secrets, other, begin, end) => {
        const known = new KnownSecrets([new Secret(other)]);
        const rows = secrets.map((secret, index) => quoting(`r${index}`, `${begin}${secret}${end}`, secret));
        const root = sampleRoot('c', shownItems(rows, known));
        for (const [index, secret] of secrets.entries()) {
          assert((await told(root)).includes(secret) && isFound(root, secret), 'while it is not known');
          known.add([new Secret(secret)]);
          const shown = await told(root);
          for (const one of secrets.slice(0, index + 1)) {
            assert(!shown.toLowerCase().includes(one.toLowerCase()), `${one} in ${shown}`);
            assert(!isFound(root, one));
          }
        }
      }),
      { numRuns: 25 },
    ));
});
