import { commandIds } from '../../contributions.ts';
import type { Node } from '../../core/inventory/tree.ts';
import { day } from '../../core/model/time.ts';
import { proposals } from '../../core/revoke/cleanUp.ts';
import type { Targets } from '../../core/revoke/targets.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { showInputBox } from '../dialogs/quickInput.ts';
import type { RevokeMany } from './bulk.ts';
import type { Plan } from './preview.ts';

const mostDays = 3650;

/** Clean Up: proposes what looks as if nothing needed it, of one connection or of all. */
export function cleaningUp(deps: CommandDeps, pick: RowPicker, many: RevokeMany) {
  const cleanUpIn = (nodes: readonly Node[]) =>
    cleanUp(deps, many, nodes, deps.settings.cleanUpUnusedForDays());
  return {
    // Whatever is passed: in the title of a view that is the focused row, which is not what is meant.
    [commandIds.cleanUp]: () => cleanUpIn(deps.inventory.roots),
    [commandIds.cleanUpConnection]: async (given) => {
      const node = given.node ?? (await pick.connection(l10n.t('Clean Up')));
      if (node) {
        await cleanUpIn([node]);
      }
    },
  } satisfies Partial<Handlers>;
}

async function cleanUp(
  deps: CommandDeps,
  many: RevokeMany,
  nodes: readonly Node[],
  suggestedDays: number,
): Promise<void> {
  if (nodes.length === 0) {
    deps.report.info(l10n.t('There is no connection yet.'));
    return;
  }
  // Read once, however often the days are changed.
  let targets: Targets | undefined;
  let days = await askDays(suggestedDays);
  while (days !== undefined) {
    const asked = days;
    const answer = await many.propose(
      async (signal, tell) => {
        targets ??= await many.read(nodes, signal, tell);
        return plan(deps, targets, asked);
      },
      { isCleanUp: true },
    );
    days = answer === 'back' ? await askDays(days) : undefined;
  }
}

function plan({ wording }: CommandDeps, { targets, unread }: Targets, days: number): Plan {
  const proposed = proposals(targets, wording.now(), days * day);
  return {
    targets: proposed.map(({ node }) => node),
    // What is not proposed needs no reason.
    blocked: [],
    unread,
    isWholeConnection: false,
    cleanUp: {
      reasons: new Map(proposed.map(({ node, reasons }) => [node, reasons])),
      likely: new Set(proposed.flatMap(({ node, isLikely }) => (isLikely ? [node] : []))),
    },
  };
}

async function askDays(suggestion: number): Promise<number | undefined> {
  const text = await showInputBox({
    title: l10n.t('Clean Up'),
    prompt: l10n.t(
      'Propose tokens unused for how many days? Expired, never used and never-expiring tokens are always proposed.',
    ),
    value: String(suggestion),
    validateInput: (entered) =>
      daysOf(entered) === undefined
        ? l10n.t('Enter a whole number of days from 1 to {0}.', mostDays)
        : undefined,
  });
  return text === undefined ? undefined : daysOf(text);
}

function daysOf(text: string): number | undefined {
  const days = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : 0;
  return days >= 1 && days <= mostDays ? days : undefined;
}
