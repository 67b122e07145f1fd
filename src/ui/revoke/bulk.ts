import { commandIds } from '../../contributions.ts';
import type { Reach } from '../../core/adapter/contract.ts';
import type { Branch, ItemNode, Node } from '../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Item } from '../../core/model/item.ts';
import { type BulkOutcome, type BulkProgress, revokeMany } from '../../core/revoke/bulk.ts';
import { type Blocked, selectedTargets, type Targets, targetsBelow } from '../../core/revoke/targets.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { withCancel } from '../dialogs/progress.ts';
import { countWords, progressWords, summarySentence } from '../text/revoke.ts';
import { rememberSelection } from '../tree/selection.ts';
import { confirmMany, type Prepared, previewMany } from './dialogs.ts';
import type { Plan } from './preview.ts';
import { type NextSteps, showResults } from './results.ts';

/** Revoke All, and the results of whatever was last revoked together. */
export function revokingMany(pick: RowPicker, many: RevokeMany) {
  return {
    [commandIds.revokeAll]: async ({ nodes }) => {
      const node = nodes.length > 0 ? undefined : await pick.connection(l10n.t('Revoke All'));
      await many.revokeBelow(node ? [node] : nodes);
    },
    [commandIds.showRevokeResults]: () => many.showResults(),
  } satisfies Partial<Handlers>;
}

/** What came of a proposal. `back`: the user wants to change what was asked before. */
export type Proposed =
  | { readonly kind: 'back' | 'nothing' | 'declined' }
  | { readonly kind: 'run'; readonly outcomes: readonly BulkOutcome[] };

export interface ProposeOptions {
  readonly isCleanUp?: boolean;
  /** Of the list, instead of the usual one. */
  readonly title?: string;
  /** What is done with what was chosen and confirmed; left out, it is revoked. */
  act?(
    plan: Plan,
    targets: readonly ItemNode[],
    revoke: () => Promise<readonly BulkOutcome[]>,
  ): Promise<readonly BulkOutcome[]>;
}

/** Everything between “these rows” and the list of what became of each: preview, confirmation, run, results. */
export class RevokeMany {
  readonly #deps: CommandDeps;
  /** Of the last revocation, its retries included. */
  #outcomes: readonly BulkOutcome[] = [];

  constructor(deps: CommandDeps) {
    this.#deps = deps;
  }

  revokeSelected(nodes: readonly Node[]): Promise<Proposed> {
    return this.propose(async () => ({
      ...selectedTargets(nodes, this.#deps.wording.now()),
      isWholeConnection: false,
    }));
  }

  async revokeBelow(nodes: readonly Node[]): Promise<void> {
    if (nodes.length > 0) {
      await this.propose(async (signal, tell) => ({
        ...(await this.read(nodes, signal, tell)),
        isWholeConnection: nodes.some(({ kind }) => kind === 'connection'),
      }));
    }
  }

  read(nodes: readonly Node[], signal: AbortSignal, tell: (rows: number) => void): Promise<Targets> {
    const { inventory, wording } = this.#deps;
    return targetsBelow(inventory, nodes, wording.now(), signal, tell);
  }

  /** Shows what would be revoked, asks, revokes. */
  async propose(
    planned: (signal: AbortSignal, tell: (rows: number) => void) => Promise<Plan>,
    { isCleanUp = false, title, act }: ProposeOptions = {},
  ): Promise<Proposed> {
    let prepared: Prepared | undefined;
    let ticked: ReadonlySet<ItemNode> | undefined;
    for (;;) {
      const preview = await previewMany(
        {
          title: title ?? (isCleanUp ? l10n.t('Clean Up: What to Revoke') : l10n.t('What to Revoke')),
          canGoBack: isCleanUp,
          ticked,
          prepare: async (signal, tell) => {
            if (!prepared) {
              const plan = await planned(signal, tell);
              prepared = await this.#withReaches(plan, plan.targets);
            }
            return prepared;
          },
        },
        this.#deps.wording,
      );
      if (preview.kind !== 'chosen') {
        return this.#notChosen(preview.kind, isCleanUp);
      }
      const { plan, targets } = preview;
      const proposed = await this.#confirmAndRun(plan, inOrder(plan, targets), [], act);
      if (proposed.kind !== 'declined') {
        return proposed;
      }
      // Escape at the confirmation leads back to the list, with the boxes as they were.
      ticked = new Set(targets);
    }
  }

  #notChosen(kind: 'nothing' | 'back' | 'cancelled', isCleanUp: boolean): Proposed {
    if (kind === 'nothing') {
      this.#deps.report.info(
        isCleanUp ? l10n.t('There is nothing to clean up.') : l10n.t('There is nothing to revoke.'),
      );
    }
    return { kind: kind === 'cancelled' ? 'declined' : kind };
  }

  async showResults(): Promise<void> {
    if (this.#outcomes.length === 0) {
      this.#deps.report.info(l10n.t('No bulk revocation in this window yet.'));
      return;
    }
    await showResults(this.#outcomes, this.#nextSteps(), this.#deps);
  }

  async #confirmAndRun(
    plan: Plan,
    targets: readonly ItemNode[],
    before: readonly BulkOutcome[],
    act: NonNullable<ProposeOptions['act']> = (_plan, _targets, revoke) => revoke(),
  ): Promise<Proposed> {
    // Anew, because how far one reaches may depend on which others go with it.
    const { reaches } = await this.#withReaches(plan, targets);
    return (await confirmMany(plan, targets, reaches, this.#deps.wording))
      ? { kind: 'run', outcomes: await act(plan, targets, () => this.#run(targets, before)) }
      : { kind: 'declined' };
  }

  /** @param before outcomes that are kept beside those of this run */
  async #run(targets: readonly ItemNode[], before: readonly BulkOutcome[]): Promise<readonly BulkOutcome[]> {
    const { revocations, wording, report, view } = this.#deps;
    const selection = rememberSelection(view, targets);
    const title = l10n.t('Revoking {0}', countWords(targets, wording));
    const outcomes = await withCancel(title, (signal, progress) => {
      let told = 0;
      return revokeMany(revocations, targets, signal, (now: BulkProgress) => {
        progress.report({
          message: progressWords(now, wording),
          increment: ((now.sent - told) / now.total) * 100,
        });
        told = now.sent;
      });
    });
    const anew = new Map(outcomes.map((outcome) => [outcome.node, outcome]));
    this.#outcomes =
      before.length > 0 ? before.map((outcome) => anew.get(outcome.node) ?? outcome) : outcomes;
    const isGood = outcomes.every(({ result }) => result.kind === 'revoked' || result.kind === 'alreadyGone');
    const { retry, goOn } = this.#nextSteps();
    report.offer(isGood ? 'info' : 'warning', summarySentence(outcomes, wording), [
      ...(retry ? [retry] : []),
      ...(goOn ? [goOn] : []),
      { label: l10n.t('Show Results'), run: () => this.showResults() },
    ]);
    await selection.keep();
    return outcomes;
  }

  /** What failed was confirmed already and is tried again at once; what was never begun is asked for anew. */
  #nextSteps(): NextSteps {
    const outcomes = this.#outcomes;
    const open = outcomes.filter(({ result }) => isToRetry(result));
    const label = open.every(({ result }) => result.kind === 'failed')
      ? l10n.t('Retry {0} Failed', open.length)
      : l10n.t('Retry {0}', open.length);
    const notBegun = outcomes.flatMap(({ node, result }) =>
      result.kind === 'notBegun' && result.why === 'cancelled' ? [node] : [],
    );
    return {
      ...(open.length > 0 && {
        retry: {
          label,
          run: async () => {
            await this.#run(
              open.map(({ node }) => node),
              outcomes,
            );
          },
        },
      }),
      ...(notBegun.length > 0 && {
        goOn: {
          label: l10n.t('Continue with {0}…', notBegun.length),
          run: async () => {
            await this.#confirmAndRun(
              { targets: notBegun, blocked: [], unread: [], isWholeConnection: false },
              notBegun,
              outcomes,
            );
          },
        },
      }),
    };
  }

  /** What each does in company of the others; what turns out not to be revocable at all is told as such. */
  async #withReaches(plan: Plan, targets: readonly ItemNode[]): Promise<Prepared> {
    const together = new Map<Branch, readonly Item[]>();
    for (const [branch, nodes] of Map.groupBy(targets, ({ parent }) => parent)) {
      together.set(
        branch,
        nodes.map(({ item }) => item),
      );
    }
    const reaches = new Map<ItemNode, Reach>();
    const blocked: Blocked[] = [...plan.blocked];
    const unread = [...plan.unread];
    for (const node of targets) {
      const reach = await toResult(this.#deps.revocations.reach(node, together.get(node.parent)));
      if (!(reach instanceof TokenManagerError)) {
        reaches.set(node, reach);
      } else if (reach.kind === 'unsupported') {
        blocked.push({ node, reason: 'notOffered' });
      } else {
        unread.push({ node, why: reach });
      }
    }
    return { plan: { ...plan, targets: [...reaches.keys()], blocked, unread }, reaches };
  }
}

/** Shown list by list, and in an emergency revoked in the order that was planned. */
function inOrder({ isEmergency, targets }: Plan, chosen: readonly ItemNode[]): readonly ItemNode[] {
  const all = new Set(chosen);
  return isEmergency ? targets.filter((node) => all.has(node)) : chosen;
}

function isToRetry(result: BulkOutcome['result']): boolean {
  return (
    result.kind === 'failed' ||
    result.kind === 'unknown' ||
    (result.kind === 'notBegun' && result.why !== 'cancelled')
  );
}
