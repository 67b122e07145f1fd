// The entry of network.cjs, which is loaded when something is first sent.
export { createProbes } from './probes.ts';
export { createTransport } from './transport.ts';
