import type { Act } from '../../core/activity/activity.ts';
import type { IncidentProgress, IncidentRow } from '../../core/incident/progress.ts';
import { lastActs } from '../../core/incident/results.ts';
import { tableHead, tableRow } from '../exports/markdownTable.ts';
import { resultWords } from '../text/activity.ts';
import type { Wording } from '../text/context.ts';
import { kindWord } from '../text/states.ts';

/** Of these nothing is left to do. */
const over: ReadonlySet<Act['result']['kind']> = new Set(['revoked', 'alreadyGone']);

/**
 * What was revoked, when, and what is left to do; no value is in it.
 * @param acts of the activity; those on the rows since the beginning count
 * @param isRehearsal nothing was sent
 */
export function incidentRecord(
  progress: IncidentProgress,
  acts: readonly Act[],
  isRehearsal: boolean,
  wording: Wording,
): string {
  const { localize, absoluteTime, now } = wording;
  const { startedAt, rows, remaining } = progress;
  const last = lastActs(progress, acts);
  const isOver = ({ key }: IncidentRow) => over.has(last.get(key)?.result.kind ?? 'begun');
  const open = isRehearsal ? 0 : rows.filter((row) => !isOver(row)).length;
  const lines = [
    `# ${isRehearsal ? localize('Rehearsal of an Emergency Revocation') : localize('Emergency Revocation')}\n`,
    `${localize('Begun {0}, written {1}.', absoluteTime(startedAt), absoluteTime(now()))}\n`,
    ...(isRehearsal ? [`${localize('This was a rehearsal: nothing was sent.')}\n`] : []),
    `## ${localize('What was to be revoked')}\n`,
    resultTable(progress, last, isRehearsal, wording),
    `## ${localize('What is left to do elsewhere')}\n`,
    ...(open > 0 ? [`${localize('Not confirmed as revoked: {0} of these rows.', open)}\n`] : []),
    ...(remaining.length > 0
      ? [`${tableHead([localize('What')])}${remaining.map((words) => tableRow([words])).join('')}`]
      : []),
    ...(open + remaining.length === 0 ? [`${localize('Nothing is known to be left.')}\n`] : []),
    `## ${localize('What may have to be created again')}\n`,
    recreationTable(rows, wording),
  ];
  return lines.join('\n');
}

function resultTable(
  { rows, acts = [] }: IncidentProgress,
  last: ReadonlyMap<string, Act>,
  isRehearsal: boolean,
  wording: Wording,
): string {
  const { localize, absoluteTime } = wording;
  const head = tableHead([
    localize('When'),
    localize('Row'),
    localize('Identifier'),
    localize('Connection'),
    localize('Result'),
    localize('Request ID'),
  ]);
  // What was said of an earlier try is not said of a later one.
  const kept = new Map(acts.map((act) => [act.row?.key, act.id]));
  const none = isRehearsal ? localize('would be revoked') : localize('no request recorded');
  return `${head}${rows
    .map((row) => {
      const act = last.get(row.key);
      const result = act ? resultWords(act.result, false, wording) : none;
      const isSaid = row.said !== undefined && act?.id === kept.get(row.key);
      return tableRow([
        act ? absoluteTime(act.at) : '',
        rowWords(row, wording),
        row.identifier ?? '',
        row.connection,
        isSaid ? localize('{0} ({1})', result, row.said ?? '') : result,
        act?.requestId ?? '',
      ]);
    })
    .join('')}`;
}

/** A row whose name would show a part of its value goes by what else is known of it. */
function rowWords({ name, unnamed }: IncidentRow, wording: Wording): string {
  const { localize, absoluteTime } = wording;
  if (!unnamed) {
    return name;
  }
  const { kind, position, list, createdAt, expiresAt } = unnamed;
  return [
    localize('{0} {1} of “{2}”', kindWord(kind, wording), position, list),
    ...(createdAt === undefined ? [] : [localize('created {0}', absoluteTime(createdAt))]),
    ...(expiresAt === undefined ? [] : [localize('expires {0}', absoluteTime(expiresAt))]),
  ].join(' · ');
}

function recreationTable(rows: readonly IncidentRow[], wording: Wording): string {
  const { localize } = wording;
  const head = tableHead([
    localize('Row'),
    localize('Service'),
    localize('Connection'),
    localize('Owner'),
    localize('What it could do'),
  ]);
  return `${head}${rows
    .map((row) => {
      const { service, connection, owner, accesses } = row;
      const couldDo = accesses === undefined ? localize('not provided by the service') : accesses.join(', ');
      return tableRow([rowWords(row, wording), service, connection, owner ?? '', couldDo]);
    })
    .join('')}`;
}
