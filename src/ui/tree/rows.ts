import type { RowTag } from '../../contributions.ts';
import type { Branch, ConnectionNode, ItemNode } from '../../core/branch.ts';
import type { TokenManagerError } from '../../core/errors.ts';
import type { Item, ItemAction, ItemKind } from '../../core/model.ts';
import { type RowState, rowState } from '../../core/state.ts';
import { changeCount, changeWords } from '../changeWords.ts';
import { atService, clockWords } from '../clockWords.ts';
import { errorWords, type Remedy } from '../errorWords.ts';
import { kindWord, lifetimeWords, stateWord } from '../stateWords.ts';
import type { Wording } from '../wording.ts';

/** Everything the tree shows: the inventory's nodes, and the rows that speak about a branch. */
export type Row = ConnectionNode | ItemNode | BranchRow;

export type BranchRow =
  | { readonly kind: 'more'; readonly branch: Branch }
  | { readonly kind: 'error'; readonly branch: Branch; readonly error: TokenManagerError }
  | { readonly kind: 'empty'; readonly branch: Branch }
  | { readonly kind: 'hidden'; readonly branch: Branch; readonly count: number }
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
  readonly click?: 'loadMore' | 'loadOnRequest' | 'showExpired' | 'remedy';
}

export interface Icon {
  /** A codicon; each state has its own shape, so that colour is never the only sign. */
  readonly name: string;
  readonly color?: string;
}

/** The rows of a branch in the order shown. Nothing that was read is left out without a row saying so. */
export function rowsOf(branch: Branch, showsExpired: boolean, wording: Wording): Row[] {
  if (branch.isOnRequest && !branch.isLoaded) {
    return [{ kind: 'onRequest', branch }];
  }
  const visible = branch.nodes.filter((node) => showsExpired || !isDead(node, wording));
  const hidden = branch.nodes.length - visible.length;
  const rows: Row[] = [...visible];
  for (const problem of branch.problems) {
    rows.push({ kind: 'error', branch, error: problem });
  }
  if (branch.error) {
    rows.push({ kind: 'error', branch, error: branch.error });
  }
  if (hidden > 0) {
    rows.push({ kind: 'hidden', branch, count: hidden });
  }
  if (branch.hasMore) {
    rows.push({ kind: 'more', branch });
  }
  return rows.length > 0 ? rows : [{ kind: 'empty', branch }];
}

function isDead(node: ItemNode, wording: Wording): boolean {
  const state = stateOf(node, wording);
  return node.item.kind === 'token' && (state === 'expired' || state === 'revoked');
}

export function stateOf(node: ItemNode, wording: Wording): RowState {
  return node.pendingReference === undefined
    ? rowState(node.item, atService(wording, node).now(), wording.expiringWithinMs())
    : 'waiting';
}

export function rowView(row: Row, wording: Wording): RowView {
  switch (row.kind) {
    case 'connection':
      return connectionView(row, wording);
    case 'item':
      return itemView(row, wording);
    case 'more':
      return moreView(row.branch, wording);
    case 'error':
      return errorView(row.branch, row.error, wording);
    case 'empty':
      return noteView(row.branch, 'empty', wording.localize('Nothing here'), { name: 'dash' });
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

function itemView(node: ItemNode, wording: Wording): RowView {
  const { item } = node;
  const state = stateOf(node, wording);
  const words = stateWord(state, item, wording);
  const lifetime = lifetimeWords(item, atService(wording, node));
  const parts = [changeWords(node, wording), words, lifetime, item.remark].filter(
    (part) => part !== undefined,
  );
  return {
    id: node.key,
    label: item.name,
    ...(parts.length > 0 && { description: parts.join(' · ') }),
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

function errorView(branch: Branch, error: TokenManagerError, wording: Wording): RowView {
  const { title, sentence, remedy } = errorWords(error, wording);
  const place = branch.problems.indexOf(error);
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

function hiddenView(branch: Branch, count: number, { localize }: Wording): RowView {
  const label =
    count === 1 ? localize('1 expired token is hidden') : localize('{0} expired tokens are hidden', count);
  return { ...noteView(branch, 'hidden', label, { name: 'eye-closed' }), click: 'showExpired' };
}

function onRequestView(branch: Branch, { localize }: Wording): RowView {
  return {
    ...noteView(branch, 'request', localize('Load now…'), { name: 'cloud-download' }),
    click: 'loadOnRequest',
  };
}

function noteView(branch: Branch, suffix: string, label: string, icon: Icon): RowView {
  return { id: `${branch.owner.key}#${suffix}`, label, icon, tags: [], collapsible: 'none', spoken: label };
}
