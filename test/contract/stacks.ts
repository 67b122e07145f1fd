import type { ConnectorOptions } from '../../src/platform/network/connector.ts';
import { createFetchTransport } from '../../src/platform/network/fetchTransport.ts';
import { type ClosableTransport, createUndiciTransport } from '../../src/platform/network/undiciTransport.ts';

/** Straight to the service, trusting whom Node trusts. */
export const direct: ConnectorOptions = {
  connectMs: 5000,
  proxyFor: () => undefined,
  authorities: async () => [],
};

/** The two ways onto the network that a user can choose between; both pass the same suites. */
export const stacks: Readonly<Record<'undici' | 'fetch', () => ClosableTransport>> = {
  undici: () => createUndiciTransport(direct),
  fetch: createFetchTransport,
};

export type StackName = keyof typeof stacks;
export const stackNames: readonly StackName[] = ['undici', 'fetch'];
