import type { RowActs } from '../act/rowActs.ts';
import { type Activity, actRowKey, type PendingAct } from '../activity/activity.ts';
import type { RevokeOutcome } from '../adapter/contract.ts';
import { type Disposable, Emitter } from '../event.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { locate } from '../inventory/locate.ts';
import { readRow } from '../inventory/readAgain.ts';
import type { Branch, ItemNode } from '../inventory/tree.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import { type RevokeFailure, type RevokeResult, recordedResult, revokeResult } from './result.ts';

/** A revocation that had waited, and what came of it. */
export interface SettledRevocation {
  readonly act: PendingAct;
  readonly result: RevokeResult | RevokeFailure;
}

export interface PendingRevocationsDeps {
  readonly acts: RowActs;
  readonly activity: Activity;
  readonly inventory: Inventory;
}

/**
 * Revocations that the service has not carried out yet. The activity keeps them, so that no reload loses one; the
 * service is asked about them when their list has been read.
 */
export class PendingRevocations implements Disposable {
  readonly #deps: PendingRevocationsDeps;
  readonly #settled = new Emitter<SettledRevocation>();
  readonly #subscription: Disposable;
  readonly #stopping = new AbortController();
  #checking: Promise<unknown> = Promise.resolve();
  /** One is told of each. */
  readonly onDidSettle = this.#settled.event;

  constructor(deps: PendingRevocationsDeps) {
    this.#deps = deps;
    this.#subscription = deps.inventory.onDidRead((branch) => {
      // A journal that cannot be read tells of nothing that waits.
      this.#checking = this.#checking.then(() => toResult(this.#check(branch)));
    });
  }

  dispose(): void {
    this.#stopping.abort();
    this.#subscription.dispose();
    this.#settled.dispose();
  }

  async #check(branch: Branch): Promise<void> {
    const { activity, inventory } = this.#deps;
    for (const act of await activity.pendingRevocations(branch.owner.connection.id)) {
      const located = locate(inventory.roots, act.row.key);
      if (located.kind === 'found' && located.node.kind === 'item' && readBranchOf(located.node) === branch) {
        await this.#ask(act, located.node);
      } else if (located.kind === 'gone' && this.#isProven(act, branch)) {
        await this.#settle(act, { kind: 'revoked' });
      }
    }
  }

  /** A list of which a part could not be read proves no absence, nor does a key that was too long to be kept whole. */
  #isProven({ row: { key } }: PendingAct, branch: Branch): boolean {
    const isBelow = ({ owner }: Branch) => key.startsWith(`${owner.key}/`);
    const branches = [...branch.owner.root.branch.opened()].filter(isBelow);
    const isWhole = actRowKey({ key: `${key} ` }) !== key;
    return (
      isWhole && isBelow(branch) && branches.every(({ problems, error }) => !error && problems.length === 0)
    );
  }

  async #ask(act: PendingAct, node: ItemNode): Promise<void> {
    const { acts, inventory } = this.#deps;
    inventory.showPending(node, act.result.reference);
    const outcome = await toResult(this.#outcome(act, node));
    if (outcome === undefined || this.#stopping.signal.aborted) {
      return; // The service cannot be asked; the row says that it waits.
    }
    if (outcome instanceof TokenManagerError) {
      if (outcome.kind === 'rejected') {
        inventory.showPending(node, undefined);
        await this.#settle(act, { kind: 'failed', error: outcome });
      }
      return; // Whatever else went wrong, it is asked again when the list is read again.
    }
    if ('reference' in outcome) {
      return;
    }
    const [before, at] = [node.item, acts.serviceTime(node)];
    const found = await toResult(acts.session(node).then((session) => readRow(session, node)));
    await acts.show(node, found);
    inventory.showPending(node, undefined);
    await this.#settle(act, revokeResult(outcome, found, before, at));
  }

  async #outcome(act: PendingAct, node: ItemNode): Promise<RevokeOutcome | undefined> {
    const { revocation } = await this.#deps.acts.session(node);
    return revocation?.outcome?.(node.path(), act.result.reference, this.#stopping.signal);
  }

  async #settle(act: PendingAct, result: RevokeResult | RevokeFailure): Promise<void> {
    const { activity } = this.#deps;
    // Another window may have been first.
    activity.reload();
    const pending = await activity.pendingRevocations(act.connection.id);
    if (!pending.some(({ id }) => id === act.id)) {
      return;
    }
    await activity.settle(act, recordedResult(result));
    this.#settled.fire({ act, result });
  }
}

/** The list that a row was read with: rows may have come with the one above them. */
function readBranchOf({ parent }: ItemNode): Branch {
  return parent.isInline && parent.owner.kind === 'item' ? readBranchOf(parent.owner) : parent;
}
