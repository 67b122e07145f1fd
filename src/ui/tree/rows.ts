import type { RowTag } from '../../contributions.ts';
import { anyServiceIcon } from '../../core/adapter/serviceIcon.ts';
import type { Grouping } from '../../core/arrange/arrangement.ts';
import type { ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import { type Item, type ItemAction, isEntry } from '../../core/model/item.ts';
import { nodeState, type RowState } from '../../core/model/state.ts';
import { changeCount, changeWords } from '../text/changes.ts';
import { atService, clockWords } from '../text/clock.ts';
import type { Wording } from '../text/context.ts';
import { distinctionWords } from '../text/distinction.ts';
import { errorWords } from '../text/errors.ts';
import { briefStandingWords, kindWord, standingWords, stateWord } from '../text/states.ts';
import { noteRowView } from './noteRows.ts';
import { kindIcons, type Row, type RowView, stateIcons } from './row.ts';

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
    default:
      return noteRowView(row, wording, grouping !== 'connection');
  }
}

/** The failure that the connection's own row shows: of its list, or else of a list below it. */
function failureIn(node: ConnectionNode): TokenManagerError | undefined {
  for (const { error } of node.branch.opened()) {
    if (error && error.kind !== 'cancelled') {
      return error;
    }
  }
  return undefined;
}

function connectionView(node: ConnectionNode, wording: Wording): RowView {
  const { localize } = wording;
  const clock = clockWords(node.clockOffset, wording);
  const { label, serviceName, account } = node.connection;
  const failure = failureIn(node);
  const problem = failure && errorWords(failure, wording).title;
  const session = node.isForSessionOnly ? localize('for this session only') : undefined;
  const changes = changeCount(node, wording);
  // A name that says it already need not be followed by it.
  const where = [serviceName, account.name].filter((part) => !label.includes(part));
  const what = localize('{0}, connection to {1}, account {2}', label, serviceName, account.name);
  const ownClock = clock === wording.sharedClock?.() ? undefined : clock;
  const remarks = [problem, session, ownClock, changes].filter((remark) => remark !== undefined);
  return {
    id: node.key,
    label,
    description: [...remarks, ...where].join(' · '),
    icon: failure
      ? { name: 'debug-disconnect', color: 'list.errorForeground' }
      : { name: node.icon ?? anyServiceIcon },
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
  const there = atService(wording, node);
  const change = changeWords(node, wording);
  const connection = grouping !== 'connection' && isEntry(item) ? node.connection.label : undefined;
  const others = [distinctionWords(node, wording), connection, item.remark];
  const said = (standing: readonly string[]) =>
    [change, ...standing, ...others].filter((part) => part !== undefined);
  const acting = actingWords(node, wording);
  const brief = acting ?? briefStandingWords(state, item, there);
  const description = said(grouping === 'state' && connection !== undefined ? withoutState(brief) : brief);
  return {
    id: node.key,
    label: item.name,
    ...(description.length > 0 && { description: description.join(' · ') }),
    icon: acting ? { name: 'sync' } : state === 'none' ? { name: kindIcons[item.kind] } : stateIcons[state],
    tags: itemTags(node, wording),
    collapsible: collapsible(item),
    spoken: [
      item.name,
      kindWord(item.kind, wording),
      ...said(acting ?? standingWords(state, item, there)),
    ].join(', '),
  };

  /** The group says the state already, and a narrow view has no room to say it twice. */
  function withoutState(words: readonly string[]): readonly string[] {
    const word = stateWord(state, item, wording);
    return words.filter((each) => each !== word);
  }
}

/** What is under way on the row, in place of what is true of it. */
function actingWords({ acting }: ItemNode, { localize }: Wording): readonly [string] | undefined {
  switch (acting) {
    case 'revoke':
      return [localize('revoking…')];
    case 'renew':
      return [localize('renewing…')];
    case 'pause':
      return [localize('pausing…')];
    case 'resume':
      return [localize('resuming…')];
    default:
      return undefined;
  }
}

/** One act at a time; what waits for approval is not asked for once more. */
function possibleActions({ item, acting, pendingReference }: ItemNode): readonly ItemAction[] {
  if (acting) {
    return [];
  }
  return pendingReference === undefined ? item.actions : item.actions.filter((action) => action !== 'revoke');
}

const actionTags: Record<ItemAction, RowTag> = {
  revoke: 'revocable',
  renew: 'renewable',
  pause: 'pausable',
  resume: 'resumable',
  attach: 'attachable',
  detach: 'detachable',
};

function itemTags(node: ItemNode, { copiesTokens }: Wording): RowTag[] {
  const { item } = node;
  const tags: RowTag[] = ['item', ...possibleActions(node).map((action) => actionTags[action])];
  if (item.children.kind === 'list' || item.children.kind === 'onRequest') {
    tags.push('refreshable');
  }
  // What is below a token is a part of it, and goes with it.
  if (item.kind !== 'token' && holdsRevocable(item)) {
    tags.push('container');
  }
  if (node.root.handsOver) {
    tags.push('manageable');
  }
  if (node.root.holds?.(node.path()) && copiesTokens?.()) {
    tags.push('copyable');
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
