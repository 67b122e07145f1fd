import type { Limits } from '../../../../src/core/findings/rules.ts';

/** What the settings say by default. */
export const usualLimits: Limits = {
  issuer: 1,
  tooBroad: 1,
  ownTooBroad: 1,
  owner: 1,
  neverExpires: 1,
  longLived: 365,
  unused: 90,
  neverUsed: 90,
  notRotated: 90,
  duplicate: 3,
  endsInUse: 30,
  expired: 1,
};
