import { readableSettings } from '../../core/adapter/reservedSettings.ts';
import type { ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import type { Field } from '../../core/model/item.ts';
import { changeWords } from '../text/changes.ts';
import { atService, clockWords } from '../text/clock.ts';
import type { Wording } from '../text/context.ts';
import { errorWords } from '../text/errors.ts';
import { markdownText } from '../text/escape.ts';
import type { Line } from '../text/line.ts';
import { kindWord, standingWords, timeLeft } from '../text/states.ts';
import type { Row } from './row.ts';
import { stateOf } from './rows.ts';

/** Markdown in which everything that came from a service is escaped; no links, no commands. */
export function tooltip(row: Row, wording: Wording): string | undefined {
  switch (row.kind) {
    case 'connection':
      return linesMarkdown(row.connection.label, connectionLines(row, wording));
    case 'item':
      return linesMarkdown(row.item.name, itemLines(row, wording));
    case 'error':
      return markdownText(errorWords(row.error, wording).sentence);
    case 'onRequest': {
      const { owner } = row.branch;
      const caution =
        owner.kind === 'item' && owner.item.children.kind === 'onRequest' && owner.item.children.caution;
      return caution ? markdownText(caution) : undefined;
    }
    case 'more':
    case 'empty':
    case 'loading':
    case 'hidden':
    case 'group':
    case 'range':
    case 'unread':
    case 'nothing':
      return undefined;
  }
}

export function connectionLines(node: ConnectionNode, wording: Wording): Line[] {
  const { localize } = wording;
  const { connection, branch } = node;
  const clock = clockWords(node.clockOffset, wording);
  const settings = Object.values(readableSettings(connection.settings))
    .flat()
    .filter((value) => value !== '');
  return [
    { label: localize('Service'), text: connection.serviceName },
    { label: localize('Account'), text: connection.account.name },
    { label: localize('Set up with'), text: settings.join(', ') },
    ...(node.isForSessionOnly
      ? [{ label: localize('Credentials'), text: localize('In memory only, until this window closes') }]
      : []),
    ...(branch.loadedAt === undefined
      ? []
      : [{ label: localize('Last read'), text: wording.absoluteTime(branch.loadedAt) }]),
    ...(clock === undefined ? [] : [{ label: localize('Clock'), text: clock }]),
    ...(branch.error
      ? [{ label: localize('Problem'), text: errorWords(branch.error, wording).sentence }]
      : []),
  ];
}

export function itemLines(node: ItemNode, wording: Wording): Line[] {
  const { localize } = wording;
  const { item } = node;
  const standing = standingWords(stateOf(node, wording), item, atService(wording, node));
  // That a heading of the tree is a group is seen.
  const isHeading = item.kind === 'section';
  const lines: Line[] = isHeading ? [] : [{ label: localize('Kind'), text: kindWord(item.kind, wording) }];
  if (standing.length > 0) {
    lines.push({ label: localize('State'), text: standing.join(' · ') });
  }
  return [...lines, ...furtherLines(node, wording)];
}

/** What is known of a row besides its kind and state. */
export function furtherLines(node: ItemNode, wording: Wording): Line[] {
  const { localize } = wording;
  const { item } = node;
  const lines: Line[] = [];
  if (node.pendingReference !== undefined) {
    lines.push({ label: localize('Waiting operation'), text: node.pendingReference });
  }
  const changes = changeWords(node, wording);
  if (changes !== undefined) {
    lines.push({ label: localize('Since you last looked'), text: changes });
  }
  if (item.remark !== undefined) {
    lines.push({ label: localize('Remark'), text: item.remark });
  }
  const atItsService = atService(wording, node);
  return [...lines, ...item.fields.map((field) => fieldLine(field, atItsService))];
}

function fieldLine(field: Field, wording: Wording): Line {
  if ('text' in field) {
    return field;
  }
  const { label, at } = field;
  return { label, text: wording.localize('{0} ({1})', wording.absoluteTime(at), timeLeft(at, wording)) };
}

/** Lines under a heading as Markdown, everything in them escaped. */
export function linesMarkdown(heading: string, lines: readonly Line[]): string {
  const body = lines.map(({ label, text }) => `**${markdownText(label)}** ${markdownText(text)}`);
  return [`**${markdownText(heading)}**`, ...body].join('  \n');
}
