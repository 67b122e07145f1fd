import type { Part } from '../row.ts';

export const treePart: Part = { name: 'tree', run: async () => [] };
