import type { Breadth } from '../model/item.ts';
import { shortLifeMs } from '../model/state.ts';
import { day } from '../model/time.ts';
import type { Subject } from './subject.ts';

/** The most serious comes first: of several, it is what a row is filed under. Their names are kept on disk. */
export const ruleIds = [
  'issuer',
  'tooBroad',
  'ownTooBroad',
  'owner',
  'neverExpires',
  'longLived',
  'unused',
  'neverUsed',
  'notRotated',
  'duplicate',
  'endsInUse',
  'expired',
] as const;

export type RuleId = (typeof ruleIds)[number];

/** For each rule the number it goes by: days, or how many; 0 switches it off, and 1 on where there is no number. */
export type Limits = Readonly<Record<RuleId, number>>;

/** What was seen about a row, and nothing that was concluded from it. */
export type Finding =
  | { readonly rule: 'neverExpires' }
  /** It lives, or has not been used, or was made, so many days. */
  | { readonly rule: 'longLived' | 'unused' | 'neverUsed' | 'notRotated'; readonly days: number }
  /** Epoch milliseconds by the service's clock. */
  | { readonly rule: 'expired' | 'endsInUse'; readonly at: number }
  /** The accesses that reach too far; none where the service sets no limits to it. */
  | { readonly rule: 'tooBroad' | 'ownTooBroad'; readonly accesses: readonly string[] }
  /** No owner: the service names one for others of the list. */
  | { readonly rule: 'owner'; readonly owner: string | undefined }
  /** How many of a list have its name, its owner and its accesses. */
  | { readonly rule: 'duplicate'; readonly count: number }
  | { readonly rule: 'issuer'; readonly issuer: string | undefined; readonly why: IssuerFlaw };

export type IssuerFlaw = 'missing' | 'unencrypted' | 'unknown';

/** What shows only when all rows have been looked at: with it the row is found, and without it not known. */
export const conditions = ['ownersTold', 'issuersTold', 'accountNamed'] as const;

export type Condition = (typeof conditions)[number];

/**
 * A word only: what was seen is worked out by {@link describe} for the few rows that are shown. `unknown`: the service
 * does not tell what the rule goes by. `fine`: it does, or the rule is not about such a row.
 */
export type Verdict = 'found' | 'fine' | 'unknown' | Condition;

/** Duplicates are found by comparing, not by a rule on one row. */
export type RowRuleId = Exclude<RuleId, 'duplicate'>;

export type Rule = (subject: Subject, limit: number) => Verdict;

/** Whether nothing seems to need what has this finding. */
export function looksUnneeded({ rule }: Finding): boolean {
  return rule === 'expired' || rule === 'unused' || rule === 'neverUsed';
}

/** Whether revoking the row is what mends it. */
export function isMendedByRevoking(rule: RuleId): boolean {
  return rule !== 'endsInUse' && rule !== 'ownTooBroad';
}

/** What is used at least so often breaks something when it ends. */
const dailyMs = 2 * day;

export const rules: Readonly<Record<RowRuleId, Rule>> = {
  neverExpires: ({ lifetime: { kind } }) =>
    kind === 'never' ? 'found' : kind === 'unknown' ? 'unknown' : 'fine',

  longLived: (subject, limit) => {
    const { kind } = subject.lifetime;
    if (kind === 'never' || kind === 'none') {
      return 'fine';
    }
    const days = lifeDays(subject);
    return days === undefined ? 'unknown' : days > limit ? 'found' : 'fine';
  },

  unused: (subject, limit) => {
    const { lastUsedAt } = subject;
    if (typeof lastUsedAt !== 'number') {
      return lastUsedAt === null ? 'fine' : 'unknown';
    }
    return daysSince(lastUsedAt, subject) >= limit ? 'found' : 'fine';
  },

  neverUsed: (subject, limit) => {
    if (subject.lastUsedAt !== null) {
      return subject.lastUsedAt === undefined ? 'unknown' : 'fine';
    }
    // One made just now has had no time to be used.
    return ageVerdict(subject, limit);
  },

  notRotated: (subject, limit) => {
    const { lifetime, now } = subject;
    const isOver = lifetime.kind === 'expires' && lifetime.at <= now;
    return lifetime.kind === 'none' || isOver ? 'fine' : ageVerdict(subject, limit);
  },

  tooBroad: (subject) => (subject.isOwn ? 'fine' : breadth(subject)),

  ownTooBroad: (subject) => (subject.isOwn ? breadth(subject) : 'fine'),

  owner: ({ owner, isAccount }) => {
    if (owner === undefined) {
      return 'ownersTold';
    }
    // A service that names people in one place and numbers them in the other leaves nothing to compare.
    return isAccount ? 'fine' : 'accountNamed';
  },

  issuer: (subject) => {
    const { kind, issuer } = subject;
    if (issuer === undefined) {
      return kind === 'identity' ? 'issuersTold' : 'unknown';
    }
    return issuerFlaw(issuer, subject) === undefined ? 'fine' : 'found';
  },

  endsInUse: ({ lifetime, createdAt, lastUsedAt, now }, limit) => {
    if (lifetime.kind !== 'expires') {
      return lifetime.kind === 'unknown' ? 'unknown' : 'fine';
    }
    const { at } = lifetime;
    const isBrief = createdAt !== undefined && at - createdAt <= shortLifeMs;
    if (at <= now || at - now > limit * day || isBrief) {
      return 'fine';
    }
    if (lastUsedAt === undefined) {
      return 'unknown';
    }
    return lastUsedAt !== null && now - lastUsedAt <= dailyMs ? 'found' : 'fine';
  },

  expired: (subject) => {
    const { lifetime, now } = subject;
    if (lifetime.kind !== 'expires') {
      return lifetime.kind === 'unknown' ? 'unknown' : 'fine';
    }
    // An expired token that can be renewed is not over.
    return lifetime.at <= now && !subject.canRenew() ? 'found' : 'fine';
  },
};

/** What was seen of a row that a rule finds. */
export function describe(rule: RowRuleId, subject: Subject): Finding {
  const { lifetime, owner, issuer, lastUsedAt, createdAt } = subject;
  switch (rule) {
    case 'neverExpires':
      return { rule };
    case 'longLived':
      return { rule, days: lifeDays(subject) ?? 0 };
    case 'unused':
      return { rule, days: daysSince(lastUsedAt ?? subject.now, subject) };
    case 'neverUsed':
    case 'notRotated':
      return { rule, days: daysSince(createdAt ?? subject.now, subject) };
    case 'tooBroad':
    case 'ownTooBroad':
      return { rule, accesses: subject.farReaching() };
    case 'owner':
      return { rule, owner };
    case 'issuer':
      return {
        rule,
        issuer,
        why: issuer === undefined ? 'missing' : (issuerFlaw(issuer, subject) ?? 'unknown'),
      };
    case 'endsInUse':
    case 'expired':
      return { rule, at: lifetime.kind === 'expires' ? lifetime.at : subject.now };
  }
}

const breadthVerdicts: Readonly<Record<Breadth, Verdict>> = {
  broad: 'found',
  narrow: 'fine',
  unknown: 'unknown',
};

function breadth(subject: Subject): Verdict {
  return breadthVerdicts[subject.breadth()];
}

function ageVerdict(subject: Subject, limit: number): Verdict {
  const { createdAt } = subject;
  return createdAt === undefined ? 'unknown' : daysSince(createdAt, subject) >= limit ? 'found' : 'fine';
}

function issuerFlaw(issuer: string, { kind, root }: Subject): IssuerFlaw | undefined {
  if (/^http:/i.test(issuer) && !isLoopback(issuer)) {
    return 'unencrypted';
  }
  // Who vouches for a login link is where its user signs in, which is nothing that is connected to.
  return kind === 'identity' || root.knowsOrigin(issuer) ? undefined : 'unknown';
}

function isLoopback(address: string): boolean {
  const host = URL.canParse(address) ? new URL(address).hostname : '';
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** From creation to end, where both are told. */
function lifeDays({ lifetime, createdAt }: Subject): number | undefined {
  return lifetime.kind === 'expires' && createdAt !== undefined
    ? wholeDays(lifetime.at - createdAt)
    : undefined;
}

function daysSince(at: number, { now }: Subject): number {
  return wholeDays(now - at);
}

function wholeDays(ms: number): number {
  return Math.floor(ms / day);
}
