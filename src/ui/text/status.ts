import type { ItemNode, Node } from '../../core/inventory/tree.ts';
import { needsAttention, type TimedSummary } from '../../core/status/expiryIndex.ts';
import { atService, clockWords } from './clock.ts';
import type { Wording } from './context.ts';
import { errorWords } from './errors.ts';
import { markdownText } from './escape.ts';
import { lifetimeWords, shortTimeLeft, timeLeft } from './states.ts';

export function statusText(
  summaries: readonly TimedSummary[],
  wording: Wording,
): { readonly text: string; readonly spoken: string } {
  const { localize } = wording;
  if (summaries.length === 0) {
    return { text: '$(key)', spoken: localize('OAuth tokens: no connections') };
  }
  const next = nextEnd(summaries);
  const parts = [
    connectionCount(summaries.length, wording),
    ...attentionWords(summaries.filter(needsAttention).length, wording),
  ];
  const short = next === undefined ? [] : [localize('next expiry {0}', shortTimeLeft(next, wording))];
  const long = next === undefined ? [] : [localize('next token expires {0}', timeLeft(next, wording))];
  const partial = summaries.some(({ isPartial }) => isPartial) ? [localize('so far')] : [];
  return {
    text: ['$(key)', [...parts, ...short, ...(next === undefined ? [] : partial)].join(' · ')].join(' '),
    spoken: localize('OAuth tokens: {0}', [...parts, ...long, ...partial].join(', ')),
  };
}

function connectionCount(count: number, { localize }: Wording): string {
  return count === 1 ? localize('1 connection') : localize('{0} connections', count);
}

function attentionWords(count: number, { localize }: Wording): string[] {
  if (count === 0) {
    return [];
  }
  return [count === 1 ? localize('1 needs attention') : localize('{0} need attention', count)];
}

/** When the next of the tokens that expire soon does. */
function nextEnd(summaries: readonly TimedSummary[]): number | undefined {
  const ends = summaries.flatMap(({ expiring, nextEnd: end }) => (expiring > 0 ? (end ?? []) : []));
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** The number on the view's icon, which is that of the status bar, and what it stands for. */
export function badgeWords(
  summaries: readonly TimedSummary[],
  wording: Wording,
): { readonly value: number; readonly tooltip: string } | undefined {
  const value = summaries.filter(needsAttention).length;
  return value === 0 ? undefined : { value, tooltip: attentionSentence(summaries, value, wording) };
}

/** How many connections need attention, and why: in the tooltips of the badge and of the status bar alike. */
function attentionSentence(
  summaries: readonly TimedSummary[],
  connections: number,
  { localize, locale }: Wording,
): string {
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
  const why = new Intl.ListFormat(locale, { type: 'unit' }).format(words);
  const sentence =
    connections === 1
      ? localize('1 connection needs attention: {0}', why)
      : localize('{0} connections need attention: {1}', connections, why);
  return summaries.some(({ isPartial }) => isPartial) ? localize('{0} (so far)', sentence) : sentence;
}

/** So many connections are named in the tooltip. */
const mostNamed = 10;

/**
 * What needs attention first, each row by name, then the other connections; as Markdown, in which everything that
 * comes from elsewhere is escaped.
 * @param linkTo the address of a link that shows the row
 */
export function statusTooltip(
  summaries: readonly TimedSummary[],
  wording: Wording,
  linkTo: (row: Node) => string,
): string {
  const { localize } = wording;
  if (summaries.length === 0) {
    return markdownText(localize('No connection yet. Click to add one.'));
  }
  const clock = wording.sharedClock?.();
  const urgent = summaries.filter(needsAttention);
  const heading = urgent.length === 0 ? [] : [attentionSentence(summaries, urgent.length, wording)];
  const ordered = [...urgent, ...summaries.filter((summary) => !needsAttention(summary))];
  const more = ordered.length - mostNamed;
  const link = (row: Node, name: string) => `[${markdownText(name)}](${linkTo(row)})`;
  const lines = ordered.slice(0, mostNamed).flatMap((summary) => {
    const { root, connection, urgent } = summary;
    return [
      `**${link(root, connection.label)}** ${markdownText(standing(summary, wording).join(', '))}`,
      ...urgent.map((row) => `&emsp;${link(row, row.item.name)} ${markdownText(endOf(row, wording))}`),
    ];
  });
  const further = [
    ...(more > 0 ? [localize('{0} more connections', more)] : []),
    ...(clock === undefined ? [] : [localize('{0}: {1}', localize('Clock'), clock)]),
  ];
  return [...heading.map(markdownText), ...lines, ...further.map(markdownText)].join('  \n');
}

function endOf(row: ItemNode, wording: Wording): string {
  return lifetimeWords(row.item, atService(wording, row)) ?? '';
}

function standing(summary: TimedSummary, wording: Wording): string[] {
  const { error, expired, expiring, waiting, clockOffset, isPartial } = summary;
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
    words.push(localize('{0} expiring soon', expiring));
  }
  if (waiting > 0) {
    words.push(localize('{0} waiting for approval', waiting));
  }
  if (clock !== undefined && clock !== wording.sharedClock?.()) {
    words.push(clock);
  }
  const all = words.length > 0 ? words : [localize('no problems')];
  return isPartial ? [...all, localize('so far')] : all;
}
