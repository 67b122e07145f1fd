/**
 * The second file of the bundle: everything that talks to services, and what keeps other extensions' adapters
 * in custody. It is loaded when a connection is first opened or made, so that starting VS Code does not pay for it.
 */
export { readDescription } from '../adapters/described/read.ts';
export { guardedAdapter } from '../adapters/guest/adapter.ts';
export { adapters } from '../adapters/index.ts';
export { createProbes } from './probes.ts';
export { createTransport } from './transport.ts';
