import { fingerprint } from '../../core/changes/hash.ts';
import type { ConnectionNode } from '../../core/inventory/tree.ts';
import type { Field, Item } from '../../core/model/item.ts';
import { day, lastInstant } from '../../core/model/time.ts';
import type { Wording } from '../text/context.ts';
import { kindWord, stateWord } from '../text/states.ts';
import { byteOrderMark, csvRecord } from './csv.ts';
import { calendarEnd, calendarEvent, calendarStart, isCalendarMoment } from './icalendar.ts';
import { accessesOf, type InventoryRow, inventoryRows, isRow, type UnreadPart } from './inventoryRows.ts';
import { tableHead, tableRow } from './markdownTable.ts';

export const inventoryFormats = ['csv', 'json', 'md', 'ics'] as const;
export type InventoryFormat = (typeof inventoryFormats)[number];

/** The text of an export in pieces, and what is told about it afterwards. */
export interface InventoryExport {
  readonly pieces: Iterable<string>;
  /** Rows, or events of a calendar, in the pieces so far. */
  readonly rows: () => number;
  readonly unread: readonly UnreadPart[];
}

/** Metadata of what has been read, and of nothing else: no row has a place for a credential. */
export function inventoryExport(
  roots: readonly ConnectionNode[],
  format: InventoryFormat,
  wording: Wording,
): InventoryExport {
  const now = wording.now();
  const rows: InventoryRow[] = [];
  const unread: UnreadPart[] = [];
  for (const part of inventoryRows(roots, now, wording.expiringWithinMs())) {
    if (isRow(part)) {
      rows.push(part);
    } else {
      unread.push(part);
    }
  }
  const chosen = format === 'ics' ? rows.filter(isExpiry) : rows;
  return { pieces: pieces[format](chosen, unread, roots, wording, now), rows: () => chosen.length, unread };
}

type Pieces = (
  rows: readonly InventoryRow[],
  unread: readonly UnreadPart[],
  roots: readonly ConnectionNode[],
  wording: Wording,
  now: number,
) => Iterable<string>;

const pieces: Readonly<Record<InventoryFormat, Pieces>> = { csv, json, md, ics };

/** Column names are part of the format and in no language. */
const columns = [
  'connection',
  'service',
  'account',
  'path',
  'kind',
  'name',
  'identifier',
  'state',
  'lifetime',
  'expiresAt',
  'createdAt',
  'lastUsedAt',
  'owner',
  'remark',
  'accesses',
  'key',
] as const;

function* csv(rows: readonly InventoryRow[]): Generator<string> {
  yield byteOrderMark + csvRecord(columns);
  for (const row of rows) {
    yield csvRecord(columns.map((column) => cells[column](row)));
  }
}

const cells: Readonly<Record<(typeof columns)[number], (row: InventoryRow) => string>> = {
  connection: ({ node }) => node.connection.label,
  service: ({ node }) => node.connection.serviceName,
  account: ({ node }) => node.connection.account.name,
  path: ({ above }) => above.join(' / '),
  kind: ({ node }) => node.item.kind,
  name: ({ node }) => node.item.name,
  identifier: ({ node }) => node.item.identifier ?? '',
  state: ({ state }) => state,
  lifetime: ({ node }) => node.item.lifetime.kind,
  expiresAt: ({ node }) => iso(expiresAt(node.item)) ?? '',
  createdAt: ({ node }) => iso(node.item.createdAt) ?? '',
  lastUsedAt: ({ node }) => (node.item.lastUsedAt === null ? 'never' : (iso(node.item.lastUsedAt) ?? '')),
  owner: ({ node }) => node.item.owner ?? '',
  remark: ({ node }) => node.item.remark ?? '',
  accesses: ({ node }) => accessesOf(node.item).join('; '),
  key: ({ node }) => node.key,
};

/** `schemas/inventory.v1.schema.json` describes it. */
function* json(
  rows: readonly InventoryRow[],
  unread: readonly UnreadPart[],
  roots: readonly ConnectionNode[],
  _wording: Wording,
  now: number,
): Generator<string> {
  const connections = roots.map(({ connection, branch }) => ({
    id: connection.id,
    label: connection.label,
    service: connection.serviceName,
    account: connection.account.name,
    readAt: iso(branch.loadedAt),
    error: branch.error?.kind,
  }));
  const head = {
    format: 'oauth-token-manager/inventory',
    version: 1,
    exportedAt: iso(now),
    connections,
    unread,
  };
  yield `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "rows": [`;
  for (const [index, row] of rows.entries()) {
    yield `${index === 0 ? '' : ','}\n    ${JSON.stringify(jsonRow(row))}`;
  }
  yield '\n  ]\n}\n';
}

function jsonRow({ node, above, state }: InventoryRow) {
  const { item, connection, key, pendingReference } = node;
  return {
    key,
    connection: connection.id,
    path: above,
    kind: item.kind,
    name: item.name,
    identifier: item.identifier,
    state,
    lifetime: item.lifetime.kind,
    expiresAt: iso(expiresAt(item)),
    createdAt: iso(item.createdAt),
    lastUsedAt: item.lastUsedAt === null ? null : iso(item.lastUsedAt),
    owner: item.owner,
    remark: item.remark,
    waitingFor: pendingReference,
    accesses: accessesOf(item),
    fields: item.fields.map(jsonField),
  };
}

function jsonField(field: Field) {
  return { label: field.label, text: 'text' in field ? field.text : iso(field.at) };
}

function* md(
  rows: readonly InventoryRow[],
  unread: readonly UnreadPart[],
  _roots: readonly ConnectionNode[],
  wording: Wording,
  now: number,
): Generator<string> {
  const { localize, absoluteTime } = wording;
  yield `# ${localize('OAuth tokens')}\n\n`;
  const time = (at: number | undefined) => (at === undefined || !isMoment(at) ? '' : absoluteTime(at));
  yield `${localize('As of {0}.', time(now))}\n\n`;
  yield tableHead([
    localize('Connection'),
    localize('Service'),
    localize('Above it'),
    localize('Kind'),
    localize('Name'),
    localize('State'),
    localize('Expires'),
    localize('Last used'),
    localize('Owner'),
  ]);
  for (const { node, above, state } of rows) {
    const { item, connection } = node;
    yield tableRow([
      connection.label,
      connection.serviceName,
      above.join(' / '),
      kindWord(item.kind, wording),
      item.name,
      stateWord(state, item, wording) ?? '',
      lifetimeCell(item, wording, time),
      item.lastUsedAt === null ? localize('never') : time(item.lastUsedAt),
      item.owner ?? '',
    ]);
  }
  if (unread.length > 0) {
    yield `\n${localize('Not fully loaded:')}\n\n`;
    yield tableHead([localize('Connection'), localize('List'), localize('Reason')]);
    for (const { connection, path, reason } of unread) {
      yield tableRow([connection, path.join(' / '), unreadWord(reason, wording)]);
    }
  }
}

function unreadWord(reason: UnreadPart['reason'], { localize }: Wording): string {
  switch (reason) {
    case 'notRead':
      return localize('not opened yet');
    case 'onRequest':
      return localize('read on request only');
    case 'morePages':
      return localize('has more pages');
    case 'failed':
      return localize('could not be read');
  }
}

function lifetimeCell({ lifetime }: Item, { localize }: Wording, time: (at: number) => string): string {
  switch (lifetime.kind) {
    case 'expires':
      return time(lifetime.at);
    case 'never':
      return localize('never');
    case 'unknown':
      return localize('unknown');
    case 'none':
      return '';
  }
}

function* ics(
  rows: readonly InventoryRow[],
  _unread: readonly UnreadPart[],
  _roots: readonly ConnectionNode[],
  { localize, expiringWithinMs }: Wording,
  now: number,
): Generator<string> {
  const soon = Math.round(expiringWithinMs() / 60_000) * 60_000;
  const alarmsBefore = [...new Set([soon, day])].filter((before) => before > 0);
  yield calendarStart(localize('OAuth token expiries'));
  for (const { node, above } of rows) {
    const { item, connection, key } = node;
    yield calendarEvent(
      {
        uid: `${fingerprint(key)}@oauth-token-manager`,
        at: expiresAt(item) ?? 0,
        summary: localize('{0} expires ({1})', item.name, connection.label),
        description: [connection.serviceName, connection.account.name, ...above].join('\n'),
        alarmsBefore,
      },
      now,
    );
  }
  yield calendarEnd;
}

/** What is dead by other means ends no more. */
function isExpiry({ node: { item }, state }: InventoryRow): boolean {
  const at = expiresAt(item);
  return at !== undefined && isCalendarMoment(at) && !['revoked', 'inactive'].includes(state);
}

function expiresAt({ lifetime }: Item): number | undefined {
  return lifetime.kind === 'expires' ? lifetime.at : undefined;
}

function iso(at: number | undefined): string | undefined {
  return at === undefined || !isMoment(at) ? undefined : new Date(at).toISOString();
}

/** Services send numbers that no date can hold. */
function isMoment(at: number): boolean {
  return Math.abs(at) <= lastInstant;
}
