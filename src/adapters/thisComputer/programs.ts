import type { Program } from './program.ts';
import { agents } from './programs/agents.ts';
import { clouds } from './programs/clouds.ts';
import { forges } from './programs/forges.ts';
import { registries } from './programs/registries.ts';

/** Whose sign-ins can be looked for, in the order in which they are asked about. */
export const programs: readonly Program[] = [...forges, ...registries, ...agents, ...clouds];
