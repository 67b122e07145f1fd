import { type RecordedAct, type RowActs, requireCapability } from '../act/rowActs.ts';
import type { ActResult } from '../activity/activity.ts';
import { actError } from '../activity/failure.ts';
import type { Draft, FormStep, RenewOptions } from '../adapter/contract.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { readRow } from '../inventory/readAgain.ts';
import type { ItemNode } from '../inventory/tree.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { Item } from '../model/item.ts';

/** What is true after a renewal. */
export type RenewResult =
  | { readonly kind: 'renewed'; readonly item: Item }
  /** The service renewed it and lists it no longer under its old identifier. */
  | { readonly kind: 'replaced' }
  | { readonly kind: 'unverified'; readonly error: TokenManagerError };

/** Renews tokens, and keeps what is needed for it with them. */
export class Renewals {
  readonly #acts: RowActs;
  readonly #inventory: Inventory;
  readonly #running = new Map<string, Promise<RenewResult>>();

  constructor(acts: RowActs, inventory: Inventory) {
    this.#acts = acts;
    this.#inventory = inventory;
  }

  /** One renewal a row at a time, in all windows; a second caller gets the first one's result. */
  renew(node: ItemNode, signal: AbortSignal, options: RenewOptions = {}): Promise<RenewResult> {
    const running = this.#running.get(node.key);
    if (running) {
      return running;
    }
    const renewal = this.#acts
      .record('renew', node, (act) => this.#renew(node, act, signal, options), recordedResult)
      .finally(() => {
        this.#running.delete(node.key);
        this.#inventory.showActing(node, undefined);
      });
    this.#running.set(node.key, renewal);
    this.#inventory.showActing(node, 'renew');
    return renewal;
  }

  async attachmentForm(node: ItemNode): Promise<readonly FormStep[]> {
    return requireCapability(node, 'attach', (await this.#acts.session(node)).attachment).form(node.path());
  }

  attach(node: ItemNode, entered: Draft, signal: AbortSignal): Promise<void> {
    return this.#acts.record('attach', node, async ({ send }) => {
      const attachment = requireCapability(node, 'attach', (await this.#acts.session(node)).attachment);
      await send(() => attachment.attach(node.path(), entered, signal));
      await this.#show(node);
    });
  }

  detach(node: ItemNode): Promise<void> {
    return this.#acts.record('detach', node, async ({ send }) => {
      const attachment = requireCapability(node, 'detach', (await this.#acts.session(node)).attachment);
      await send(() => attachment.detach(node.path()));
      await this.#show(node);
    });
  }

  async #renew(
    node: ItemNode,
    { send }: RecordedAct,
    signal: AbortSignal,
    options: RenewOptions,
  ): Promise<RenewResult> {
    // Taken before waiting for the other windows, so that it still knows what was there before they renewed.
    const session = await this.#acts.session(node);
    const renew = requireCapability(node, 'renew', session.renew?.bind(session));
    try {
      await this.#acts.exclusively(node, signal, () => send(() => renew(node.path(), signal, options)));
    } catch (thrown) {
      // What has to be done now, such as signing in again, shows on the rows.
      await this.#acts.show(node, TokenManagerError.from(thrown));
      throw thrown;
    }
    const found = await toResult(readRow(session, node));
    await this.#acts.show(node, found);
    await this.#acts.tellOtherWindows(node);
    if (found instanceof TokenManagerError) {
      return { kind: 'unverified', error: found };
    }
    return found ? { kind: 'renewed', item: found } : { kind: 'replaced' };
  }

  async #show(node: ItemNode): Promise<void> {
    await this.#inventory.refresh(node.parent);
    await this.#acts.tellOtherWindows(node);
  }
}

function recordedResult(result: RenewResult): ActResult {
  switch (result.kind) {
    case 'renewed':
      return { kind: 'done' };
    case 'unverified':
      return { kind: 'unverified', ...actError(result.error) };
    case 'replaced':
      return { kind: 'replaced' };
  }
}
