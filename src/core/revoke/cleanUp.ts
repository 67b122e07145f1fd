import type { ItemNode } from '../inventory/tree.ts';

/** Why a token is proposed for revocation. */
export type CleanUpReason = 'expired' | 'unused' | 'neverUsed' | 'neverExpires';

export interface Proposal {
  readonly node: ItemNode;
  /** At least one. */
  readonly reasons: readonly CleanUpReason[];
  /** Whether nothing seems to need it any more. That it never expires alone does not say so. */
  readonly isLikely: boolean;
}

/**
 * Which of the rows that can be revoked look as if they were not needed.
 * @param now epoch milliseconds by this computer's clock; each row is judged by its service's
 * @param unusedForMs for how long a token must not have been used
 */
export function proposals(targets: readonly ItemNode[], now: number, unusedForMs: number): Proposal[] {
  return targets.flatMap((node) => proposal(node, now + node.root.clockOffset, unusedForMs) ?? []);
}

function proposal(node: ItemNode, now: number, unusedForMs: number): Proposal | undefined {
  const { lifetime, lastUsedAt, createdAt } = node.item;
  const reasons: CleanUpReason[] = [];
  if (lifetime.kind === 'expires' && lifetime.at <= now) {
    reasons.push('expired');
  }
  if (typeof lastUsedAt === 'number' && now - lastUsedAt >= unusedForMs) {
    reasons.push('unused');
  }
  if (lastUsedAt === null) {
    reasons.push('neverUsed');
  }
  if (lifetime.kind === 'never') {
    reasons.push('neverExpires');
  }
  if (reasons.length === 0) {
    return undefined;
  }
  // One made just now has had no time to be used.
  const isOldEnough = createdAt !== undefined && now - createdAt >= unusedForMs;
  const isLikely =
    reasons.includes('expired') ||
    reasons.includes('unused') ||
    (reasons.includes('neverUsed') && isOldEnough);
  return { node, reasons, isLikely: isLikely && node.item.isOwnCredential !== true };
}
