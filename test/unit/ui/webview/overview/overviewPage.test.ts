import assert from 'node:assert/strict';
import type { ConnectionNode } from '../../../../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../../../../src/core/model/errors.ts';
import { overview } from '../../../../../src/core/status/overview.ts';
import { toHtml } from '../../../../../src/ui/webview/html.ts';
import { overviewPage } from '../../../../../src/ui/webview/overview/overviewPage.ts';
import { namedPerWeek } from '../../../../../src/ui/webview/overview/timeline.ts';
import type { PageView } from '../../../../../src/ui/webview/panel.ts';
import { noSorts, pressed } from '../../../../../src/ui/webview/sorting.ts';
import { connectionWith, token, unreadConnection } from '../../tree/nodes.ts';
import { day, now, wording } from '../../wording.ts';
import { textOf } from '../text.ts';

function pageOf(roots: readonly ConnectionNode[], locale = 'en'): PageView {
  return overviewPage(overview(roots, { now, soonMs: 7 * day, namedPerWeek }), false, { ...wording, locale });
}

function htmlOf({ content }: PageView): string {
  return content.map(toHtml).join('');
}

const expiring = (id: string, inDays: number) =>
  token(id, { lifetime: { kind: 'expires', at: now + inDays * day }, createdAt: now - 40 * day });

describe('the page of figures', () => {
  it('draws what it also tells in tables', () => {
    const page = pageOf([connectionWith([expiring('a', 1), expiring('b', 9), expiring('c', 9), token('d')])]);
    const html = htmlOf(page);
    assert.match(html, /<a class="mark soon"[^>]* aria-label="work: 1 token expires Nov 20\s–\s26, 2026"/);
    assert.match(html, /aria-label="work: 2 tokens expire Nov 27\s–\sDec 3, 2026"/);
    assert.match(html, /role="img" aria-label="work: 1 expiring soon, 3 active"/);
    const text = textOf(page);
    assert(text.some((part) => /^Nov 20\s–\s26, 2026: 1 token$/.test(part)));
    for (const name of ['a', 'b', 'c']) {
      assert(text.includes(name));
    }
    assert(!text.includes('d'), 'what does not expire is not in the table');
  });

  it('leads each mark to a place that exists', () => {
    const html = htmlOf(pageOf([connectionWith([expiring('a', 1), expiring('b', 50)])]));
    const targets = [...html.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    assert.equal(targets.length, 2);
    for (const id of targets) {
      assert(html.includes(`<th id="${id}"`));
    }
  });

  it('gives each part of a bar a pattern that is drawn', () => {
    const html = htmlOf(
      pageOf([connectionWith([expiring('a', 1), token('b'), token('c', { status: 'revoked' })])]),
    );
    for (const [, id] of html.matchAll(/fill="url\(#([\w-]+)\)"/g)) {
      assert(html.includes(`<pattern id="${id}"`), id);
    }
  });

  it('has one heading of the first order and none that skips one', () => {
    const levels = [...htmlOf(pageOf([connectionWith([expiring('a', 1)])])).matchAll(/<h(\d)/g)].map(
      ([, level]) => Number(level),
    );
    assert.equal(levels.filter((level) => level === 1).length, 1);
    assert(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1));
  });

  it('offers to load the rest where a list is only partly loaded, and nowhere else', () => {
    const root = connectionWith([expiring('a', 1)]);
    assert(!textOf(pageOf([root])).includes('Load All'));
    root.branch.show({ items: [expiring('a', 1)], pages: 1, next: '2' }, now);
    assert(textOf(pageOf([root])).includes('Load All'));
  });

  it('tells dates and numbers as the language does', () => {
    const many = Array.from({ length: 1200 }, (_, index) => expiring(`t${index}`, 9));
    assert(textOf(pageOf([connectionWith(many)], 'de')).includes('1.200'));
    assert.match(htmlOf(pageOf([connectionWith(many)], 'zh-CN')), /11月27日/);
  });

  it('stays small with 100,000 tokens and 200 connections, and says how many it does not name', () => {
    const roots = Array.from({ length: 200 }, (_, connection) =>
      connectionWith(
        Array.from({ length: 500 }, (_, index) => expiring(`t${index}`, index % 80)),
        { id: `c${connection}`, label: `connection ${connection}` },
      ),
    );
    const page = pageOf(roots);
    const text = textOf(page);
    assert(htmlOf(page).length < 300_000, `${htmlOf(page).length} characters`);
    assert(text.includes('188 more connections'));
    assert(text.includes('100 more connections'));
    assert(text.some((part) => / more are in the tree\.$/.test(part)));
    assert(text.includes('100,000'));
  });

  it('offers the way out where there is nothing to count', () => {
    const html = htmlOf(pageOf([]));
    assert.match(html, /data-act="addConnection"/);
    const empty = textOf(pageOf([connectionWith([])]));
    assert.equal(empty.filter((part) => part === 'No tokens loaded yet.').length, 1);
    const never = textOf(pageOf([connectionWith([token('a')])]));
    assert(never.includes('No loaded token expires in the next 90 days.'));
  });

  it('answers first what ends next, what is wrong and what should go', () => {
    const root = connectionWith([expiring('later', 9), expiring('first', 1), expiring('over', -1)]);
    const questions = pageOf([root]).content.filter(
      (view) => typeof view !== 'string' && view.attributes.class === 'questions',
    );
    assert.deepEqual(textOf({ title: '', content: questions }), [
      ...['What ends next', 'first', 'expires in 24 hours', 'work', 'Example'],
      ...['What is wrong', 'No problems found.'],
      ...['What should go', '1 expired token', 'Clean Up…'],
    ]);
  });

  it('calls nothing absent that has only not been read', () => {
    const unread = textOf(pageOf([unreadConnection()]));
    assert.equal(unread.filter((part) => part === 'Not known until loaded').length, 3);
    assert(unread.includes('Nothing has been loaded in this window yet.'));
    assert(!unread.includes('Tokens by State'));
    const partly = textOf(pageOf([connectionWith([token('a')]), unreadConnection()]));
    for (const part of ['Nothing so far', 'No expired tokens loaded', 'Loaded so far']) {
      assert(partly.includes(part), part);
    }
  });

  it('tells of a wrong clock once, however many services find it wrong', () => {
    const roots = ['c1', 'c2', 'c3'].map((id) => {
      const root = connectionWith([token('a')], { id });
      root.clockOffset = 2 * 60 * 60_000;
      return root;
    });
    const told = textOf(pageOf(roots)).filter((part) => part.includes('clock is about'));
    assert.deepEqual(told, ['Clock: this computer’s clock is about 2 hours behind the service']);
  });

  it('sorts a table by any column, both ways, and back', () => {
    const roots = [
      connectionWith([expiring('b', 1), expiring('c', 2)], { id: 'c1', label: 'two' }),
      connectionWith([expiring('a', 3)], { id: 'c2', label: 'one' }),
    ];
    const figures = overview(roots, { now, soonMs: 7 * day, namedPerWeek });
    let sorts = noSorts;
    const html = () => htmlOf(overviewPage(figures, true, wording, sorts));
    const order = () =>
      [...html().matchAll(/<th (?:id="[^"]*" )?scope="row"[^>]*><button[^>]*>(\w)</g)].map(
        ([, name]) => name,
      );
    const press = (column: string) => {
      const offer = new RegExp(`data-act="sort" data-row="(expiries(?: ${column} \\w+)?)"`).exec(
        html().split(`data-key="${column}"`)[1] ?? '',
      );
      assert(offer?.[1] !== undefined, column);
      sorts = pressed(sorts, offer[1]);
    };
    assert.deepEqual(order(), ['b', 'c', 'a']);
    press('name');
    assert.deepEqual(order(), ['a', 'b', 'c']);
    assert.match(html(), /<th data-key="name" scope="col" aria-sort="ascending">/);
    press('name');
    assert.deepEqual(order(), ['c', 'b', 'a']);
    assert.match(html(), /href="#week-0"/);
    assert.match(html(), /id="week-0"/);
    press('name');
    assert.deepEqual(order(), ['b', 'c', 'a']);
    press('connection');
    assert.deepEqual(order(), ['a', 'b', 'c']);
  });

  it('names what could not be read, and leads there', () => {
    const root = connectionWith([token('a')]);
    root.branch.fail(new TokenManagerError('unauthorized'));
    const page = pageOf([root]);
    assert(textOf(page).includes('Credentials not accepted'));
    assert.match(htmlOf(page), /data-act="showDetails" data-row="c1">work</);
  });

  it('keeps hostile names texts', () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const html = htmlOf(pageOf([connectionWith([expiring(hostile, 1)], { label: hostile })]));
    assert(!html.includes('<img'));
  });
});
