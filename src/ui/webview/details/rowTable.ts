import type { ItemNode, Node } from '../../../core/inventory/tree.ts';
import { atService } from '../../text/clock.ts';
import type { Wording } from '../../text/context.ts';
import { kindWord, standingWords } from '../../text/states.ts';
import { stateOf } from '../../tree/rows.ts';
import { acts } from '../acts.ts';
import { stateShape } from '../overview/shapes.ts';
import { type Sort, type SortColumn, sortedRows, sortHeads } from '../sorting.ts';
import { type Child, type ElementView, h } from '../view.ts';

/** All tables of a page are sorted by the same column. */
export const rowsTable = 'rows';

interface Column extends SortColumn<ItemNode> {
  readonly cell: (node: ItemNode) => Child;
}

/** Columns in which no row has anything to say are left out. */
export function rowTable(
  nodes: readonly ItemNode[],
  caption: string,
  wording: Wording,
  sort: Sort | undefined,
): ElementView {
  const { localize } = wording;
  const state = (node: ItemNode) => stateText(node, wording);
  const told = (id: 'owner' | 'remark', title: string): Column => ({
    id,
    title,
    key: ({ item }) => item[id],
    cell: ({ item }) => bdi(item[id] ?? ''),
  });
  const kind = ({ item }: ItemNode) => kindWord(item.kind, wording);
  const further: readonly Column[] = [
    {
      id: 'state',
      title: localize('State'),
      key: (node) => (state(node) === undefined ? undefined : endOf(node)),
      cell: (node) => h('span', { class: 'state' }, stateShape(stateOf(node, wording)), state(node) ?? ''),
    },
    told('owner', localize('Owner')),
    told('remark', localize('Remark')),
  ];
  const columns: readonly Column[] = [
    {
      id: 'name',
      title: localize('Name'),
      key: ({ item }) => item.name,
      cell: (node) => (node.item.kind === 'access' ? bdi(node.item.name) : rowLink(node)),
    },
    ...(new Set(nodes.map(({ item }) => item.kind)).size > 1
      ? [{ id: 'kind', title: localize('Kind'), key: kind, cell: kind }]
      : []),
    ...further.filter(({ key }) => nodes.some((node) => key(node) !== undefined)),
  ];
  return table(caption, columns, sortedRows(nodes, columns, sort, wording), sort);
}

/** Moments come in their order, what never ends after them, and what is not known to end at last. */
function endOf({ item: { lifetime } }: ItemNode): number {
  return lifetime.kind === 'expires'
    ? lifetime.at
    : lifetime.kind === 'never'
      ? Number.MAX_SAFE_INTEGER
      : Number.POSITIVE_INFINITY;
}

function table(
  caption: string,
  columns: readonly Column[],
  nodes: readonly ItemNode[],
  sort: Sort | undefined,
): ElementView {
  return h(
    'div',
    { class: 'scroller', role: 'group', 'aria-label': caption },
    h(
      'table',
      { class: 'rows' },
      h('caption', { class: 'spoken', dir: 'auto' }, caption),
      h('thead', {}, h('tr', {}, sortHeads(rowsTable, columns, sort))),
      h(
        'tbody',
        {},
        nodes.map((node) =>
          h(
            'tr',
            { 'data-key': node.key },
            columns.map(({ cell }, index) =>
              index === 0 ? h('th', { scope: 'row' }, cell(node)) : h('td', {}, cell(node)),
            ),
          ),
        ),
      ),
    ),
  );
}

export function nameOf(node: Node): string {
  return node.kind === 'connection' ? node.connection.label : node.item.name;
}

export function rowLink(node: Node): ElementView {
  return h(
    'button',
    { type: 'button', class: 'link', dir: 'auto', 'data-act': acts.showDetails, 'data-row': node.key },
    nameOf(node),
  );
}

function stateText(node: ItemNode, wording: Wording): string | undefined {
  const words = standingWords(stateOf(node, wording), node.item, atService(wording, node));
  return words.length === 0 ? undefined : words.join(' · ');
}

function bdi(text: string): ElementView {
  return h('bdi', {}, text);
}
