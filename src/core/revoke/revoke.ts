import { type RecordedAct, type RowActs, requireCapability } from '../act/rowActs.ts';
import { failedResult } from '../activity/failure.ts';
import type { Reach, Revocation, RevokeOutcome } from '../adapter/contract.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { type Found, readEachRow, readRow, readRows } from '../inventory/readAgain.ts';
import type { Branch, ItemNode } from '../inventory/tree.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { Item } from '../model/item.ts';
import type { Clock } from '../ports.ts';
import { type RevokeFailure, type RevokeResult, recordedResult, revokeResult } from './result.ts';

/** A request to revoke and what came back; nothing has been read again yet. */
export interface SentRevoke {
  readonly node: ItemNode;
  /** The row as it was before. */
  readonly before: Item;
  /** The service's time before, in epoch milliseconds. */
  readonly at: number;
  /** False when it was stopped before anything could have been sent. */
  readonly isBegun: boolean;
  readonly answer: RevokeOutcome | TokenManagerError;
  /** Writes down what became of it; never rejects. */
  end(result: RevokeResult | RevokeFailure): Promise<void>;
}

/** Revokes at the service, then reads again: what is told is what was seen. */
export class Revocations {
  readonly #acts: RowActs;
  readonly #inventory: Inventory;
  readonly #clock: Clock;
  /** What has been sent, or is about to be, and whose end is not known yet. */
  readonly #running = new Map<ItemNode, Promise<SentRevoke>>();

  constructor(acts: RowActs, inventory: Inventory, clock: Clock) {
    this.#acts = acts;
    this.#inventory = inventory;
    this.#clock = clock;
  }

  /**
   * @param together the rows of the same list that are revoked in the same act, itself included; left out, it alone
   * @throws `unsupported` when this row cannot be revoked
   */
  async reach(node: ItemNode, together?: readonly Item[]): Promise<Reach> {
    return (await this.#capability(node)).reach(node.path(), together);
  }

  /**
   * Revokes one row. A lost reply is no failure yet: the service may have acted, so what is true is read first.
   * @throws what the service or the network said, when the row is demonstrably still there
   */
  async revoke(node: ItemNode, signal: AbortSignal): Promise<RevokeResult> {
    const sent = await this.send(node, signal);
    const result = await this.#verify(sent).finally(() => this.#noteEnd(node));
    await sent.end(result);
    if (result.kind === 'failed' || result.kind === 'unknown') {
      throw result.error;
    }
    return result;
  }

  /**
   * The request of {@link revoke} alone, for those who revoke many and read again once for all of them.
   * What finds out what became of it ends it. One request a row: a second caller gets the first one's.
   */
  send(node: ItemNode, signal: AbortSignal): Promise<SentRevoke> {
    const running = this.#running.get(node);
    if (running) {
      return running;
    }
    const sending = this.#send(node, signal);
    this.#running.set(node, sending);
    this.#inventory.showActing(node, 'revoke');
    sending.catch(() => this.#noteEnd(node));
    return sending;
  }

  #noteEnd(node: ItemNode): void {
    if (this.#running.delete(node)) {
      this.#inventory.showActing(node, undefined);
    }
  }

  async #send(node: ItemNode, signal: AbortSignal): Promise<SentRevoke> {
    const act = this.#acts.begin('revoke', node);
    const revocation = await toResult(this.#capability(node));
    if (revocation instanceof TokenManagerError) {
      await act.end(failedResult(revocation));
      throw revocation;
    }
    const at = this.#acts.serviceTime(node);
    const before = node.item;
    const { isBegun, answer } = await this.#sendAlone(node, revocation, act, signal);
    if (!isBegun) {
      await act.end({ kind: 'cancelled' });
      this.#noteEnd(node);
    }
    let ended: Promise<void> | undefined;
    const end = (result: RevokeResult | RevokeFailure) => {
      this.#noteEnd(node);
      ended ??= act.end(recordedResult(result));
      return ended;
    };
    return { node, before, at, isBegun, answer, end };
  }

  /** Reads each list again that these rows stand in, once, and says what is true of each row. */
  async verify(sent: readonly SentRevoke[]): Promise<ReadonlyMap<ItemNode, RevokeResult | RevokeFailure>> {
    const results = new Map<ItemNode, RevokeResult | RevokeFailure>();
    const open: SentRevoke[] = [];
    for (const one of sent) {
      const result = this.#settledByAnswer(one);
      if (result) {
        results.set(one.node, result);
      } else {
        open.push(one);
      }
    }
    for (const { node } of open) {
      this.#inventory.noteAct(node);
    }
    const lists = [...Map.groupBy(open, ({ node }) => node.parent)];
    await Promise.all(
      lists.map(async ([branch, those]) => {
        const found = await this.#showAgain(
          branch,
          those.map(({ node }) => node),
        );
        for (const { node, answer, before, at } of those) {
          results.set(node, revokeResult(answer, found.get(node), before, at));
        }
      }),
    );
    await Promise.all(
      sent.map(({ node, end }) => {
        const result = results.get(node);
        return result && end(result);
      }),
    );
    const connections = new Map(sent.map(({ node }) => [node.connection.id, node]));
    await Promise.all([...connections.values()].map((node) => this.#acts.tellOtherWindows(node)));
    return results;
  }

  async #capability(node: ItemNode): Promise<Revocation> {
    return requireCapability(node, 'revoke', (await this.#acts.session(node)).revocation);
  }

  async #sendAlone(node: ItemNode, revocation: Revocation, { send }: RecordedAct, signal: AbortSignal) {
    let isBegun = false;
    const answer = await toResult(
      this.#acts.exclusively(node, signal, () => {
        isBegun = true;
        return send(async () => revocation.revoke(node.path(), signal));
      }),
    );
    return { isBegun, answer };
  }

  /** What the answer alone says; `undefined` where only reading again can tell. */
  #settledByAnswer({ node, answer }: SentRevoke): RevokeResult | RevokeFailure | undefined {
    if (answer instanceof TokenManagerError) {
      return answer.traits.mayHaveActed ? undefined : { kind: 'failed', error: answer };
    }
    if ('reference' in answer) {
      this.#inventory.showPending(node, answer.reference);
      return answer;
    }
    return undefined;
  }

  async #verify(sent: SentRevoke): Promise<RevokeResult | RevokeFailure> {
    const { node, answer, before, at } = sent;
    const settledAlready = this.#settledByAnswer(sent);
    if (settledAlready) {
      if (settledAlready.kind !== 'failed') {
        await this.#acts.tellOtherWindows(node);
      }
      return settledAlready;
    }
    const found = await toResult(this.#acts.session(node).then((session) => readRow(session, node)));
    await this.#acts.show(node, found);
    await this.#acts.tellOtherWindows(node);
    return revokeResult(answer, found, before, at);
  }

  /** The rows of one list as the service has them now, which it then shows. */
  async #showAgain(branch: Branch, nodes: readonly ItemNode[]): Promise<ReadonlyMap<ItemNode, Found>> {
    const session = await toResult(this.#acts.session(branch.owner));
    if (session instanceof TokenManagerError) {
      return new Map(nodes.map((node) => [node, session]));
    }
    if (!branch.isOnRequest) {
      const found = await readRows(session, branch, nodes, this.#clock);
      await this.#inventory.refreshWithBeside(branch);
      return found;
    }
    const found = await readEachRow(session, nodes);
    const known = new Map<ItemNode, Item | undefined>();
    for (const [node, item] of found) {
      if (!(item instanceof TokenManagerError)) {
        known.set(node, item);
      }
    }
    this.#inventory.replace(branch, known);
    await this.#inventory.refreshWithBeside(branch);
    return found;
  }
}
