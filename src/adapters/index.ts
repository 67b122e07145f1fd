// The entry of adapters.cjs, which is loaded when a connection is first opened or made.
import type { AdapterFactory } from '../core/adapter/contract.ts';
import { codegen } from './codegen/index.ts';
import { gitlab } from './gitlab/description.ts';
import { mage } from './mage/index.ts';
import { oauth } from './oauth/adapter.ts';
import { planetscale } from './planetscale/index.ts';
import { turnkey } from './turnkey/index.ts';

export { readDescription } from './declarative/parse.ts';
export { leakTables } from './leaks/tables.ts';
export { shelfAdapter } from './shelf/adapter.ts';
export { guardedAdapter } from './thirdParty/adapter.ts';
export { thisComputer } from './thisComputer/adapter.ts';
export { thisEditor } from './thisEditor/adapter.ts';

/** Every service we bring ourselves; in this order they are offered. */
export const adapters: readonly AdapterFactory[] = [codegen, mage, planetscale, turnkey, gitlab, oauth];
