import { type ActKind, type ActRecorder, type ActResult, actSubject } from '../activity/activity.ts';
import { failedResult } from '../activity/failure.ts';
import type { AdapterSession } from '../adapter/contract.ts';
import type { Connections } from '../connections/connections.ts';
import type { Sessions } from '../connections/sessions.ts';
import type { RequestScope } from '../http/requestIds.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Branch, ItemNode, Node } from '../inventory/tree.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Item, ItemAction } from '../model/item.ts';
import type { Clock } from '../ports.ts';

export interface RowActsDeps {
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly inventory: Inventory;
  readonly activity: ActRecorder;
  readonly clock: Clock;
}

/** An act on a row that is written down. */
export interface RecordedAct {
  /** Runs what sends the request that acts; the service's name for that request is written down, too. */
  send<T>(work: () => Promise<T>): Promise<T>;
}

/** What all acts on rows have in common: one at a time in all windows, written down, and shown afterwards. */
export class RowActs {
  readonly #deps: RowActsDeps;

  constructor(deps: RowActsDeps) {
    this.#deps = deps;
  }

  session(node: Node): Promise<AdapterSession> {
    return this.#deps.sessions.get(node.connection.id);
  }

  /** The service's time, in epoch milliseconds. */
  serviceTime(node: Node): number {
    return this.#deps.clock.now() + this.#deps.sessions.clockOffset(node.connection.id);
  }

  /** Runs an act while no other window acts on the same row. */
  exclusively<T>(node: ItemNode, signal: AbortSignal, act: () => Promise<T>): Promise<T> {
    return this.#deps.connections.exclusively(`act/${node.key}`, signal, act);
  }

  /** Writes down that an act began, and how it ended. */
  record<T>(
    kind: ActKind,
    node: Node,
    act: (recorded: RecordedAct) => Promise<T>,
    resultOf?: (value: T) => ActResult,
  ): Promise<T> {
    const scope: RequestScope = {};
    return this.#deps.activity.record(
      actSubject(kind, node),
      () => act({ send: (work) => this.#deps.sessions.requestIds.during(scope, work) }),
      resultOf,
      () => scope.requestId,
    );
  }

  /** The same for an act whose end is found out elsewhere. */
  begin(kind: ActKind, node: Node): RecordedAct & { end(result: ActResult): Promise<void> } {
    const scope: RequestScope = {};
    const act = this.#deps.activity.begin(actSubject(kind, node));
    return {
      send: (work) => this.#deps.sessions.requestIds.during(scope, work),
      end: (result) => act.end(result, scope.requestId),
    };
  }

  /** Reads the branch of a row that is read only when asked for, because reading it may do more than read. */
  loadOnRequest(branch: Branch): Promise<void> {
    return this.record(
      'loadOnRequest',
      branch.owner,
      ({ send }) => send(() => this.#deps.inventory.request(branch)),
      () => (branch.error ? failedResult(branch.error) : { kind: 'done' }),
    );
  }

  /** Shows what is true after an act: by reading the list again, or by what was read of this one row. */
  async show(node: ItemNode, found: Item | undefined | TokenManagerError): Promise<void> {
    const { inventory } = this.#deps;
    inventory.noteAct(node);
    if (node.parent.isOnRequest && !(found instanceof TokenManagerError)) {
      inventory.replace(node.parent, new Map([[node, found]]));
    }
    await inventory.refreshWithBeside(node.parent);
  }

  /** The act is done and shown; that other windows learn of it later than they could is no failure of it. */
  async tellOtherWindows({ connection }: ItemNode): Promise<void> {
    await this.#deps.connections.touch(connection.id).catch(() => undefined);
  }
}

/**
 * @throws `unsupported` when the row does not offer the action, or its adapter lacks the capability, or when revoking
 * the row waits for approval already
 */
export function requireCapability<T>(node: ItemNode, action: ItemAction, capability: T | undefined): T {
  const isWaiting = action === 'revoke' && node.pendingReference !== undefined;
  if (!capability || isWaiting || !node.item.actions.includes(action)) {
    throw new TokenManagerError('unsupported', '', { code: action });
  }
  return capability;
}
