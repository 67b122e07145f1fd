import { type ConnectionSummary, needsAttention } from '../core/summary.ts';
import { clockWords } from './clockWords.ts';
import { errorWords } from './errorWords.ts';
import { markdownText } from './markdownText.ts';
import type { Wording } from './wording.ts';

export function statusText(
  summaries: readonly ConnectionSummary[],
  { localize }: Wording,
): { readonly text: string; readonly spoken: string } {
  const count = summaries.length;
  const attention = summaries.filter(needsAttention).length;
  if (count === 0) {
    return { text: '$(key)', spoken: localize('OAuth tokens: no connection') };
  }
  const connections = count === 1 ? localize('1 connection') : localize('{0} connections', count);
  if (attention === 0) {
    return { text: `$(key) ${count}`, spoken: localize('OAuth tokens: {0}', connections) };
  }
  return {
    text: localize('{0} {1} ({2} to check)', '$(key)', count, attention),
    spoken: localize('OAuth tokens: {0}, {1} need attention', connections, attention),
  };
}

/** One line a connection, as Markdown; names are escaped. */
export function statusTooltip(summaries: readonly ConnectionSummary[], wording: Wording): string {
  const { localize } = wording;
  if (summaries.length === 0) {
    return markdownText(localize('No connection yet. Click to add one.'));
  }
  const lines = summaries.map(
    (summary) =>
      `**${markdownText(summary.connection.label)}** ${markdownText(standing(summary, wording).join(', '))}`,
  );
  return lines.join('  \n');
}

function standing(summary: ConnectionSummary, wording: Wording): string[] {
  const { error, expired, expiring, waiting, clockOffset } = summary;
  const clock = clockWords(clockOffset, wording);
  const { localize } = wording;
  const words: string[] = [];
  if (error) {
    words.push(errorWords(error, wording).title);
  }
  if (expired > 0) {
    words.push(localize('{0} expired', expired));
  }
  if (expiring > 0) {
    words.push(localize('{0} expiring', expiring));
  }
  if (waiting > 0) {
    words.push(localize('{0} waiting for approval', waiting));
  }
  if (clock !== undefined) {
    words.push(clock);
  }
  return words.length > 0 ? words : [localize('nothing to do')];
}
