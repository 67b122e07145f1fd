import type { Limits } from '../../../../src/core/findings/rules.ts';

/** As the settings have them at first. */
export const limits: Limits = {
  issuer: 1,
  tooBroad: 1,
  ownTooBroad: 1,
  owner: 1,
  neverExpires: 1,
  longLived: 365,
  unused: 90,
  neverUsed: 90,
  duplicate: 3,
  endsInUse: 7,
  expired: 1,
};
