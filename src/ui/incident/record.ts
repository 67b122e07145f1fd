import type { Act } from '../../core/activity/activity.ts';
import type { IncidentProgress, IncidentRow } from '../../core/incident/progress.ts';
import { tableHead, tableRow } from '../exports/markdownTable.ts';
import { resultWords } from '../text/activity.ts';
import type { Wording } from '../text/context.ts';

/** Of these nothing is left to do. */
const over: ReadonlySet<Act['result']['kind']> = new Set(['revoked', 'alreadyGone']);

/**
 * What was revoked, when, and what is left to do; no value is in it.
 * @param acts of the activity; those on the rows since the beginning count
 * @param isRehearsal nothing was sent
 */
export function incidentRecord(
  { startedAt, rows, remaining }: IncidentProgress,
  acts: readonly Act[],
  isRehearsal: boolean,
  wording: Wording,
): string {
  const { localize, absoluteTime, now } = wording;
  const lastActs = new Map<string, Act>();
  for (const act of acts.filter(({ kind, at }) => kind === 'revoke' && at >= startedAt)) {
    const before = act.row && lastActs.get(act.row.key);
    if (act.row && (!before || before.at <= act.at)) {
      lastActs.set(act.row.key, act);
    }
  }
  const isOver = ({ key }: IncidentRow) => over.has(lastActs.get(key)?.result.kind ?? 'begun');
  const open = isRehearsal ? 0 : rows.filter((row) => !isOver(row)).length;
  const lines = [
    `# ${isRehearsal ? localize('Rehearsal of an Emergency Revocation') : localize('Emergency Revocation')}\n`,
    `${localize('Begun {0}, written {1}.', absoluteTime(startedAt), absoluteTime(now()))}\n`,
    ...(isRehearsal ? [`${localize('This was a rehearsal: nothing was sent.')}\n`] : []),
    `## ${localize('What was to be revoked')}\n`,
    resultTable(rows, lastActs, isRehearsal, wording),
    `## ${localize('What is left to do elsewhere')}\n`,
    ...(open > 0 ? [`${localize('Not confirmed as revoked: {0} of these rows.', open)}\n`] : []),
    ...(remaining.length > 0
      ? [`${tableHead([localize('What')])}${remaining.map((words) => tableRow([words])).join('')}`]
      : []),
    ...(open + remaining.length === 0 ? [`${localize('Nothing, as far as the services tell.')}\n`] : []),
    `## ${localize('What may have to be created again')}\n`,
    recreationTable(rows, wording),
  ];
  return lines.join('\n');
}

function resultTable(
  rows: readonly IncidentRow[],
  lastActs: ReadonlyMap<string, Act>,
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
  const none = isRehearsal ? localize('would be revoked') : localize('no request recorded');
  return `${head}${rows
    .map((row) => {
      const act = lastActs.get(row.key);
      return tableRow([
        act ? absoluteTime(act.at) : '',
        row.name,
        row.identifier ?? '',
        row.connection,
        act ? resultWords(act.result, false, wording) : none,
        act?.requestId ?? '',
      ]);
    })
    .join('')}`;
}

function recreationTable(rows: readonly IncidentRow[], { localize }: Wording): string {
  const head = tableHead([
    localize('Row'),
    localize('Service'),
    localize('Connection'),
    localize('Owner'),
    localize('What it could do'),
  ]);
  return `${head}${rows
    .map(({ name, service, connection, owner, accesses }) =>
      tableRow([
        name,
        service,
        connection,
        owner ?? '',
        accesses === undefined ? localize('not told by the service') : accesses.join(', '),
      ]),
    )
    .join('')}`;
}
