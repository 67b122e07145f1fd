import type { TimedSummary } from '../../core/status/expiryIndex.ts';
import { needsAttention } from '../../core/status/summary.ts';
import { clockWords } from './clock.ts';
import type { Wording } from './context.ts';
import { errorWords } from './errors.ts';
import { markdownText } from './escape.ts';
import { timeLeft } from './states.ts';

export function statusText(
  summaries: readonly TimedSummary[],
  wording: Wording,
): { readonly text: string; readonly spoken: string } {
  const { localize } = wording;
  const count = summaries.length;
  const attention = summaries.filter(needsAttention).length;
  if (count === 0) {
    return { text: '$(key)', spoken: localize('OAuth tokens: no connection') };
  }
  const next = nextEndWords(summaries, wording);
  const connections = count === 1 ? localize('1 connection') : localize('{0} connections', count);
  if (attention === 0) {
    return { text: `$(key) ${count}`, spoken: localize('OAuth tokens: {0}', connections) };
  }
  const text = localize('{0} {1} ({2} to check)', '$(key)', count, attention);
  const spoken = localize('OAuth tokens: {0}, {1} need attention', connections, attention);
  return next === undefined
    ? { text, spoken }
    : {
        text: localize('{0} · {1}', text, next),
        spoken: localize('{0}, the next token expires {1}', spoken, next),
      };
}

/** When the next of the tokens that expire soon does. */
function nextEndWords(summaries: readonly TimedSummary[], wording: Wording): string | undefined {
  const ends = summaries.flatMap(({ expiring, nextEnd }) => (expiring > 0 ? (nextEnd ?? []) : []));
  return ends.length === 0 ? undefined : timeLeft(Math.min(...ends), wording);
}

/** The number on the view's icon and what it stands for; nothing where nothing needs attention. */
export function badgeWords(
  summaries: readonly TimedSummary[],
  { localize }: Wording,
): { readonly value: number; readonly tooltip: string } | undefined {
  const expiring = summaries.reduce((sum, summary) => sum + summary.expiring, 0);
  const expired = summaries.reduce((sum, summary) => sum + summary.expiredSince, 0);
  const failed = summaries.filter(({ error }) => error !== undefined).length;
  const words: string[] = [];
  if (expiring > 0) {
    words.push(
      expiring === 1 ? localize('1 token expires soon') : localize('{0} tokens expire soon', expiring),
    );
  }
  if (expired > 0) {
    words.push(
      expired === 1
        ? localize('1 token has just expired')
        : localize('{0} tokens have just expired', expired),
    );
  }
  if (failed > 0) {
    words.push(
      failed === 1
        ? localize('1 connection has a problem')
        : localize('{0} connections have a problem', failed),
    );
  }
  const value = expiring + expired + failed;
  return value === 0 ? undefined : { value, tooltip: words.join(', ') };
}

/** One line a connection, as Markdown; names are escaped. */
export function statusTooltip(summaries: readonly TimedSummary[], wording: Wording): string {
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

function standing(summary: TimedSummary, wording: Wording): string[] {
  const { error, expired, expiring, waiting, clockOffset, nextEnd } = summary;
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
    words.push(
      nextEnd === undefined
        ? localize('{0} expiring', expiring)
        : localize('{0} expiring, the next {1}', expiring, timeLeft(nextEnd, wording)),
    );
  }
  if (waiting > 0) {
    words.push(localize('{0} waiting for approval', waiting));
  }
  if (clock !== undefined) {
    words.push(clock);
  }
  return words.length > 0 ? words : [localize('nothing to do')];
}
