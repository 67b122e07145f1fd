import { type CommandId, commandIds } from '../../../contributions.ts';
import type { Dismissal } from '../../../core/findings/dismissals.ts';
import { type Finding, isMendedByRevoking, type RuleId } from '../../../core/findings/rules.ts';
import type { FindingsSummary, RuleSummary } from '../../../core/findings/tracker.ts';
import type { ItemNode, Node } from '../../../core/inventory/tree.ts';
import {
  dismissalWords,
  findingWords,
  ruleBlindSpot,
  ruleReason,
  ruleSources,
  ruleTitle,
  unjudgedWords,
} from '../../text/findings.ts';
import { acts } from '../acts.ts';
import { moreWords } from '../details/detailsPage.ts';
import { nameOf } from '../details/rowTable.ts';
import type { PageWording } from '../formats.ts';
import { section } from '../parts.ts';
import { type ElementView, h } from '../view.ts';

/** How many rows of a rule the page names. */
export const namedPerRule = 5;
/** How many dismissals can be taken back here; the command lists all. */
const mostDismissed = 10;

export interface FindingsView {
  readonly summary: FindingsSummary;
  of(node: ItemNode): readonly Finding[];
}

/** What the rules find, what they cannot judge, and what was dismissed. */
export function findingsSection({ summary, of }: FindingsView, wording: PageWording): ElementView {
  const { localize } = wording;
  const found = summary.rules.filter(({ count }) => count > 0);
  const unjudged = summary.rules.filter(({ unjudged: rows }) => rows > 0);
  const quiet = summary.isJudging
    ? localize('Looking…')
    : localize('No rule finds anything in what is loaded.');
  return section(
    'findings',
    localize('Findings'),
    found.length === 0 ? h('p', { class: 'note', 'data-key': 'quiet' }, quiet) : undefined,
    found.map((rule) => ruleView(rule, of, wording)),
    unjudged.length > 0 ? unjudgedView(unjudged, wording) : undefined,
    summary.dismissed.length > 0 ? dismissedView(summary.dismissed, wording) : undefined,
  );
}

function ruleView(
  { rule, count, first }: RuleSummary,
  of: FindingsView['of'],
  wording: PageWording,
): ElementView {
  const { localize, number } = wording;
  const more = count - first.length;
  const blindSpot = ruleBlindSpot(rule, wording);
  return h(
    'div',
    { 'data-key': rule, class: 'finding' },
    h('h3', {}, localize('{0} ({1})', ruleTitle(rule, wording), number(count))),
    h('p', { class: 'note' }, localize('{0} Source: {1}', ruleReason(rule, wording), ruleSources[rule])),
    blindSpot === undefined ? undefined : h('p', { class: 'note' }, blindSpot),
    h(
      'ul',
      { class: 'problems' },
      first.map((node) => rowView(rule, node, of(node), wording)),
    ),
    more > 0 ? h('p', { class: 'note' }, moreWords(more, wording)) : undefined,
    button(`${acts.dismissFinding} ${rule}`, '', localize('Dismiss for All Rows…')),
  );
}

function rowView(
  rule: RuleId,
  node: ItemNode,
  findings: readonly Finding[],
  wording: PageWording,
): ElementView {
  const { localize } = wording;
  const { key, connection } = node;
  const finding = findings.find((one) => one.rule === rule);
  const words = [connection.label, ...(finding ? [findingWords(finding, node, wording)] : [])];
  const mend = mendOf(rule, node);
  const title = mend && mendTitle(mend, wording);
  const name = nameOf(node);
  return h(
    'li',
    { 'data-key': key },
    button(acts.showDetails, key, name, { class: 'link' }),
    ` ${words.join(' · ')} `,
    h(
      'span',
      { class: 'choices' },
      title === undefined
        ? undefined
        : button(`${acts.mendFinding} ${rule}`, key, title, { spoken: localize('{0}: {1}', title, name) }),
      button(`${acts.dismissFinding} ${rule}`, key, localize('Dismiss…'), {
        spoken: localize('{0}: {1}', localize('Dismiss…'), name),
      }),
    ),
  );
}

function button(
  act: string,
  row: string,
  title: string,
  { spoken, ...attributes }: { readonly class?: string; readonly spoken?: string } = {},
): ElementView {
  return h(
    'button',
    {
      type: 'button',
      ...attributes,
      'data-act': act,
      'data-row': row,
      'data-key': act,
      'aria-label': spoken,
    },
    title,
  );
}

/** The one command that mends it, with what it is run on; nothing where the service is the place to go and has no page. */
export function mendOf(rule: RuleId, node: ItemNode): { command: CommandId; node: Node } | undefined {
  const { actions } = node.item;
  if (rule === 'endsInUse' && actions.includes('renew')) {
    return { command: commandIds.renew, node };
  }
  if (rule === 'ownTooBroad') {
    return { command: commandIds.updateCredentials, node: node.root };
  }
  if (isMendedByRevoking(rule) && actions.includes('revoke')) {
    return { command: commandIds.revoke, node };
  }
  return node.root.webPage === undefined ? undefined : { command: commandIds.openInBrowser, node: node.root };
}

function mendTitle({ command }: { command: CommandId }, { localize }: PageWording): string {
  switch (command) {
    case commandIds.renew:
      return localize('Renew Token');
    case commandIds.updateCredentials:
      return localize('Update Credentials…');
    case commandIds.revoke:
      return localize('Revoke…');
    default:
      return localize('Open in Browser');
  }
}

/** Folded: what cannot be known is no warning, but not to be mistaken for “fine” either. */
function unjudgedView(rules: readonly RuleSummary[], wording: PageWording): ElementView {
  return h(
    'details',
    { 'data-key': 'unjudged' },
    h('summary', {}, wording.localize('Could not be judged: the service does not provide the data')),
    h(
      'ul',
      { class: 'note' },
      rules.map(({ rule, unjudged, unjudgedIn }) => {
        const labels = unjudgedIn.map(({ connection }) => connection.label);
        return h('li', { 'data-key': rule }, unjudgedWords({ rule, rows: unjudged }, wording, labels));
      }),
    ),
  );
}

function dismissedView(dismissed: readonly Dismissal[], wording: PageWording): ElementView {
  const { localize } = wording;
  const more = dismissed.length - mostDismissed;
  return h(
    'div',
    { 'data-key': 'dismissed' },
    h('h3', {}, localize('Dismissed')),
    h(
      'ul',
      { class: 'problems' },
      dismissed.slice(0, mostDismissed).map((one) => {
        const words = dismissalWords(one, wording);
        return h(
          'li',
          { 'data-key': `${one.rule} ${one.row ?? ''}` },
          `${words} `,
          button(`${acts.undoDismissal} ${one.rule}`, one.row ?? '', localize('Undo'), {
            spoken: localize('{0}: {1}', localize('Undo'), words),
          }),
        );
      }),
      more > 0 ? h('li', {}, localize('{0} more', wording.number(more))) : undefined,
    ),
  );
}
