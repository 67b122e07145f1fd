import type { Dismissal } from '../../core/findings/dismissals.ts';
import type { Finding, IssuerFlaw, RuleId } from '../../core/findings/rules.ts';
import type { Node } from '../../core/inventory/tree.ts';
import { atService } from './clock.ts';
import type { Wording } from './context.ts';
import { expiryWords } from './states.ts';

/** More accesses than these are counted, not named. */
const namedAccesses = 5;
/** The same of connections. */
const namedConnections = 5;

/** What a rule is called as a heading, a group or a choice. */
export function ruleTitle(rule: RuleId, { localize }: Wording): string {
  switch (rule) {
    case 'issuer':
      return localize('Issuer not to be trusted');
    case 'tooBroad':
      return localize('Broad access');
    case 'ownTooBroad':
      return localize('Credential of a connection with broad access');
    case 'owner':
      return localize('No owner, or another person’s');
    case 'neverExpires':
      return localize('Never expires');
    case 'longLived':
      return localize('Valid for long');
    case 'unused':
      return localize('Unused for long');
    case 'neverUsed':
      return localize('Never used');
    case 'notRotated':
      return localize('Old, not replaced since');
    case 'duplicate':
      return localize('Several for one purpose');
    case 'endsInUse':
      return localize('Ends soon, in daily use');
    case 'expired':
      return localize('Expired, but still listed');
  }
}

/** What was seen, as a part of a sentence about the row. */
export function findingWords(finding: Finding, node: Node, wording: Wording): string {
  const { localize } = wording;
  switch (finding.rule) {
    case 'issuer':
      return issuerWords(finding.why, finding.issuer ?? '', wording);
    case 'tooBroad':
    case 'ownTooBroad': {
      const { accesses } = finding;
      if (accesses.length === 0) {
        return localize('may do all that its owner may');
      }
      return localize('may {0}', listWords(accesses, namedAccesses, wording));
    }
    case 'owner':
      return finding.owner === undefined
        ? localize('has no owner')
        : localize('belongs to {0}', finding.owner);
    case 'neverExpires':
      return localize('never expires');
    case 'longLived':
      return localize('valid for {0} days in all', finding.days);
    case 'unused':
      return finding.days === 1
        ? localize('unused for 1 day')
        : localize('unused for {0} days', finding.days);
    case 'neverUsed':
      return finding.days === 1
        ? localize('never used since it was created a day ago')
        : localize('never used since it was created {0} days ago', finding.days);
    case 'notRotated':
      return finding.days === 1
        ? localize('created 1 day ago')
        : localize('created {0} days ago', finding.days);
    case 'duplicate':
      return localize('{0} of this name, owner and access', finding.count);
    case 'endsInUse':
      return localize('used every day, {0}', expiryWords(finding.at, atService(wording, node)));
    case 'expired':
      return expiryWords(finding.at, atService(wording, node));
  }
}

function issuerWords(why: IssuerFlaw, issuer: string, { localize }: Wording): string {
  switch (why) {
    case 'missing':
      return localize('has no issuer');
    case 'unencrypted':
      return localize('issuer without encryption: {0}', issuer);
    case 'unknown':
      return localize('issuer that no connection knows: {0}', issuer);
  }
}

/** Why it matters, and what mends it. */
export function ruleReason(rule: RuleId, { localize }: Wording): string {
  switch (rule) {
    case 'issuer':
      return localize('Its issuer cannot be verified. Revoke it unless you know the issuer.');
    case 'tooBroad':
      return localize('If it leaks, everything it may do is lost. Replace it with one for the task.');
    case 'ownTooBroad':
      return localize(
        'It may do more than list and revoke tokens. Update the credentials with a narrower one, if there is one.',
      );
    case 'owner':
      return localize('Without a known owner no one looks after it. Ask, then revoke it.');
    case 'neverExpires':
      return localize('A copy stays usable forever. Replace it with one that expires.');
    case 'longLived':
      return localize('A copy stays usable for long. Replace it with one that expires sooner.');
    case 'unused':
      return localize('It no longer seems to be needed. Revoke it.');
    case 'neverUsed':
      return localize('It was never used. Revoke it.');
    case 'notRotated':
      return localize('The longer it is in use, the more copies there may be. Replace it with a new one.');
    case 'duplicate':
      return localize('One is enough; the last used one is not counted. Revoke the others.');
    case 'endsInUse':
      return localize('Something will stop working. Renew or replace it in time.');
    case 'expired':
      return localize('It is of no use, and makes the list longer. Revoke it.');
  }
}

/** What a rule cannot see; nothing for those that go by a fact of the service. */
export function ruleBlindSpot(rule: RuleId, { localize }: Wording): string | undefined {
  switch (rule) {
    case 'tooBroad':
    case 'ownTooBroad':
      return localize(
        'Judged by the service’s documents where we know them, and else by names, which may say too little.',
      );
    case 'duplicate':
      return localize('Judged by names: tokens for one purpose may be called differently.');
    case 'owner':
      return localize('Judged by names of owners: one that left may still be named.');
    default:
      return undefined;
  }
}

/** Where the rule and its usual limit come from: names of documents, the same in every language. */
export const ruleSources: Readonly<Record<RuleId, string>> = {
  issuer: 'OWASP NHI3:2025',
  tooBroad: 'OWASP NHI5:2025',
  ownTooBroad: 'OWASP NHI5:2025',
  owner: 'OWASP NHI1:2025',
  neverExpires: 'OWASP NHI7:2025',
  longLived: 'OWASP NHI7:2025',
  unused: 'CIS AWS Foundations 7.0 2.11; Microsoft Entra staleApps',
  neverUsed: 'Microsoft Entra staleApps',
  notRotated: 'CIS AWS Foundations 7.0 2.12',
  duplicate: 'OWASP NHI9:2025',
  endsInUse: 'Microsoft Entra applicationCredentialExpiry',
  expired: 'OWASP NHI1:2025',
};

/** What the number of a rule means; nothing for rules without one. */
export function limitWords(rule: RuleId, limit: number, { localize }: Wording): string | undefined {
  switch (rule) {
    case 'longLived':
      return localize('longer than {0} days', limit);
    case 'unused':
      return localize('for {0} days', limit);
    case 'neverUsed':
      return localize('within {0} days of its creation', limit);
    case 'notRotated':
      return localize('after {0} days', limit);
    case 'duplicate':
      return localize('{0} or more', limit);
    case 'endsInUse':
      return localize('within {0} days', limit);
    default:
      return undefined;
  }
}

/** Days after which others call something unused, with who does. */
export const unusedChoices: readonly { readonly days: number; readonly source: string }[] = [
  { days: 45, source: 'CIS AWS Foundations' },
  { days: 90, source: 'Microsoft Entra' },
  { days: 180, source: 'Google' },
  { days: 365, source: 'GitHub' },
];

/**
 * That a rule is silent about rows only because their service is.
 * @param connections whose rows they are, where that does not show anyway
 */
export function unjudgedWords(
  { rule, rows }: { readonly rule: RuleId; readonly rows: number },
  wording: Wording,
  connections: readonly string[] = [],
): string {
  const { localize, locale } = wording;
  const title = ruleTitle(rule, wording);
  const words =
    rows === 1
      ? localize('{0}: could not judge 1 row', title)
      : localize('{0}: could not judge {1} rows', title, new Intl.NumberFormat(locale).format(rows));
  return connections.length === 0 ? words : `${words} (${listWords(connections, namedConnections, wording)})`;
}

/** The first ones, and how many more there are. */
function listWords(names: readonly string[], most: number, { localize, locale }: Wording): string {
  const more = names.length - most;
  const named = names.slice(0, most);
  const list = more > 0 ? [...named, localize('{0} more', more)] : named;
  return new Intl.ListFormat(locale, { type: 'unit' }).format(list);
}

/** What was dismissed, why and until when. */
export function dismissalWords({ rule, row, name, reason, until }: Dismissal, wording: Wording): string {
  const { localize, absoluteTime } = wording;
  const subject = row === undefined ? localize('all rows') : (name ?? localize('a row without a name'));
  const end = until === undefined ? localize('for good') : localize('until {0}', absoluteTime(until));
  return [ruleTitle(rule, wording), subject, reason, end].filter((part) => part !== '').join(' · ');
}
