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
  | { readonly rule: 'longLived' | 'unused' | 'neverUsed'; readonly days: number }
  /** Epoch milliseconds by the service's clock. */
  | { readonly rule: 'expired' | 'endsInUse'; readonly at: number }
  /** The accesses that reach too far. */
  | { readonly rule: 'tooBroad' | 'ownTooBroad'; readonly accesses: readonly string[] }
  /** No owner: the service names one for others of the list. */
  | { readonly rule: 'owner'; readonly owner: string | undefined }
  /** How many of a list have its name, its owner and its accesses. */
  | { readonly rule: 'duplicate'; readonly count: number }
  | { readonly rule: 'issuer'; readonly issuer: string | undefined; readonly why: IssuerFlaw };

export type IssuerFlaw = 'missing' | 'unencrypted' | 'unknown';

/** `unknown`: the service does not tell what the rule goes by. `fine`: it does, or the rule is not about such a row. */
export type Verdict = Finding | 'fine' | 'unknown';

type Rule = (subject: Subject, limit: number) => Verdict;

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

export const rules: Readonly<Record<RuleId, Rule>> = {
  neverExpires: ({ lifetime: { kind } }) =>
    kind === 'never' ? neverExpires : kind === 'unknown' ? 'unknown' : 'fine',

  longLived: ({ lifetime, createdAt }, limit) => {
    if (lifetime.kind === 'never' || lifetime.kind === 'none') {
      return 'fine';
    }
    if (lifetime.kind === 'unknown' || createdAt === undefined) {
      return 'unknown';
    }
    const days = wholeDays(lifetime.at - createdAt);
    return days > limit ? { rule: 'longLived', days } : 'fine';
  },

  unused: ({ lastUsedAt, now }, limit) => {
    if (typeof lastUsedAt !== 'number') {
      return lastUsedAt === null ? 'fine' : 'unknown';
    }
    const days = wholeDays(now - lastUsedAt);
    return days >= limit ? { rule: 'unused', days } : 'fine';
  },

  neverUsed: ({ lastUsedAt, createdAt, now }, limit) => {
    if (lastUsedAt !== null) {
      return lastUsedAt === undefined ? 'unknown' : 'fine';
    }
    if (createdAt === undefined) {
      return 'unknown';
    }
    // One made just now has had no time to be used.
    const days = wholeDays(now - createdAt);
    return days >= limit ? { rule: 'neverUsed', days } : 'fine';
  },

  tooBroad: (subject) => (subject.isOwn ? 'fine' : breadth('tooBroad', subject)),

  ownTooBroad: (subject) => (subject.isOwn ? breadth('ownTooBroad', subject) : 'fine'),

  owner: ({ owner, list, root }) => {
    if (owner === undefined) {
      return list.tellsOwners ? { rule: 'owner', owner } : 'unknown';
    }
    if (root.isAccount(owner)) {
      return 'fine';
    }
    // A service that names people in one place and numbers them in the other leaves nothing to compare.
    return root.namesAccount ? { rule: 'owner', owner } : 'unknown';
  },

  duplicate: ({ likes }) =>
    likes === undefined ? 'fine' : likes === 'unknown' ? likes : { rule: 'duplicate', count: likes },

  issuer: ({ kind, issuer, list, root }) => {
    if (issuer === undefined) {
      return list.tellsIssuers && kind === 'identity'
        ? { rule: 'issuer', issuer, why: 'missing' }
        : 'unknown';
    }
    if (/^http:/i.test(issuer) && !isLoopback(issuer)) {
      return { rule: 'issuer', issuer, why: 'unencrypted' };
    }
    // Who vouches for a login link is where its user signs in, which is nothing that is connected to.
    return kind === 'identity' || root.knowsOrigin(issuer)
      ? 'fine'
      : { rule: 'issuer', issuer, why: 'unknown' };
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
    return lastUsedAt !== null && now - lastUsedAt <= dailyMs ? { rule: 'endsInUse', at } : 'fine';
  },

  expired: ({ lifetime, actions, now }) => {
    if (lifetime.kind !== 'expires') {
      return lifetime.kind === 'unknown' ? 'unknown' : 'fine';
    }
    // An expired token that can be renewed is not over.
    const isOver = lifetime.at <= now && !actions.includes('renew');
    return isOver ? { rule: 'expired', at: lifetime.at } : 'fine';
  },
};

const neverExpires = { rule: 'neverExpires' } as const;

function breadth(rule: 'tooBroad' | 'ownTooBroad', subject: Subject): Verdict {
  const accesses = subject.farReaching();
  return accesses === undefined ? 'unknown' : accesses.length > 0 ? { rule, accesses } : 'fine';
}

function isLoopback(address: string): boolean {
  const host = URL.canParse(address) ? new URL(address).hostname : '';
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function wholeDays(ms: number): number {
  return Math.floor(ms / day);
}
