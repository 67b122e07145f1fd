import type { ConnectionIndex } from '../../src/core/ports.ts';
import { encoded } from '../../src/platform/storage/credentialStore.ts';
import { Harness } from '../contract/harness.ts';
import { type Sandboxes, serviceIds, services } from '../services.ts';
import { SkippingClock } from '../unit/fakes.ts';

/** What the demonstration puts into a fresh profile: the same that Add Connection would have stored. */
export interface Samples {
  readonly index: ConnectionIndex;
  /** SecretStorage's values by connection id. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Connects each service for real, through the adapters. */
export async function connectSamples({ running }: Sandboxes): Promise<Samples> {
  const connections: ConnectionIndex['connections'][number][] = [];
  const secrets: Record<string, string> = {};
  for (const service of serviceIds) {
    const harness = new Harness(services[service].factory, new SkippingClock(Date.now()));
    const { connection } = await harness.connect(running[service].answers);
    connections.push(connection);
    const stored = harness.credentialStore.values.get(connection.id);
    secrets[connection.id] = encoded(stored ?? {});
    harness.dispose();
  }
  return { index: { connections, unsettled: [] }, secrets };
}
