import type { ItemNode } from '../inventory/tree.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Secret } from '../model/secret.ts';
import type { RowActs } from './rowActs.ts';

/** Hands a token that its connection holds to its user. */
export class HeldTokens {
  readonly #acts: RowActs;

  constructor(acts: RowActs) {
    this.#acts = acts;
  }

  /** Whether the row is one, as far as its list was read. */
  has(node: ItemNode): boolean {
    return node.root.holds?.(node.path()) ?? false;
  }

  /**
   * Reads the value as it is stored now, and not while a window renews it.
   * @param put where it goes
   */
  copy<T>(node: ItemNode, signal: AbortSignal, put: (token: Secret) => Promise<T>): Promise<T> {
    return this.#acts.record('copyToken', node, async () => {
      const { heldTokens } = await this.#acts.session(node);
      if (!heldTokens?.has(node.path())) {
        throw new TokenManagerError('unsupported', '', { code: 'copyToken' });
      }
      return put(await this.#acts.exclusively(node, signal, () => heldTokens.value(node.path())));
    });
  }
}
