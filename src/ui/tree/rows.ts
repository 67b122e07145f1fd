import type { RowTag } from '../../contributions.ts';
import type { Grouping } from '../../core/arrange/arrangement.ts';
import type { GroupName } from '../../core/arrange/group.ts';
import type { Branch, ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import { type Item, type ItemAction, type ItemKind, isEntry } from '../../core/model/item.ts';
import { nodeState, type RowState } from '../../core/model/state.ts';
import { groupWord } from '../text/arrangement.ts';
import { changeCount, changeWords } from '../text/changes.ts';
import { atService, clockWords } from '../text/clock.ts';
import type { Wording } from '../text/context.ts';
import { errorWords, type Remedy } from '../text/errors.ts';
import type { Icon } from '../text/icon.ts';
import { kindWord, lifetimeWords, stateWord } from '../text/states.ts';

/** Everything the tree shows: the inventory's nodes, rows that speak about a branch, and rows that hold others. */
export type Row = ConnectionNode | ItemNode | BranchRow | GroupRow | RangeRow | ViewRow;

/** Rows of several connections that have something in common. The object stays the same while it is shown. */
export interface GroupRow {
  readonly kind: 'group';
  readonly key: string;
  readonly name: GroupName;
  count: number;
  /** Whether it is open at first. */
  readonly isOpen: boolean;
}

/** Some of the very many rows below another one. The object stays the same while it is shown. */
export interface RangeRow {
  readonly kind: 'range';
  readonly key: string;
  readonly owner: ConnectionNode | ItemNode | GroupRow | undefined;
  /** Counted from 0. */
  readonly from: number;
  /** After the last one. */
  to: number;
}

/** Rows about the whole view. */
export type ViewRow =
  /** So many connections may have more than an arrangement could take into account. */
  { readonly kind: 'unread'; readonly connections: number } | { readonly kind: 'nothing' };

export type BranchRow =
  | { readonly kind: 'more'; readonly branch: Branch }
  | { readonly kind: 'error'; readonly branch: Branch; readonly error: TokenManagerError }
  | { readonly kind: 'empty'; readonly branch: Branch }
  /** Without a branch when rows are grouped, for all of them. */
  | { readonly kind: 'hidden'; readonly branch: Branch | undefined; readonly count: number }
  | { readonly kind: 'loading'; readonly branch: Branch }
  | { readonly kind: 'onRequest'; readonly branch: Branch };

/** What VS Code is told about a row; plain data, so that it can be checked without VS Code. */
export interface RowView {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: Icon;
  readonly tags: readonly RowTag[];
  readonly collapsible: 'none' | 'collapsed' | 'expanded';
  /** What a screen reader says. */
  readonly spoken: string;
  /** What a click does, where a click does something. */
  readonly click?: 'loadMore' | 'loadOnRequest' | 'loadAll' | 'showExpired' | 'remedy';
}

export function stateOf(node: ItemNode, wording: Wording): RowState {
  return nodeState(node, wording.now() + node.root.clockOffset, wording.expiringWithinMs());
}

/** @param grouping what entries stand below; where that is not their connection, they name it */
export function rowView(row: Row, wording: Wording, grouping: Grouping = 'connection'): RowView {
  switch (row.kind) {
    case 'connection':
      return connectionView(row, wording);
    case 'item':
      return itemView(row, wording, grouping);
    case 'group':
      return groupView(row, wording);
    case 'range':
      return rangeView(row, wording);
    case 'unread':
      return unreadView(row.connections, wording);
    case 'nothing':
      return noteView('', 'nothing', wording.localize('Nothing here'), { name: 'dash' });
    case 'more':
      return moreView(row.branch, wording);
    case 'error':
      return errorView(row.branch, row.error, wording, grouping !== 'connection');
    case 'empty':
      return emptyView(row.branch, wording);
    case 'loading':
      return noteView(row.branch.owner.key, 'loading', wording.localize('Loading…'), {
        name: 'loading~spin',
      });
    case 'hidden':
      return hiddenView(row.branch, row.count, wording);
    case 'onRequest':
      return onRequestView(row.branch, wording);
  }
}

function connectionView(node: ConnectionNode, wording: Wording): RowView {
  const { localize } = wording;
  const clock = clockWords(node.clockOffset, wording);
  const { label, serviceName, account } = node.connection;
  const failed = node.branch.error !== undefined;
  const where = account.name === label ? serviceName : localize('{0} · {1}', serviceName, account.name);
  const what = failed
    ? localize('{0}, connection to {1}, account {2}, not readable', label, serviceName, account.name)
    : localize('{0}, connection to {1}, account {2}', label, serviceName, account.name);
  const session = node.isForSessionOnly ? localize('for this session only') : undefined;
  const changes = changeCount(node, wording);
  const remarks = [session, clock, changes].filter((remark) => remark !== undefined);
  return {
    id: node.key,
    label,
    description: [clock, session, changes, where].filter((part) => part !== undefined).join(' · '),
    icon: failed ? { name: 'debug-disconnect', color: 'list.errorForeground' } : { name: 'plug' },
    tags: [
      'connection',
      'container',
      'refreshable',
      ...(node.webPage === undefined ? [] : (['browsable'] as const)),
      ...(node.canRenew ? (['renewing'] as const) : []),
    ],
    collapsible: 'expanded',
    spoken: [what, ...remarks].join(', '),
  };
}

function itemView(node: ItemNode, wording: Wording, grouping: Grouping): RowView {
  const { item } = node;
  const state = stateOf(node, wording);
  const words = stateWord(state, item, wording);
  const lifetime = lifetimeWords(item, atService(wording, node));
  const connection = grouping !== 'connection' && isEntry(item) ? node.connection.label : undefined;
  const parts = [changeWords(node, wording), words, lifetime, connection, item.remark].filter(
    (part) => part !== undefined,
  );
  // The group says the state already, and a narrow view has no room to say it twice.
  const seen =
    connection !== undefined && grouping === 'state' ? parts.filter((part) => part !== words) : parts;
  return {
    id: node.key,
    label: item.name,
    ...(seen.length > 0 && { description: seen.join(' · ') }),
    icon: state === 'none' ? { name: kindIcons[item.kind] } : stateIcons[state],
    tags: itemTags(item),
    collapsible: collapsible(item),
    spoken: [item.name, kindWord(item.kind, wording), ...parts].join(', '),
  };
}

const stateIcons: Record<Exclude<RowState, 'none'>, Icon> = {
  active: { name: 'pass', color: 'testing.iconPassed' },
  expiring: { name: 'warning', color: 'list.warningForeground' },
  expired: { name: 'circle-slash', color: 'list.errorForeground' },
  inactive: { name: 'circle-outline', color: 'disabledForeground' },
  revoked: { name: 'trash', color: 'disabledForeground' },
  waiting: { name: 'watch', color: 'charts.blue' },
  unknown: { name: 'question', color: 'descriptionForeground' },
};

const kindIcons: Record<ItemKind, string> = {
  section: 'list-tree',
  organization: 'organization',
  application: 'extensions',
  user: 'person',
  provider: 'globe',
  identity: 'link',
  token: 'key',
  access: 'unlock',
  note: 'info',
};

const actionTags: Record<ItemAction, RowTag> = {
  revoke: 'revocable',
  renew: 'renewable',
  attach: 'attachable',
  detach: 'detachable',
};

function itemTags(item: Item): RowTag[] {
  const tags: RowTag[] = ['item', ...item.actions.map((action) => actionTags[action])];
  if (item.children.kind === 'list' || item.children.kind === 'onRequest') {
    tags.push('refreshable');
  }
  if (holdsRevocable(item)) {
    tags.push('container');
  }
  if (item.identifier !== undefined) {
    tags.push('identifiable');
  }
  return tags;
}

/** As far as that can be known without reading. */
function holdsRevocable({ children }: Item): boolean {
  switch (children.kind) {
    case 'none':
      return false;
    case 'list':
    case 'onRequest':
      return true;
    case 'inline':
      return children.items.some((item) => item.actions.includes('revoke') || holdsRevocable(item));
  }
}

function collapsible({ children }: Item): RowView['collapsible'] {
  if (children.kind === 'none' || (children.kind === 'inline' && children.items.length === 0)) {
    return 'none';
  }
  return children.kind === 'list' && children.open ? 'expanded' : 'collapsed';
}

function moreView(branch: Branch, { localize }: Wording): RowView {
  const shown = branch.nodes.length;
  const label = localize('Load more');
  const description =
    branch.total === undefined
      ? localize('{0} so far', shown)
      : localize('{0} of {1} so far', shown, branch.total);
  return {
    id: `${branch.owner.key}#more`,
    label,
    description,
    icon: { name: 'ellipsis' },
    tags: [],
    collapsible: 'none',
    spoken: localize('Load more, {0}', description),
    click: 'loadMore',
  };
}

const refreshableAfter: readonly Remedy[] = ['retry', 'certificateAuthority', 'proxySettings'];

function errorView(branch: Branch, error: TokenManagerError, wording: Wording, isFlat: boolean): RowView {
  const { title, sentence: reason, remedy } = errorWords(error, wording);
  const place = branch.problems.indexOf(error);
  const { label } = branch.owner.connection;
  const sentence = isFlat ? wording.localize('{0}: {1}', label, reason) : reason;
  return {
    id: `${branch.owner.key}#error${place >= 0 ? place : ''}`,
    label: title,
    description: sentence,
    icon:
      error.kind === 'cancelled'
        ? { name: 'debug-stop', color: 'descriptionForeground' }
        : { name: 'error', color: 'list.errorForeground' },
    // Whatever a click does: what can be mended elsewhere must be read again afterwards.
    tags: ['error', ...(refreshableAfter.includes(remedy) ? (['refreshable'] as const) : [])],
    collapsible: 'none',
    spoken: wording.localize('Error: {0}. {1}', title, sentence),
    ...(remedy !== 'none' && { click: 'remedy' }),
  };
}

function emptyView(branch: Branch, { localize }: Wording): RowView {
  if (branch.nodes.length === 0 && branch.leavesOutExpired) {
    const label = localize('Nothing here: expired tokens are not shown');
    return { ...noteView(branch.owner.key, 'empty', label, { name: 'eye-closed' }), click: 'showExpired' };
  }
  const label =
    branch.nodes.length === 0 ? localize('Nothing here') : localize('Nothing here matches the filter');
  return noteView(branch.owner.key, 'empty', label, { name: 'dash' });
}

function hiddenView(branch: Branch | undefined, count: number, { localize }: Wording): RowView {
  const label =
    count === 1 ? localize('1 expired token is hidden') : localize('{0} expired tokens are hidden', count);
  const note = noteView(branch?.owner.key ?? '', 'hidden', label, { name: 'eye-closed' });
  return { ...note, click: 'showExpired' };
}

function onRequestView(branch: Branch, { localize }: Wording): RowView {
  return {
    ...noteView(branch.owner.key, 'request', localize('Load now…'), { name: 'cloud-download' }),
    click: 'loadOnRequest',
  };
}

function groupView({ key, name, count, isOpen }: GroupRow, wording: Wording): RowView {
  const label = groupWord(name, wording);
  const { localize, locale } = wording;
  const number = new Intl.NumberFormat(locale).format(count);
  return {
    id: `group:${key}`,
    label,
    description: number,
    icon: groupIcon(name),
    tags: ['group'],
    collapsible: isOpen ? 'expanded' : 'collapsed',
    spoken:
      count === 1
        ? localize('{0}, group of 1 row', label)
        : localize('{0}, group of {1} rows', label, number),
  };
}

function groupIcon(name: GroupName): Icon {
  switch (name.by) {
    case 'state':
      return name.state === 'none' ? { name: 'list-tree' } : stateIcons[name.state];
    case 'owner':
      return { name: kindIcons.user };
    case 'provider':
      return { name: kindIcons.provider };
  }
}

function rangeView({ key, from, to }: RangeRow, { localize, locale }: Wording): RowView {
  const format = new Intl.NumberFormat(locale);
  const first = format.format(from + 1);
  const last = format.format(to);
  return {
    id: key,
    label: localize('{0} – {1}', first, last),
    icon: { name: 'list-ordered' },
    tags: [],
    collapsible: from === 0 ? 'expanded' : 'collapsed',
    spoken: localize('Rows {0} to {1}', first, last),
  };
}

function unreadView(connections: number, { localize }: Wording): RowView {
  const description =
    connections === 1
      ? localize('1 connection is not fully read')
      : localize('{0} connections are not fully read', connections);
  return {
    id: '#unread',
    label: localize('Load all'),
    description,
    icon: { name: 'cloud-download' },
    tags: [],
    collapsible: 'none',
    spoken: localize('Load all, {0}', description),
    click: 'loadAll',
  };
}

function noteView(key: string, suffix: string, label: string, icon: Icon): RowView {
  return { id: `${key}#${suffix}`, label, icon, tags: [], collapsible: 'none', spoken: label };
}
