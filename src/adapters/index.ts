import type { AdapterFactory } from '../core/adapter.ts';
import { codegen } from './codegen.ts';
import { mage } from './mage.ts';
import { planetscale } from './planetscale.ts';
import { turnkey } from './turnkey.ts';

/** Every service we bring ourselves; in this order they are offered. */
export const adapters: readonly AdapterFactory[] = [codegen, mage, planetscale, turnkey];
