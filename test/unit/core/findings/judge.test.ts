import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bitOf, judge, type RootFindings } from '../../../../src/core/findings/judge.ts';
import { type Finding, type Limits, type RuleId, ruleIds } from '../../../../src/core/findings/rules.ts';
import type { ConnectionNode, ItemNode } from '../../../../src/core/inventory/tree.ts';
import { ConnectionNode as Root } from '../../../../src/core/inventory/tree.ts';
import type { Breadth, Item, Settings } from '../../../../src/core/model/item.ts';
import { anyRoot, holder, sampleConnection, sampleItem } from '../../sampleRows.ts';
import { day, now } from '../../ui/wording.ts';
import { usualLimits } from './limits.ts';

function rootOf(items: readonly Item[], { settings = {} }: { readonly settings?: Settings } = {}) {
  const root = new Root(sampleConnection('c', { account: { id: '7', name: 'Ann' }, settings }));
  root.branch.show({ items, pages: 1 }, now);
  return root;
}

function judged(root: ConnectionNode, change: Partial<Limits> = {}): Promise<RootFindings> {
  return judge(root, { now, limits: { ...usualLimits, ...change }, roots: [root] });
}

function bitsIn(findings: RootFindings): readonly number[] {
  return findings.found.map((node) => findings.bitsOf(node));
}

/** A row about which no rule has anything to say. */
function quiet(change: Partial<Item> = {}): Item {
  return sampleItem({
    id: 'quiet',
    lifetime: { kind: 'expires', at: now + 60 * day },
    createdAt: now - 30 * day,
    lastUsedAt: now - day,
    owner: 'Ann',
    issuer: 'https://login.example',
    children: may('read_user'),
    ...change,
  });
}

function may(...accesses: readonly string[]): Item['children'] {
  const items = accesses.map((name) => sampleItem({ id: name, kind: 'access', lifetime: { kind: 'none' } }));
  return { kind: 'inline', isPassive: true, items };
}

function documented(breadths: Readonly<Record<string, Breadth>>): Item['children'] {
  const items = Object.entries(breadths).map(([name, breadth]) =>
    sampleItem({ id: name, kind: 'access', lifetime: { kind: 'none' }, breadth }),
  );
  return { kind: 'inline', isPassive: true, items };
}

const settings = { baseUrl: 'https://login.example/oauth' };

async function verdictOn(change: Partial<Item>, rules: Partial<Limits> = {}) {
  const root = rootOf([quiet({ id: 'other' }), quiet({ id: 'row', ...change })], { settings });
  const findings = await judged(root, rules);
  const [, node] = root.branch.nodes;
  assert(node);
  return { found: findings.of(node), unjudged: [...findings.unjudged.keys()] };
}

describe('the rules about rows', () => {
  const over = { kind: 'expires', at: now - day } as const;
  const soon = { kind: 'expires', at: now + 10 * day } as const;

  const cases: readonly [string, Partial<Item>, readonly Finding[]][] = [
    ['say nothing of a row that is as it should be', {}, []],
    ['find what never expires', { lifetime: { kind: 'never' } }, [{ rule: 'neverExpires' }]],
    [
      'find what is valid for more than a year in all',
      { lifetime: { kind: 'expires', at: now + 340 * day } },
      [{ rule: 'longLived', days: 370 }],
    ],
    [
      'find what was not used for ninety days',
      { lastUsedAt: now - 90 * day },
      [{ rule: 'unused', days: 90 }],
    ],
    ['leave what was used a moment less long ago', { lastUsedAt: now - 90 * day + 1 }, []],
    [
      'find what was never used since it was made',
      { lastUsedAt: null, createdAt: now - 100 * day },
      [
        { rule: 'neverUsed', days: 100 },
        { rule: 'notRotated', days: 100 },
      ],
    ],
    [
      'find what was made long ago and is in use still',
      { createdAt: now - 90 * day },
      [{ rule: 'notRotated', days: 90 }],
    ],
    ['leave what was made a moment less long ago', { createdAt: now - 90 * day + 1 }, []],
    [
      'say of what is over only that, however old it is',
      { createdAt: now - 400 * day, lifetime: over },
      [
        { rule: 'longLived', days: 399 },
        { rule: 'expired', at: over.at },
      ],
    ],
    ['leave the age of what has no lifetime', { createdAt: now - 400 * day, lifetime: { kind: 'none' } }, []],
    ['give what was made just now time to be used', { lastUsedAt: null, createdAt: now - day }, []],
    ['find what has expired and is still listed', { lifetime: over }, [{ rule: 'expired', at: over.at }]],
    ['leave what has expired and can be renewed', { lifetime: over, actions: ['renew'] }, []],
    ['find what is used daily and ends soon', { lifetime: soon }, [{ rule: 'endsInUse', at: soon.at }]],
    ['leave what ends soon and is not used', { lifetime: soon, lastUsedAt: now - 5 * day }, []],
    [
      'leave what lives for hours only',
      { lifetime: { kind: 'expires', at: now + day / 24 }, createdAt: now - day / 24 },
      [],
    ],
    [
      'find what may administer and write everything, but not what may look',
      { children: may('admin:org', 'read:admin', 'write', 'sudo', 'repo:*', 'read_api') },
      [{ rule: 'tooBroad', accesses: ['admin:org', 'write', 'sudo', 'repo:*'] }],
    ],
    [
      'find what may change who gets in, in whichever order the words are',
      {
        children: may(
          'write:org',
          'members.manage',
          'delete_organization',
          'read_write_teams',
          'read:org',
          'write_user_profile',
          'create_branch',
          'organization',
        ),
      },
      [
        {
          rule: 'tooBroad',
          accesses: ['write:org', 'members.manage', 'delete_organization', 'read_write_teams'],
        },
      ],
    ],
    [
      'go by what the documents of a service say of an access, whatever it is called',
      { children: documented({ USER_TOKEN: 'broad', api: 'narrow', reader: 'narrow' }) },
      [{ rule: 'tooBroad', accesses: ['USER_TOKEN'] }],
    ],
    [
      'find what may do all because its service sets no limits to it',
      { children: { kind: 'none' }, breadth: 'broad' },
      [{ rule: 'tooBroad', accesses: [] }],
    ],
    [
      'tell a connection’s own credential from other tokens',
      { children: may('api'), isOwnCredential: true },
      [{ rule: 'ownTooBroad', accesses: ['api'] }],
    ],
    ['find what belongs to another person', { owner: 'Ben' }, [{ rule: 'owner', owner: 'Ben' }]],
    ['know the account also by its id, in any case', { owner: '7' }, []],
    [
      'find what has no owner where others of the list have one',
      { owner: undefined },
      [{ rule: 'owner', owner: undefined }],
    ],
    [
      'find an issuer without encryption',
      { issuer: 'http://login.example' },
      [{ rule: 'issuer', issuer: 'http://login.example', why: 'unencrypted' }],
    ],
    [
      'find an issuer that no connection knows',
      { issuer: 'https://elsewhere.example' },
      [{ rule: 'issuer', issuer: 'https://elsewhere.example', why: 'unknown' }],
    ],
    [
      'find a login link without an issuer, where others have one',
      { kind: 'identity', issuer: undefined },
      [{ rule: 'issuer', issuer: undefined, why: 'missing' }],
    ],
    [
      'let a login link have the issuer of whoever signs in',
      { kind: 'identity', issuer: 'https://id.example' },
      [],
    ],
    ['leave what is revoked', { status: 'revoked', lifetime: { kind: 'never' } }, []],
    [
      'ask of what is inactive only whether it is over',
      { status: 'inactive', lifetime: over, children: may('sudo') },
      [{ rule: 'expired', at: over.at }],
    ],
  ];
  for (const [title, change, expected] of cases) {
    it(title, async () => {
      assert.deepEqual((await verdictOn(change)).found, expected);
    });
  }

  const silences: readonly [RuleId, Partial<Item>][] = [
    ['neverExpires', { lifetime: { kind: 'unknown' } }],
    ['longLived', { createdAt: undefined }],
    ['unused', { lastUsedAt: undefined }],
    ['neverUsed', { lastUsedAt: null, createdAt: undefined }],
    ['notRotated', { createdAt: undefined }],
    ['tooBroad', { children: { kind: 'none' } }],
    ['tooBroad', { children: may('read_user', 'turbo') }],
    ['tooBroad', { children: documented({ api: 'unknown' }) }],
    ['ownTooBroad', { children: { kind: 'list' }, isOwnCredential: true }],
    ['issuer', { issuer: undefined }],
    ['endsInUse', { lifetime: soon, lastUsedAt: undefined }],
    ['expired', { lifetime: { kind: 'unknown' } }],
  ];
  for (const [rule, change] of silences) {
    it(`count what they cannot judge: ${rule}`, async () => {
      const { found, unjudged } = await verdictOn(change);
      assert(unjudged.includes(rule));
      assert(found.every((finding) => finding.rule !== rule));
    });
  }

  it('compare owners only where one of them is the account', async () => {
    const root = rootOf([quiet({ id: 'a', owner: 'user-12' }), quiet({ id: 'b', owner: 'user-13' })]);
    const findings = await judged(root, { issuer: 0 });
    assert.equal(findings.found.length, 0);
    assert.equal(findings.unjudged.get('owner'), 2);
  });

  it('judge by the service’s clock', async () => {
    const root = rootOf([quiet({ id: 'a', lifetime: soon })], { settings });
    root.clockOffset = 11 * day;
    const findings = await judged(root);
    assert.deepEqual(bitsIn(findings), [bitOf('expired')]);
  });

  it('are silent when they are switched off, and count nothing then', async () => {
    const off = Object.fromEntries(ruleIds.map((rule) => [rule, 0]));
    const { found, unjudged } = await judged(rootOf([quiet({ lifetime: { kind: 'never' } })]), off);
    assert.deepEqual([found.length, unjudged.size], [0, 0]);
  });

  it('see rows below applications, and no parts of a row', async () => {
    const part = sampleItem({ id: 'part', lifetime: { kind: 'never' } });
    const provider = quiet({ id: 'p', kind: 'provider', children: { kind: 'inline', items: [part] } });
    const root = rootOf([holder('app', 'application', [quiet({ id: 'in' }), provider])], { settings });
    assert.equal((await judged(root)).rows, 2);
  });
});

describe('duplicates of one purpose', () => {
  const alike = (id: string, name: string, change: Partial<Item> = {}) => quiet({ id, name, ...change });

  async function duplicates(items: readonly Item[]): Promise<readonly string[]> {
    const root = rootOf(items, { settings });
    const findings = await judged(root);
    return root.branch.nodes.filter((node) => isDuplicate(findings, node)).map(({ id }) => id);
  }

  function isDuplicate(findings: RootFindings, node: ItemNode): boolean {
    return findings.of(node).some(({ rule }) => rule === 'duplicate');
  }

  it('are all but the one that was used last, whatever was added to their name', async () => {
    const rows = [
      alike('a', 'deploy', { lastUsedAt: now - 3 * day }),
      alike('b', 'Deploy copy'),
      alike('c', 'deploy-2025-11', { lastUsedAt: now - 2 * day }),
      alike('d', 'deploy (2)', { lastUsedAt: now - 4 * day }),
    ];
    assert.deepEqual(await duplicates(rows), ['a', 'c', 'd']);
  });

  it('are none of fewer, of other owners, of other accesses or of names that only begin alike', async () => {
    const rows = [
      alike('a', 'deploy'),
      alike('b', 'deploy'),
      alike('c', 'deploy', { owner: 'Ben' }),
      alike('d', 'deploy', { children: may('read_all_users') }),
      alike('e', 'deploy 17'),
    ];
    assert.deepEqual(await duplicates(rows), []);
  });

  it('are not known where the service does not tell what they may do', async () => {
    const rows = ['a', 'b', 'c'].map((id) => alike(id, 'deploy', { children: { kind: 'none' } }));
    const findings = await judged(rootOf(rows, { settings }));
    assert.equal(findings.unjudged.get('duplicate'), 3);
  });
});

describe('duplicates in a list of any length', () => {
  const names = [
    'Deploy',
    'deploy (3)',
    'DEPLOY copy',
    'dep',
    'K\u212Aey',
    'kkey 2024',
    'y',
    '(1)',
    'İa',
    'x (12345)',
  ];

  it('are the same as in the short lists of which it consists', async () => {
    const rows = names.flatMap((name, kind) =>
      [0, 1, 2].map((nr) => quiet({ id: `${kind}.${nr}`, name, lastUsedAt: now - nr })),
    );
    const fillers = Array.from({ length: 1500 }, (_, nr) =>
      quiet({ id: `f${nr}`, name: `filler number ${nr}x` }),
    );
    const found = async (items: readonly Item[]) => {
      const findings = await judged(rootOf(items, { settings }));
      return findings.found.map((node) => [node.id, findings.of(node)]);
    };
    const short = await found(rows);
    assert(short.length > 2 * names.length - 1, String(short.length));
    assert.deepEqual(await found([...rows, ...fillers]), short);
  });
});

describe('whatever rows there are', () => {
  it('each is found, unjudged or fine, no rule says both, and details say what was found', async () => {
    await fc.assert(
      fc.asyncProperty(anyRoot, async (items) => {
        const root = rootOf(items);
        const findings = await judged(root);
        for (const node of findings.found) {
          const bits = findings.bitsOf(node);
          const told = findings.of(node).map(({ rule }) => rule);
          assert.deepEqual(
            told,
            ruleIds.filter((rule) => (bits & bitOf(rule)) !== 0),
          );
          assert.deepEqual(
            told,
            told.toSorted((a, b) => ruleIds.indexOf(a) - ruleIds.indexOf(b)),
          );
        }
        for (const rule of ruleIds) {
          const found = bitsIn(findings).filter((bits) => (bits & bitOf(rule)) !== 0).length;
          assert(found + (findings.unjudged.get(rule) ?? 0) <= findings.rows, rule);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a rule that is switched off takes away its own findings and no others', async () => {
    await fc.assert(
      fc.asyncProperty(anyRoot, fc.constantFrom(...ruleIds), async (items, off) => {
        const root = rootOf(items);
        const [all, some] = [await judged(root), await judged(root, { [off]: 0 })];
        for (const node of root.branch.descendants()) {
          assert.deepEqual(
            some.of(node),
            all.of(node).filter(({ rule }) => rule !== off),
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});
