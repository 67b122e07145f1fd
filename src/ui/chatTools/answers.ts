import type { RootFindings } from '../../core/findings/judge.ts';
import type { RuleId } from '../../core/findings/rules.ts';
import type { ConnectionNode, ItemNode, Node } from '../../core/inventory/tree.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import { isEntry } from '../../core/model/item.ts';
import type { RowState } from '../../core/model/state.ts';
import { day, lastInstant } from '../../core/model/time.ts';
import { blockReason } from '../../core/revoke/targets.ts';
import {
  accessesOf,
  type InventoryRow,
  inventoryRows,
  isRow,
  type UnreadPart,
} from '../exports/inventoryRows.ts';
import type { Wording } from '../text/context.ts';
import { errorWords } from '../text/errors.ts';
import { foreignText, foreignTexts, sentence } from './foreignText.ts';
import type { ListInput } from './input.ts';
import type { RowIds } from './rowIds.ts';

/** Far fewer than a model takes in at once; it asks for the next. */
const rowsAPage = 40;
const mostUnreadNamed = 20;
const mostAccesses = 40;

/** What the rules say, by the connection's row. */
export type Judged = ReadonlyMap<Node, RootFindings>;

/** What a chat is told of one row. Names, scopes and moments, and never an identifier or a field of the service. */
export function rowAnswer({ node, above, state }: InventoryRow, ids: RowIds, wording: Wording) {
  const { item, connection } = node;
  return {
    row: ids.of(node.key),
    connection: ids.of(connection.id),
    connectionName: foreignText(connection.label),
    service: foreignText(connection.serviceName),
    path: foreignTexts(above),
    kind: item.kind,
    name: foreignText(item.name),
    state,
    expires: expiry(node),
    createdAt: iso(item.createdAt),
    lastUsedAt: item.lastUsedAt === null ? 'never' : (iso(item.lastUsedAt) ?? 'not told'),
    owner: item.owner === undefined ? undefined : foreignText(item.owner),
    isCredentialOfTheConnection: item.isOwnCredential === true ? true : undefined,
    canBeRevoked: blockReason(node, wording.now()) === undefined,
  };
}

/** What it may do, as far as the row itself tells. */
export function mayDo({ item }: ItemNode) {
  const accesses = accessesOf(item);
  return {
    mayDo: foreignTexts(accesses.slice(0, mostAccesses)),
    ...(accesses.length > mostAccesses && { mayDoMore: accesses.length - mostAccesses }),
  };
}

export function connectionAnswer(root: ConnectionNode, ids: RowIds, wording: Wording) {
  const { connection, branch } = root;
  const rows = [...branch.descendants()].filter(({ item }) => isEntry(item)).length;
  const { expired, expiring } = branch.countStates(
    wording.now() + root.clockOffset,
    wording.expiringWithinMs(),
  );
  return {
    connection: ids.of(connection.id),
    name: foreignText(connection.label),
    service: foreignText(connection.serviceName),
    account: foreignText(connection.account.name),
    readAt: iso(branch.loadedAt) ?? 'not read yet',
    entriesReadSoFar: rows,
    expiredInFirstList: expired,
    expiringInFirstList: expiring,
    changesSinceLastLook: wording.marks?.count(root) ?? 0,
    ...(branch.error && { problem: problemAnswer(branch.error, wording) }),
  };
}

export function problemAnswer(error: TokenManagerError, wording: Wording) {
  const { title, sentence: words, remedy } = errorWords(error, wording);
  return { kind: error.kind, title, words: sentence(words), nextStep: remedy };
}

/** A page of the rows that an input asks for, and what is not known about the others. */
export function listAnswer(
  roots: readonly ConnectionNode[],
  input: ListInput,
  judged: Judged,
  ids: RowIds,
  wording: Wording,
) {
  const now = wording.now();
  const rulesOf = ({ node }: InventoryRow) => (judged.get(node.root)?.of(node) ?? []).map(({ rule }) => rule);
  const found: InventoryRow[] = [];
  const unread: UnreadPart[] = [];
  let notTold = 0;
  for (const part of inventoryRows(roots, now, wording.expiringWithinMs())) {
    if (!isRow(part)) {
      unread.push(part);
    } else if (isEntry(part.node.item)) {
      const fit = fits(part, input, now + part.node.root.clockOffset);
      notTold += Number(fit === 'notTold');
      if (fit === true && (input.finding === undefined || rulesOf(part).includes(input.finding))) {
        found.push(part);
      }
    }
  }
  const page = found.slice(input.from, input.from + rowsAPage);
  const next = input.from + page.length;
  return {
    asOf: iso(now),
    total: found.length,
    rows: page.map((row) => ({ ...rowAnswer(row, ids, wording), findings: rulesOf(row) })),
    ...(next < found.length && { next: { from: next } }),
    ...(input.finding !== undefined && {
      notJudgedBecauseTheServiceDoesNotTell: notJudged(judged, input.finding),
    }),
    ...(notTold > 0 && { leftOutBecauseTheServiceDoesNotTell: notTold }),
    ...(unread.length > 0 && {
      notFullyRead: unread.slice(0, mostUnreadNamed).map(({ connection, path, reason }) => ({
        connectionName: foreignText(connection),
        path: foreignTexts(path),
        reason,
      })),
      notFullyReadLists: unread.length,
    }),
    ...(roots.some(leavesOutExpired) && { expiredRows: 'not asked for; the user can show them' }),
  };
}

function notJudged(judged: Judged, rule: RuleId): number {
  return [...judged.values()].reduce((sum, { unjudged }) => sum + (unjudged.get(rule) ?? 0), 0);
}

/** A row whose service does not tell what is asked for neither fits nor does not. */
function fits({ node, state, above }: InventoryRow, input: ListInput, now: number): boolean | 'notTold' {
  const { item, connection } = node;
  const texts = [connection.label, connection.serviceName, item.name, item.owner ?? '', ...above];
  const wanted = input.text.toLowerCase();
  if (wanted !== '' && !texts.some((text) => isIn(text, wanted))) {
    return false;
  }
  if (input.states.length > 0 && !input.states.includes(state)) {
    return false;
  }
  const judged = [endsWithin(node, state, input, now), unusedFor(node, input, now)];
  return judged.includes(false) ? false : judged.includes('notTold') ? 'notTold' : true;
}

/** Only what a chat is shown counts: by asking for what is masked, letter by letter, it would find it out. */
function isIn(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted) && foreignText(text).toLowerCase().includes(wanted);
}

function endsWithin(
  { item: { lifetime } }: ItemNode,
  state: RowState,
  { expiresWithinDays }: ListInput,
  now: number,
): boolean | 'notTold' {
  if (expiresWithinDays === undefined) {
    return true;
  }
  if (lifetime.kind === 'unknown') {
    return 'notTold';
  }
  const isAlive = state === 'active' || state === 'expiring' || state === 'waiting';
  return isAlive && lifetime.kind === 'expires' && lifetime.at - now <= expiresWithinDays * day;
}

/** One that was never used counts by its age. */
function unusedFor(
  { item: { lastUsedAt, createdAt } }: ItemNode,
  { unusedForDays }: ListInput,
  now: number,
): boolean | 'notTold' {
  if (unusedForDays === undefined) {
    return true;
  }
  const since = lastUsedAt === null ? createdAt : lastUsedAt;
  return since === undefined ? 'notTold' : now - since >= unusedForDays * day;
}

function leavesOutExpired({ branch }: ConnectionNode): boolean {
  return [...branch.opened()].some((list) => list.leavesOutExpired);
}

function expiry({ item: { lifetime } }: ItemNode): string | undefined {
  switch (lifetime.kind) {
    case 'expires':
      return iso(lifetime.at);
    case 'never':
      return 'never';
    case 'unknown':
      return 'not told';
    case 'none':
      return undefined;
  }
}

/** Services send numbers that no date can hold. */
function iso(at: number | undefined): string | undefined {
  return at === undefined || Math.abs(at) > lastInstant ? undefined : new Date(at).toISOString();
}
