/**
 * The second file of the bundle: everything that talks to services. It is loaded when a connection is first
 * opened or made, so that starting VS Code does not pay for it.
 */
export { adapters } from '../adapters/index.ts';
export { createProbes } from './probes.ts';
export { createTransport } from './transport.ts';
