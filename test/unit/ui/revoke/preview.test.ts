import assert from 'node:assert/strict';
import type { Reach } from '../../../../src/core/adapter/contract.ts';
import type { Finding } from '../../../../src/core/findings/rules.ts';
import { ConnectionNode, ItemNode } from '../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import type { Item } from '../../../../src/core/model/item.ts';
import type { RevokeResult } from '../../../../src/core/revoke/result.ts';
import { confirmation, type Plan, previewLines, typedText } from '../../../../src/ui/revoke/preview.ts';
import {
  outcomeWords,
  progressWords,
  readingHelps,
  resultOrder,
  revokeSentence,
  summarySentence,
} from '../../../../src/ui/text/revoke.ts';
import { isTypedRight } from '../../../../src/ui/text/typed.ts';
import { neighbours } from '../../../../src/ui/tree/neighbours.ts';
import { section, token } from '../../core/fakeService.ts';
import { now, wording } from '../wording.ts';

function connection(label: string): ConnectionNode {
  return new ConnectionNode({
    id: label,
    adapterId: 'example',
    serviceName: 'Example',
    label,
    account: { id: '1', name: 'me@example.com' },
    settings: {},
  });
}

function filled(root: ConnectionNode, id: string, items: readonly Item[]): readonly ItemNode[] {
  const list = new ItemNode(root.branch, section(id));
  list.branch.show({ items, pages: 1 }, now);
  return list.branch.nodes;
}

function tokens(count: number): Item[] {
  return Array.from({ length: count }, (_, index) => token(`t${index}`));
}

function plan(targets: readonly ItemNode[], change: Partial<Plan> = {}): Plan {
  return { targets, blocked: [], unread: [], isWholeConnection: false, ...change };
}

function reaches(targets: readonly ItemNode[], warnings: (index: number) => readonly string[] = () => []) {
  return new Map<ItemNode, Reach>(
    targets.map((node, index) => [
      node,
      { sentence: `${node.item.name} stops working.`, warnings: warnings(index) },
    ]),
  );
}

describe('the preview of a revocation of many', () => {
  it('lists each row below the list it stands in, with its state and all that it does', () => {
    const one = filled(connection('work'), 'Deploy', [token('a'), token('own', { isOwnCredential: true })]);
    const other = filled(connection('home'), 'Build', [token('b')]);
    const all = [...one, ...other];
    const lines = previewLines(
      plan(all),
      reaches(all, () => ['Its twin lives on.']),
      wording,
    );
    assert.deepEqual(
      lines.map((line) =>
        line.kind === 'heading' ? line.label : [line.label, line.description, line.isTicked],
      ),
      [
        'work › Deploy',
        ['a', 'never expires', true],
        ['own', 'never expires', false],
        'home › Build',
        ['b', 'never expires', true],
      ],
    );
    const [, first] = lines;
    assert(first?.kind === 'row');
    assert.equal(first.detail, 'a stops working. Its twin lives on.');
  });

  it('says once what several rows would only repeat', () => {
    const rows = filled(connection('work'), 'Deploy', tokens(3));
    const same = new Map<ItemNode, Reach>(
      rows.map((node) => [node, { sentence: 'It ends at once.', warnings: ['For everyone.'] }]),
    );
    const details = previewLines(plan(rows), same, wording).flatMap((line) =>
      line.kind === 'row' ? [line.detail] : [],
    );
    assert.deepEqual(details, ['It ends at once. For everyone.', '', '']);
  });

  it('says what cannot be revoked and what was not read, with nothing to tick', () => {
    const [a, dead] = filled(connection('work'), 'Deploy', [token('a'), token('dead')]);
    assert(a && dead);
    const lines = previewLines(
      plan([a], {
        blocked: [{ node: dead, reason: 'expired' }],
        unread: [{ node: a.root, why: new TokenManagerError('network') }],
      }),
      reaches([a]),
      wording,
    );
    const notes = lines.slice(2).map((line) => {
      assert(line.kind === 'heading' || line.nodes.length === 0);
      return line.kind === 'heading' ? line.label : `${line.label}: ${line.description}`;
    });
    assert.deepEqual(notes, [
      'Cannot be revoked',
      'work › Deploy › dead: has expired',
      'Could not be loaded and stays unchanged',
      'work: No connection to the service could be made, or it was interrupted.',
    ]);
  });

  it('gives the reasons of a clean-up, and ticks only what nothing seems to need', () => {
    const [a, b] = filled(connection('work'), 'Deploy', [
      token('a', { lastUsedAt: now - 200.5 * 24 * 60 * 60_000 }),
      token('b'),
    ]);
    assert(a && b);
    const cleanUp = {
      reasons: new Map<ItemNode, readonly Finding[]>([
        [a, [{ rule: 'unused', days: 200 }, { rule: 'neverExpires' }]],
        [b, [{ rule: 'neverExpires' }]],
      ]),
      likely: new Set([a]),
      unjudged: [{ node: a.root, rule: 'unused' as const, rows: 7 }],
    };
    const rows = previewLines(plan([a, b], { cleanUp }), reaches([a, b]), wording).filter(
      (line) => line.kind === 'row',
    );
    assert.equal(rows.pop()?.description, 'Unused for long: could not judge 7 rows');
    assert.deepEqual(
      rows.map(({ description, isTicked }) => [description.split(' · ').slice(0, 2), isTicked]),
      [
        [['unused for 200 days', 'never expires'], true],
        [['never expires'], false],
      ],
    );
  });

  it('shows list by list what is too much to be read one by one', () => {
    const many = filled(connection('work'), 'Deploy', [
      ...tokens(1500),
      token('own', { isOwnCredential: true }),
    ]);
    const lines = previewLines(plan(many), reaches(many), wording);
    const [line] = lines;
    assert(line?.kind === 'row' && lines.length === 1);
    assert.deepEqual(
      [line.label, line.description, line.nodes.length],
      ['work › Deploy', '1500 tokens', 1500],
    );
  });
});

describe('the confirmation of a revocation of many', () => {
  it('names the number, the connections, each reach once and each warning with its number', () => {
    const targets = filled(connection('work'), 'Deploy', tokens(6));
    const { question, detail, typed } = confirmation(
      plan(targets, { blocked: [{ node: connection('x'), reason: 'container' }] }),
      targets,
      reaches(targets, (index) => ['All sessions end.', ...(index < 2 ? ['The last one.'] : [])]),
      wording,
    );
    assert.equal(question, 'Revoke 6 tokens?');
    assert.deepEqual(detail.split('\n\n'), [
      't0 stops working.',
      't1 stops working.',
      't2 stops working.',
      'And 3 more like these, as they were listed.',
      'All sessions end.',
      'The last one. (concerns 2 of them)',
      'Connection: work (Example, me@example.com): 6 tokens',
      '1 row cannot be revoked and stays.',
    ]);
    assert.equal(typed, undefined);
  });

  it('tells lists that failed from those that are loaded only when asked for', () => {
    const targets = filled(connection('work'), 'Deploy', tokens(2));
    const node = connection('x');
    const said = (...unread: Plan['unread']) =>
      confirmation(plan(targets, { unread }), targets, reaches(targets), wording).detail.split('\n\n');
    const failed = { node, why: new TokenManagerError('network') };
    const onRequest = { node, why: 'onRequest' } as const;
    assert.deepEqual(said(failed, onRequest, onRequest).slice(-2), [
      '1 list could not be loaded; its tokens stay.',
      '2 lists are loaded only on request; their tokens stay.',
    ]);
    assert.equal(said(onRequest).at(-1), '1 list is loaded only on request; its tokens stay.');
  });

  it('of a rehearsal says that nothing will be revoked', () => {
    const targets = filled(connection('work'), 'Deploy', tokens(2));
    const asked = (isRehearsal: boolean) =>
      confirmation(plan(targets, { isRehearsal }), targets, reaches(targets), wording);
    assert.equal(asked(true).question, 'Rehearsal: Revoke 2 tokens?');
    assert.match(asked(true).detail, /^This is a rehearsal: nothing will be revoked\./);
    assert.equal(asked(false).question, 'Revoke 2 tokens?');
    assert.doesNotMatch(asked(false).detail, /rehearsal/);
  });

  it('has the name typed for more than ten, and for a whole connection however little it holds', () => {
    const eleven = filled(connection('work'), 'Deploy', tokens(11));
    const typed = (targets: readonly ItemNode[], change: Partial<Plan> = {}) =>
      confirmation(plan(targets, change), targets, reaches(targets), wording).typed;
    assert.equal(typed(eleven), 'Deploy');
    assert.equal(typed(eleven.slice(1)), undefined);
    assert.equal(typed(eleven.slice(10), { isWholeConnection: true }), 'work');
  });

  it('takes the nearest name they have in common, and their number where there is none to type', () => {
    const work = connection('work');
    const one = filled(work, 'Deploy', tokens(6));
    const two = filled(work, 'Build', tokens(6));
    const home = filled(connection('home'), 'Other', tokens(1));
    assert.equal(typedText([...one, ...two], false, wording), 'work');
    assert.equal(typedText([...one, ...home], false, wording), 'revoke 7');
    for (const name of ['x'.repeat(61), '???', '']) {
      assert.equal(typedText(filled(work, name, tokens(12)), false, wording), 'revoke 12', name);
    }
  });

  it('takes exactly what is wanted, spelled in whichever way Unicode has', () => {
    assert(isTypedRight(' Caf\u00e9 ', 'Cafe\u0301'));
    for (const text of ['', 'cafe\u0301', 'Cafe\u0301s']) {
      assert(!isTypedRight(text, 'Cafe\u0301'), text);
    }
  });
});

describe('the words of a revocation of many', () => {
  const [a] = filled(connection('work'), 'Deploy', tokens(1));
  assert(a);
  const error = new TokenManagerError('forbidden');
  const results = [
    { kind: 'revoked' },
    { kind: 'revoked' },
    { kind: 'alreadyGone' },
    { kind: 'stillListed' },
    { kind: 'waitingForApproval', reference: 'r1' },
    { kind: 'stillRunning', reference: 'r2' },
    { kind: 'unverified', error },
    { kind: 'unverifiable' },
    { kind: 'failed', error },
    { kind: 'unknown', error },
    { kind: 'notBegun', why: error },
  ] as const;

  it('count every result in one sentence, which says whether it was stopped', () => {
    const outcomes = results.map((result) => ({ node: a, result }));
    assert.equal(
      summarySentence(outcomes, wording),
      'Revocation finished: 1 already removed, 2 revoked, 1 not started, 1 waiting for approval, 1 still running, 1 not verifiable, 1 not confirmed, 1 still listed, 1 unknown, and 1 failed.',
    );
    const stopped = summarySentence(
      [{ node: a, result: { kind: 'notBegun', why: 'cancelled' } }, ...outcomes.slice(0, 2)],
      wording,
    );
    assert.equal(stopped, 'Revocation canceled: 2 revoked and 1 not started.');
    assert.equal(new Set(resultOrder).size, 10);
  });

  it('tell a partial end in the same notification, and until when the rest may work', () => {
    const survivor = { name: 'Access token', expiresAt: Date.UTC(2026, 10, 20, 13) };
    const ends = [
      ['revoked', 'no longer lists it as active.'],
      ['unverifiable', 'no way to verify that it was revoked.'],
    ] as const;
    for (const [kind, words] of ends) {
      const told = revokeSentence({ kind, survivor }, 'Refresh token', wording);
      assert(told.includes(words) && told.includes('“Refresh token”'), told);
      assert.match(told, /“Access token” is not known to be revoked and may work until Nov 20, 2026/);
      const name = { name: 'Access token' };
      assert.match(revokeSentence({ kind, survivor: name }, 'x', wording), /may work until it expires\.$/);
      assert(!revokeSentence({ kind }, 'x', wording).includes('may work'));
    }
  });

  it('say of each row what is true, and what is not known', () => {
    const words = results.map((result) => outcomeWords({ node: a, result }, wording));
    assert.equal(new Set(words).size, 10);
    assert.match(words.at(-3) ?? '', /^The credentials are valid/);
    const stopped = new TokenManagerError('cancelled');
    assert.match(
      outcomeWords({ node: a, result: { kind: 'unknown', error: stopped } }, wording),
      /Refresh to see whether it still exists/,
    );
  });

  it('count what is under way', () => {
    const progress = { total: 200, sent: 57, refused: 0, isReading: false };
    assert.equal(progressWords(progress, wording), '57 of 200');
    assert.equal(progressWords({ ...progress, refused: 2 }, wording), '57 of 200, 2 not accepted');
    assert.match(progressWords({ ...progress, isReading: true }, wording), /checking the result/);
  });
});

describe('the row to be selected when others are gone', () => {
  it('is the next one that stays, else the one before, else the one above', () => {
    const root = connection('work');
    const siblings = filled(root, 'Deploy', tokens(4));
    const [, one, two] = siblings;
    assert(one && two);
    const list = one.parent;
    const left = (...kept: string[]) =>
      list.show({ items: tokens(4).filter(({ id }) => kept.includes(id)), pages: 1 }, now);
    left('t0', 't3');
    assert.deepEqual(neighbours(one, siblings), [siblings[3], siblings[0], list.owner]);
    left('t0');
    assert.deepEqual(neighbours(one, siblings), [siblings[0], list.owner]);
    left();
    assert.deepEqual(neighbours(one, siblings), [list.owner]);
  });
});

describe('What came of a revocation', () => {
  it('is worth reading again only where the service may say more', () => {
    const reference = 'op-7';
    const open: readonly RevokeResult[] = [
      { kind: 'stillListed' },
      { kind: 'waitingForApproval', reference },
      { kind: 'stillRunning', reference },
      { kind: 'unverified', error: new TokenManagerError('timeout') },
    ];
    const settled: readonly RevokeResult[] = [
      { kind: 'revoked' },
      { kind: 'alreadyGone' },
      { kind: 'unverifiable' },
    ];
    assert.deepEqual([...open, ...settled].filter(readingHelps), open);
  });
});
