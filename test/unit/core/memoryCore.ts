import assert from 'node:assert/strict';
import type { ActRecorder } from '../../../src/core/activity/activity.ts';
import type { ProviderAdapter } from '../../../src/core/adapter/contract.ts';
import { choiceOf } from '../../../src/core/adapter/service.ts';
import { type Core, type CorePorts, createCore } from '../../../src/core/createCore.ts';
import type { Leases, TransportLimits } from '../../../src/core/ports.ts';
import {
  ManualClock,
  MemoryActStore,
  MemoryConnectionStore,
  MemoryCredentialStore,
  MemoryLogger,
} from '../fakes.ts';

/** Of a window that shares its profile with no other. */
export const noLeases: Leases = { hold: (_name, _signal, work) => work() };

/** For tests of something else than the journal. */
export const unrecorded: ActRecorder = {
  begin: () => ({ end: async () => undefined }),
  record: (_subject, work) => work(),
};

export const generousLimits: TransportLimits = {
  connectMs: 5000,
  headersMs: 5000,
  bodyMs: 5000,
  maxBytes: 8_000_000,
};

type Given<Port extends keyof CorePorts> = Partial<Omit<CorePorts, Port>>;

/** The core around these adapters, with everything it needs from the world in memory, or as given. */
export function memoryCore(
  adapters: readonly ProviderAdapter[],
  { network, ...given }: Given<'network'> & { readonly network?: Partial<CorePorts['network']> } = {},
): Core {
  const logger = given.logger ?? new MemoryLogger();
  return createCore({
    connectionStore: new MemoryConnectionStore(),
    credentialStore: new MemoryCredentialStore(),
    actStore: new MemoryActStore(),
    leases: noLeases,
    clock: new ManualClock(),
    services: async () => adapters.map(choiceOf),
    shelf: { offers: async () => [], adapter: async (id) => adapters.find((adapter) => adapter.id === id) },
    includeExpired: () => false,
    ...given,
    logger,
    network: {
      transport: async () => assert.fail('nothing is sent here'),
      limits: () => generousLimits,
      logger,
      random: () => 0.5,
      ...network,
    },
  });
}
