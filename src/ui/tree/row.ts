import type { RowTag } from '../../contributions.ts';
import type { GroupName } from '../../core/arrange/group.ts';
import type { Branch, ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import type { ItemKind } from '../../core/model/item.ts';
import type { RowState } from '../../core/model/state.ts';
import type { Icon } from '../text/icon.ts';

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
  | {
      readonly kind: 'loading';
      readonly branch: Branch;
      /** Where it does not stand below its connection. */
      readonly isFlat?: boolean;
    }
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

export const stateIcons: Readonly<Record<Exclude<RowState, 'none'>, Icon>> = {
  active: { name: 'pass', color: 'testing.iconPassed' },
  expiring: { name: 'warning', color: 'list.warningForeground' },
  expired: { name: 'circle-slash', color: 'list.errorForeground' },
  inactive: { name: 'circle-outline', color: 'disabledForeground' },
  revoked: { name: 'trash', color: 'disabledForeground' },
  waiting: { name: 'debug-pause', color: 'charts.blue' },
  unknown: { name: 'question', color: 'descriptionForeground' },
};

export const kindIcons: Readonly<Record<ItemKind, string>> = {
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
