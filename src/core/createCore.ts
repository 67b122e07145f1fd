import { HandOvers } from './act/handOvers.ts';
import { HeldTokens } from './act/heldTokens.ts';
import { Pauses } from './act/pauses.ts';
import { RowActs } from './act/rowActs.ts';
import { Activity, type ActStore } from './activity/activity.ts';
import { AdapterRegistry } from './adapter/registry.ts';
import type { Choice } from './adapter/service.ts';
import type { Shelf } from './adapter/shelf.ts';
import { Connections } from './connections/connections.ts';
import { type NetworkDeps, Sessions } from './connections/sessions.ts';
import { type Disposable, disposeAll } from './event.ts';
import { Inventory } from './inventory/inventory.ts';
import { logFailures } from './inventory/logFailures.ts';
import type { Clock, ConnectionStore, CredentialStore, Leases, Logger } from './ports.ts';
import { Renewals } from './renew/renew.ts';
import { PendingRevocations } from './revoke/pending.ts';
import { Revocations } from './revoke/revoke.ts';

/** What the core is given. */
export interface CorePorts {
  readonly connectionStore: ConnectionStore;
  readonly credentialStore: CredentialStore;
  readonly actStore: ActStore;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly network: Omit<NetworkDeps, 'clock'>;
  /** The services that we bring ourselves. */
  readonly services: () => Promise<readonly Choice[]>;
  /** Starts the extension that brings the adapter of a connection; left out, there are no other extensions. */
  readonly startExtension?: (extensionId: string) => Promise<void>;
  /** The services that we describe; left out, there are none. */
  readonly shelf?: Shelf;
  readonly includeExpired: () => boolean;
}

export interface Core extends Disposable {
  readonly registry: AdapterRegistry;
  readonly activity: Activity;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly inventory: Inventory;
  readonly rowActs: RowActs;
  readonly revocations: Revocations;
  readonly pendingRevocations: PendingRevocations;
  readonly renewals: Renewals;
  readonly pauses: Pauses;
  readonly handOvers: HandOvers;
  readonly heldTokens: HeldTokens;
}

/** Puts the core together: the same for the product, its tests and its benchmarks. */
export function createCore(ports: CorePorts): Core {
  const { clock, credentialStore, includeExpired, network } = ports;
  const registry = new AdapterRegistry(ports.services, ports.startExtension, ports.shelf);
  const activity = new Activity(ports.actStore, clock, ports.logger);
  const connections = new Connections(ports.connectionStore, credentialStore, clock, ports.leases, activity);
  const sessions = new Sessions(registry, connections, credentialStore, { ...network, clock });
  const inventory = new Inventory({ connections, sessions, clock, includeExpired });
  const rowActs = new RowActs({ connections, sessions, inventory, activity, clock });
  const pendingRevocations = new PendingRevocations({ acts: rowActs, activity, inventory });
  const all = disposeAll([
    logFailures(inventory, ports.logger),
    pendingRevocations,
    registry.onDidChange((adapterId) => inventory.reopenConnections(adapterId)),
    inventory,
    sessions,
    registry,
    connections,
    activity,
  ]);
  return {
    registry,
    activity,
    connections,
    sessions,
    inventory,
    rowActs,
    revocations: new Revocations(rowActs, inventory, clock),
    pendingRevocations,
    renewals: new Renewals(rowActs, inventory),
    pauses: new Pauses(rowActs, inventory),
    handOvers: new HandOvers(rowActs),
    heldTokens: new HeldTokens(rowActs),
    dispose: () => all.dispose(),
  };
}
