// The entry of adapters.cjs, which is loaded when a connection is first opened or made.
import type { AdapterFactory } from '../core/adapter.ts';
import { codegen } from './codegen/adapter.ts';
import { gitlab } from './described/gitlab.ts';
import { mage } from './mage/adapter.ts';
import { oauth } from './oauth/adapter.ts';
import { planetscale } from './planetscale/adapter.ts';
import { turnkey } from './turnkey/adapter.ts';

export { readDescription } from './described/read.ts';
export { guardedAdapter } from './guest/adapter.ts';

/** Every service we bring ourselves; in this order they are offered. */
export const adapters: readonly AdapterFactory[] = [codegen, mage, planetscale, turnkey, gitlab, oauth];
