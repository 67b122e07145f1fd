import type { ActResult } from '../activity/activity.ts';
import { actError } from '../activity/failure.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { readRow } from '../inventory/readAgain.ts';
import type { ItemNode } from '../inventory/tree.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { Item, Status } from '../model/item.ts';
import { type RecordedAct, type RowActs, requireCapability } from './rowActs.ts';

export type PauseAct = 'pause' | 'resume';

/** What was seen after a row was paused or resumed. */
export type PauseResult =
  | { readonly kind: 'done' }
  /** The service accepted it, and lists the row as it was, or no longer. */
  | { readonly kind: 'unchanged' | 'gone' }
  /** The service accepted it, and could not be read again. */
  | { readonly kind: 'unverified'; readonly error: TokenManagerError }
  /** No reply, and nothing that was read again settles it. */
  | { readonly kind: 'unknown'; readonly error: TokenManagerError };

const wanted: Readonly<Record<PauseAct, Status>> = { pause: 'inactive', resume: 'active' };

/** Pauses and resumes rows, and looks afterwards. */
export class Pauses {
  readonly #acts: RowActs;
  readonly #inventory: Inventory;

  constructor(acts: RowActs, inventory: Inventory) {
    this.#acts = acts;
    this.#inventory = inventory;
  }

  /** @throws what the service or the network said, when the row is demonstrably as it was */
  async change(node: ItemNode, act: PauseAct, signal: AbortSignal): Promise<PauseResult> {
    this.#inventory.showActing(node, act);
    try {
      return await this.#acts.record(
        act,
        node,
        (recorded) => this.#change(node, act, recorded, signal),
        recordedResult,
      );
    } finally {
      this.#inventory.showActing(node, undefined);
    }
  }

  async #change(
    node: ItemNode,
    act: PauseAct,
    { send }: RecordedAct,
    signal: AbortSignal,
  ): Promise<PauseResult> {
    const session = await this.#acts.session(node);
    const change = requireCapability(node, act, session[act]?.bind(session));
    const answer = await toResult(
      this.#acts.exclusively(node, signal, () => send(() => change(node.path(), signal))),
    );
    if (answer instanceof TokenManagerError && !answer.traits.mayHaveActed) {
      throw answer;
    }
    const found = await toResult(readRow(session, node));
    await this.#acts.show(node, found);
    await this.#acts.tellOtherWindows(node);
    return pauseResult(answer ?? undefined, found, wanted[act]);
  }
}

/**
 * @param answer why it is not known what the service did, where it is not
 * @throws that, where the row is seen to be as it was
 */
function pauseResult(
  answer: TokenManagerError | undefined,
  found: Item | undefined | TokenManagerError,
  status: Status,
): PauseResult {
  if (found instanceof TokenManagerError) {
    return answer ? { kind: 'unknown', error: answer } : { kind: 'unverified', error: found };
  }
  if (found?.status === status) {
    return { kind: 'done' };
  }
  // What was stopped on its way may arrive after it was looked for.
  if (answer?.kind === 'cancelled') {
    return { kind: 'unknown', error: answer };
  }
  if (answer && found) {
    throw answer;
  }
  return { kind: found ? 'unchanged' : 'gone' };
}

function recordedResult(result: PauseResult): ActResult {
  switch (result.kind) {
    case 'done':
    case 'unchanged':
      return { kind: result.kind };
    case 'gone':
      return { kind: 'alreadyGone' };
    case 'unverified':
    case 'unknown':
      return { kind: result.kind, ...actError(result.error) };
  }
}
