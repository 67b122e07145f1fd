import type { Observation } from '../../../core/changes/rowHistory.ts';
import type { Branch, ItemNode, Node } from '../../../core/inventory/tree.ts';
import type { TokenManagerError } from '../../../core/model/errors.ts';
import { atService } from '../../text/clock.ts';
import type { Wording } from '../../text/context.ts';
import { errorWords } from '../../text/errors.ts';
import type { Line } from '../../text/line.ts';
import { kindWord, standingWords } from '../../text/states.ts';
import { rowActions } from '../../tree/rowActions.ts';
import { rowView, stateOf } from '../../tree/rows.ts';
import { connectionLines, furtherLines } from '../../tree/tooltip.ts';
import { acts } from '../acts.ts';
import { stateShape } from '../overview/shapes.ts';
import type { PageView } from '../panel.ts';
import { section } from '../parts.ts';
import { connectionName } from '../serviceShapes.ts';
import type { Sort } from '../sorting.ts';
import { type Child, type ElementView, h } from '../view.ts';
import { type HistoryEntry, historyEntries } from './history.ts';
import { nameOf, rowLink, rowTable } from './rowTable.ts';

/** How many rows below one are named; the tree has all of them. */
const mostRows = 200;

/** What is known of a row besides the row. */
export interface Known {
  readonly observations: readonly Observation[];
  /** What is remembered of what was done to it. */
  readonly journal: readonly HistoryEntry[];
}

/** Everything known about a row, and what can be done with it. */
export function detailsPage(node: Node, known: Known, wording: Wording, sort?: Sort): PageView {
  const { localize } = wording;
  const title = nameOf(node);
  const { tags } = rowView(node, wording);
  const lines = node.kind === 'connection' ? connectionLines(node, wording) : furtherLines(node, wording);
  return {
    title,
    content: [
      heading(node, wording),
      status(known.observations, wording),
      actionBar(node.key, [
        ...rowActions(tags, localize),
        { command: acts.showInTree, title: localize('Show in Tree') },
      ]),
      problems(node.branch, wording),
      lines.length === 0 ? undefined : section('fields', localize('Fields'), factList(lines)),
      below(node, wording, sort),
      history(node, known, wording),
    ].filter((part) => part !== undefined),
  };
}

/** The row has left the list; what was seen of it stays. */
/** @param isOver whether it had ended, and is not there because expired tokens are not shown */
export function goneDetailsPage(title: string, isOver: boolean, known: Known, wording: Wording): PageView {
  const { localize } = wording;
  return {
    title,
    content: [
      h('header', {}, h('h1', { tabindex: -1, dir: 'auto' }, title)),
      h(
        'p',
        { class: 'notice', role: 'status' },
        isOver
          ? localize('This has expired. Expired tokens are not shown.')
          : localize('This is no longer listed.'),
      ),
      section(
        'history',
        localize('History'),
        historyList(historyEntries(known, undefined, wording, isOver), wording),
      ),
    ],
  };
}

/** After a reload of the window nothing has been read yet, and nothing is read before the user asks. */
export function unreadDetailsPage(key: string, branch: Branch, wording: Wording): PageView {
  const { localize } = wording;
  const title = localize('Details');
  return {
    title,
    content: [
      h('header', {}, h('h1', { tabindex: -1 }, title)),
      h('p', { class: 'notice', role: 'status' }, localize('This row has not been read yet in this window.')),
      actionBar(key, [{ command: acts.readRow, title: localize('Read Now') }]),
      problems(branch, wording),
    ].filter((part) => part !== undefined),
  };
}

function heading(node: Node, wording: Wording): ElementView {
  const { localize } = wording;
  const above = pathAbove(node);
  return h(
    'header',
    {},
    above.length === 0
      ? undefined
      : h(
          'ol',
          { class: 'path', 'aria-label': localize('Where it is') },
          above.map((outer) =>
            h('li', {}, outer.kind === 'connection' ? connectionName(outer, rowLink(outer)) : rowLink(outer)),
          ),
        ),
    h('h1', { tabindex: -1, dir: 'auto' }, node.kind === 'connection' ? connectionName(node) : nameOf(node)),
    node.kind === 'connection'
      ? h('p', { class: 'lead' }, localize('connection'))
      : h('p', { class: 'lead' }, leadOf(node, wording)),
  );
}

function leadOf(node: ItemNode, wording: Wording): Child[] {
  const state = stateOf(node, wording);
  const words = standingWords(state, node.item, atService(wording, node));
  const kind = h('span', {}, kindWord(node.item.kind, wording));
  return words.length === 0
    ? [kind]
    : [kind, h('span', { class: 'state' }, stateShape(state), h('strong', {}, words.join(' · ')))];
}

function pathAbove(node: Node): Node[] {
  return node.kind === 'connection' ? [] : [...pathAbove(node.parent.owner), node.parent.owner];
}

/** Says the last change to those who do not see it happen. */
function status(observations: readonly Observation[], wording: Wording): ElementView {
  const last = observations.at(-1);
  const known = { observations: last && last.kind !== 'first' ? [last] : [], journal: [] };
  const [entry] = historyEntries(known, undefined, wording);
  return h('p', { class: 'spoken', role: 'status' }, entry?.text ?? '');
}

interface Button {
  readonly command: string;
  readonly title: string;
}

function actionBar(key: string, buttons: readonly Button[]): ElementView {
  return h(
    'ul',
    { class: 'actions' },
    buttons.map(({ command, title }) =>
      h(
        'li',
        { 'data-key': command },
        h('button', { type: 'button', 'data-act': command, 'data-row': key }, title),
      ),
    ),
  );
}

function problems({ error, problems: parts }: Branch, wording: Wording): ElementView | undefined {
  const all: readonly TokenManagerError[] = error ? [error, ...parts] : parts;
  return all.length === 0
    ? undefined
    : section(
        'problems',
        wording.localize('Problems'),
        h(
          'ul',
          { class: 'problems' },
          all.map((problem) => {
            const { title, sentence } = errorWords(problem, wording);
            return h('li', {}, h('strong', {}, title), ' ', h('span', { dir: 'auto' }, sentence));
          }),
        ),
      );
}

function factList(lines: readonly Line[]): ElementView {
  return h(
    'dl',
    { class: 'facts' },
    lines.map(({ label, text }) =>
      h('div', {}, h('dt', { dir: 'auto' }, label), h('dd', { dir: 'auto' }, text)),
    ),
  );
}

/** The rows below, as far as they have been read; those that came with the row are there at once. */
function below(node: Node, wording: Wording, sort: Sort | undefined): ElementView | undefined {
  const { localize } = wording;
  if (node.kind === 'item' && node.item.children.kind === 'none') {
    return undefined;
  }
  const { branch } = node;
  const isAboutAccess = node.kind === 'item' && node.item.kind === 'token';
  const title = isAboutAccess ? localize('Permissions') : localize('Rows Below');
  return section('below', title, branch.isLoaded ? rowsIn(branch, wording, sort) : unreadNote(node, wording));
}

function unreadNote(node: Node, { localize }: Wording): ElementView {
  const caution =
    node.kind === 'item' && node.item.children.kind === 'onRequest' ? node.item.children.caution : undefined;
  return h('p', { class: 'note' }, caution ?? localize('They have not been read yet.'));
}

function rowsIn(branch: Branch, wording: Wording, sort: Sort | undefined): Child[] {
  const { localize } = wording;
  const groups = branch.nodes.filter(isGroup);
  const others = branch.nodes.filter((node) => !isGroup(node));
  const shown = others.slice(0, mostRows);
  const more = others.length - shown.length;
  return [
    branch.nodes.length === 0 ? h('p', { class: 'note' }, nothingWords(branch, wording)) : undefined,
    shown.length === 0 ? undefined : rowTable(shown, nameOf(branch.owner), wording, sort),
    groups.map((group) => [
      h('h3', { dir: 'auto' }, group.item.name),
      group.branch.isLoaded ? rowsIn(group.branch, wording, sort) : unreadNote(group, wording),
    ]),
    more > 0 ? h('p', { class: 'note' }, moreWords(more, wording)) : undefined,
    branch.hasMore ? h('p', { class: 'note' }, localize('More can be loaded in the tree.')) : undefined,
  ];
}

function nothingWords({ leavesOutExpired }: Branch, { localize }: Wording): string {
  return leavesOutExpired ? localize('Nothing here: expired tokens are not shown') : localize('Nothing here');
}

function isGroup({ item }: ItemNode): boolean {
  return item.kind === 'section';
}

export function moreWords(count: number, { localize, locale }: Wording): string {
  return count === 1
    ? localize('1 more is in the tree.')
    : localize('{0} more are in the tree.', new Intl.NumberFormat(locale).format(count));
}

function history(node: Node, known: Known, wording: Wording): ElementView {
  const entries = historyEntries(known, node, wording);
  return section('history', wording.localize('History'), historyList(entries, wording));
}

function historyList(entries: readonly HistoryEntry[], wording: Wording): ElementView {
  return entries.length === 0
    ? h('p', { class: 'note' }, wording.localize('No history yet.'))
    : h(
        'ol',
        { class: 'history' },
        entries.map(({ at, text }) =>
          h(
            'li',
            {},
            h('time', { datetime: new Date(at).toISOString() }, wording.absoluteTime(at)),
            h('span', { dir: 'auto' }, text),
          ),
        ),
      );
}
