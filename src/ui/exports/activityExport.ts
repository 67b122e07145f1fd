import type { Act } from '../../core/activity/activity.ts';
import { actWord, resultWords } from '../text/activity.ts';
import type { Wording } from '../text/context.ts';
import { byteOrderMark, csvRecord } from './csv.ts';
import { tableHead, tableRow } from './markdownTable.ts';

export const activityFormats = ['csv', 'json', 'md'] as const;
export type ActivityFormat = (typeof activityFormats)[number];

/** @param acts the newest first, and in this order */
export function activityExport(
  acts: readonly Act[],
  format: ActivityFormat,
  wording: Wording,
): Iterable<string> {
  return pieces[format](acts, wording);
}

const pieces: Readonly<Record<ActivityFormat, (acts: readonly Act[], wording: Wording) => Iterable<string>>> =
  { csv, json, md };

/** Column names are part of the format and in no language. */
const columns = [
  'at',
  'act',
  'connection',
  'service',
  'row',
  'detail',
  'result',
  'error',
  'status',
  'code',
  'reference',
  'requestId',
  'rowKey',
] as const;

function* csv(acts: readonly Act[]): Generator<string> {
  yield byteOrderMark + csvRecord(columns);
  for (const act of acts) {
    yield csvRecord(columns.map((column) => cells[column](act)));
  }
}

const cells: Readonly<Record<(typeof columns)[number], (act: Act) => string>> = {
  at: ({ at }) => new Date(at).toISOString(),
  act: ({ kind }) => kind,
  connection: ({ connection }) => connection?.label ?? '',
  service: ({ connection }) => connection?.serviceName ?? '',
  row: ({ row }) => row?.name ?? '',
  detail: ({ detail }) => detail ?? '',
  result: ({ result }) => result.kind,
  error: ({ result }) => ('error' in result ? result.error : ''),
  status: ({ result }) => ('status' in result ? String(result.status) : ''),
  code: ({ result }) => ('code' in result ? (result.code ?? '') : ''),
  reference: ({ result }) => ('reference' in result ? result.reference : ''),
  requestId: ({ requestId }) => requestId ?? '',
  rowKey: ({ row }) => row?.key ?? '',
};

/** `schemas/activity.v1.schema.json` describes it. */
function* json(acts: readonly Act[], { now }: Wording): Generator<string> {
  const head = {
    format: 'oauth-token-manager/activity',
    version: 1,
    exportedAt: new Date(now()).toISOString(),
  };
  yield `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "acts": [`;
  for (const [index, act] of acts.entries()) {
    const row = { ...act, at: new Date(act.at).toISOString() };
    yield `${index === 0 ? '' : ','}\n    ${JSON.stringify(row)}`;
  }
  yield '\n  ]\n}\n';
}

function* md(acts: readonly Act[], wording: Wording): Generator<string> {
  const { localize, absoluteTime, now } = wording;
  yield `# ${localize('Activity')}\n\n`;
  yield `${localize('As of {0}.', absoluteTime(now()))}\n\n`;
  yield tableHead([
    localize('When'),
    localize('What'),
    localize('Row'),
    localize('Connection'),
    localize('Result'),
    localize('Request ID'),
  ]);
  for (const act of acts) {
    yield tableRow([
      absoluteTime(act.at),
      actWord(act.kind, wording),
      act.row?.name ?? '',
      act.connection?.label ?? '',
      resultWords(act.result, false, wording),
      act.requestId ?? '',
    ]);
  }
}
