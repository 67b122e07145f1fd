import { planetscale } from '../src/adapters/planetscale/index.ts';
import type { AdapterFactory } from '../src/core/adapter/contract.ts';
import type { Core } from '../src/core/createCore.ts';
import type { Branch, ConnectionNode } from '../src/core/inventory/tree.ts';
import type { Settings } from '../src/core/model/item.ts';
import { Secret } from '../src/core/model/secret.ts';
import type { Clock, Logger } from '../src/core/ports.ts';
import { StatusTracker } from '../src/core/status/status.ts';
import { systemClock } from '../src/platform/host/clock.ts';
import { createTransport } from '../src/platform/network/transport.ts';
import { memoryCore } from '../test/unit/core/memoryCore.ts';
import { localize } from '../test/unit/fakes.ts';
import { direct } from '../test/unit/platform/direct.ts';
import { organization } from './tokens.ts';

export interface Product extends Pick<Core, 'activity' | 'connections' | 'inventory' | 'renewals'> {
  connect(
    adapterId: string,
    settings: Settings,
    secrets: Readonly<Record<string, string>>,
  ): Promise<ConnectionNode>;
  dispose(): Promise<void>;
}

export const logger: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A service that takes so many requests a minute is asked again at once: what is measured is the work, not the wait. */
export function withoutWaiting(): Clock {
  let skipped = 0;
  return {
    now: () => systemClock.now() + skipped,
    sleep: async (ms, signal) => {
      const isWait = ms > 1000 && ms <= 60_000;
      skipped += isWait ? ms : 0;
      await systemClock.sleep(isWait ? 0 : ms, signal);
    },
  };
}

/** The product without VS Code: its core, the given adapters and its own network, over real sockets. */
export async function openProduct(
  factories: readonly AdapterFactory[] = [planetscale],
  clock: Clock = systemClock,
): Promise<Product> {
  const adapters = factories.map((factory) => factory(localize));
  const transport = await createTransport({ ...direct, connectMs: 10_000 }, undefined);
  const core = memoryCore(adapters, {
    clock,
    logger,
    includeExpired: () => true,
    network: {
      transport: async () => transport,
      limits: () => ({ connectMs: 10_000, headersMs: 30_000, bodyMs: 60_000, maxBytes: 8 * 1024 * 1024 }),
      random: Math.random,
    },
  });
  const { connections, inventory } = core;
  return {
    ...core,
    connect: async (adapterId, settings, secrets) => {
      const { id } = await connections.add({
        adapterId,
        serviceName: adapterId,
        label: adapterId,
        account: { id: '1', name: 'me' },
        settings,
        secrets: Object.fromEntries(
          Object.entries(secrets).map(([name, value]) => [name, new Secret(value)]),
        ),
      });
      const root = inventory.roots.find(({ key }) => key === id);
      if (!root) {
        throw new Error('The connection has no row.');
      }
      return root;
    },
    dispose: async () => {
      core.dispose();
      await transport.close();
    },
  };
}

/** How the connections stand. */
export function standingOf({ inventory }: Product): StatusTracker {
  return new StatusTracker({ inventory, clock: systemClock, expiringWithinMs: () => 7 * 24 * 3_600_000 });
}

/** The branch with the tokens of the only application of a service of ours. */
export async function tokensOf({ inventory, connect }: Product, apiUrl: string): Promise<Branch> {
  const settings = { apiUrl, oauthUrl: apiUrl, serviceTokenId: 'id', organization, applications: [] };
  const root = await connect('planetscale', settings, { serviceToken: 'value' });
  await inventory.open(root.branch);
  const [application] = root.branch.nodes;
  if (!application) {
    throw new Error(`No application: ${root.branch.error}`);
  }
  return application.branch;
}

/** Reads every page. @throws when anything is not as it should be */
export async function readAll({ inventory }: Product, branch: Branch, count: number): Promise<void> {
  await inventory.loadAll(branch);
  if (branch.error || branch.nodes.length !== count || branch.problems.length > 0) {
    throw new Error(`Read ${branch.nodes.length} of ${count}: ${branch.error ?? branch.problems[0]}`);
  }
}
