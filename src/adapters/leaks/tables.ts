import type { LeakTables } from '../../core/leaks/leakedTokens.ts';
import { revokePages } from './pages.ts';
import { valueRevocations } from './revocations.ts';
import { tokenShapes } from './shapes.ts';

export const leakTables: LeakTables = {
  shapes: tokenShapes,
  revocations: valueRevocations,
  pages: revokePages,
};
