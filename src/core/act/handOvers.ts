import type { ActResult } from '../activity/activity.ts';
import { actError } from '../activity/failure.ts';
import type { HandOver, LeftToProgram } from '../adapter/contract.ts';
import { readRow } from '../inventory/readAgain.ts';
import type { ItemNode } from '../inventory/tree.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import type { RowActs } from './rowActs.ts';

/** What is true after another program was asked to sign out. It may have asked the user, who may have said no. */
export type SignOutResult =
  | { readonly kind: 'gone' | 'stillListed' }
  | { readonly kind: 'unverified'; readonly error: TokenManagerError };

/** Leaves acts to the programs that hold what rows are about, and looks afterwards. */
export class HandOvers {
  readonly #acts: RowActs;

  constructor(acts: RowActs) {
    this.#acts = acts;
  }

  async choices(node: ItemNode): Promise<readonly HandOver[]> {
    const session = await this.#acts.session(node);
    if (!session.handOvers) {
      throw new TokenManagerError('unsupported', '', { code: 'handOver' });
    }
    return session.handOvers(node.path());
  }

  signOut(node: ItemNode, choice: LeftToProgram): Promise<SignOutResult> {
    return this.#acts.record(
      'signOut',
      node,
      async ({ send }) => {
        await send(() => choice.run());
        const found = await toResult(readRow(await this.#acts.session(node), node));
        await this.#acts.show(node, found);
        await this.#acts.tellOtherWindows(node);
        return found instanceof TokenManagerError
          ? { kind: 'unverified', error: found }
          : { kind: found ? 'stillListed' : 'gone' };
      },
      recordedResult,
    );
  }
}

function recordedResult(result: SignOutResult): ActResult {
  switch (result.kind) {
    case 'gone':
      return { kind: 'done' };
    case 'stillListed':
      return { kind: 'stillListed' };
    case 'unverified':
      return { kind: 'unverified', ...actError(result.error) };
  }
}
