import type { Dismissal } from '../../core/findings/dismissals.ts';
import { judge } from '../../core/findings/judge.ts';
import type { Finding, Limits } from '../../core/findings/rules.ts';
import type { ItemNode } from '../../core/inventory/tree.ts';
import type { CommandDeps, RecordSources } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { Wording } from '../text/context.ts';
import { findingWords, ruleSources, ruleTitle, unjudgedWords } from '../text/findings.ts';
import { byteOrderMark, csvRecord } from './csv.ts';
import { joined, pickFormat, pickTarget } from './exporting.ts';
import { tableHead, tableRow } from './markdownTable.ts';

const formats = ['csv', 'md'] as const;

/** A finding of a row, and the dismissal that hides it elsewhere. */
export interface FoundRow {
  readonly node: ItemNode;
  readonly finding: Finding;
  readonly dismissal: Dismissal | undefined;
}

export interface FindingsExport {
  readonly rows: readonly FoundRow[];
  /** Sentences on what could not be judged. */
  readonly unjudged: readonly string[];
}

/** What is found in what has been loaded, dismissed findings with their reasons included. */
export async function exportFindings(deps: CommandDeps, { activity }: RecordSources): Promise<void> {
  const title = l10n.t('Export Findings');
  const format = await pickFormat(title, formats);
  const target = format && (await pickTarget(title, 'oauth-tokens-findings', format));
  if (!format || !target) {
    return;
  }
  const made = await activity.record({ kind: 'exportFindings', detail: format }, async () => {
    const found = await gather(deps, deps.settings.findingLimits());
    await target.write(await joined((format === 'csv' ? csv : md)(found, deps.wording)));
    return found;
  });
  const count = made.rows.length;
  deps.report.info(
    count === 1
      ? l10n.t('1 finding was exported to {0}.', target.name)
      : l10n.t('{0} findings were exported to {1}.', count, target.name),
  );
}

async function gather(
  { inventory: { roots }, findings: { dismissals }, wording }: CommandDeps,
  limits: Limits,
): Promise<FindingsExport> {
  await dismissals.load();
  const { all } = dismissals;
  const rows: FoundRow[] = [];
  const unjudged: string[] = [];
  for (const root of roots) {
    const judged = await judge(root, { now: wording.now(), limits, roots });
    for (const node of judged.found) {
      for (const finding of judged.of(node)) {
        rows.push({ node, finding, dismissal: all.find((one) => hides(one, node, finding)) });
      }
    }
    for (const [rule, count] of judged.unjudged) {
      unjudged.push(`${root.connection.label}: ${unjudgedWords({ rule, rows: count }, wording)}`);
    }
  }
  return { rows, unjudged };
}

function hides({ rule, row }: Dismissal, node: ItemNode, finding: Finding): boolean {
  return rule === finding.rule && (row === undefined || row === node.key);
}

/** Column names are part of the format and in no language. */
const columns = ['rule', 'connection', 'service', 'row', 'finding', 'source', 'dismissed', 'until', 'rowKey'];

export function* csv({ rows }: FindingsExport, wording: Wording): Generator<string> {
  yield byteOrderMark + csvRecord(columns);
  for (const { node, finding, dismissal } of rows) {
    const { label, serviceName } = node.connection;
    const until = dismissal?.until === undefined ? '' : new Date(dismissal.until).toISOString();
    const words = findingWords(finding, node, wording);
    const source = ruleSources[finding.rule];
    const reason = dismissal?.reason ?? '';
    yield csvRecord([
      finding.rule,
      label,
      serviceName,
      node.item.name,
      words,
      source,
      reason,
      until,
      node.key,
    ]);
  }
}

export function* md({ rows, unjudged }: FindingsExport, wording: Wording): Generator<string> {
  const { localize, absoluteTime, now } = wording;
  yield `# ${localize('Findings')}\n\n${localize('As of {0}.', absoluteTime(now()))}\n\n`;
  yield tableHead([
    localize('Finding'),
    localize('Row'),
    localize('Connection'),
    localize('What'),
    localize('Source'),
    localize('Dismissed'),
  ]);
  for (const { node, finding, dismissal } of rows) {
    yield tableRow([
      ruleTitle(finding.rule, wording),
      node.item.name,
      node.connection.label,
      findingWords(finding, node, wording),
      ruleSources[finding.rule],
      dismissal?.reason ?? '',
    ]);
  }
  yield `\n${tableHead([localize('Could not be judged: the service does not provide the data')])}`;
  for (const sentence of unjudged) {
    yield tableRow([sentence]);
  }
}
