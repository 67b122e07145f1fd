import { commandIds } from '../../contributions.ts';
import { judge } from '../../core/findings/judge.ts';
import { type Finding, type Limits, looksUnneeded, type RuleId, ruleIds } from '../../core/findings/rules.ts';
import type { ItemNode, Node } from '../../core/inventory/tree.ts';
import type { Targets } from '../../core/revoke/targets.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import type { RevokeMany } from '../revoke/bulk.ts';
import type { Plan, Unjudged } from '../revoke/preview.ts';
import { askRules, type ChosenRules, usualChoice } from './chooseRules.ts';

/** Clean Up: proposes what the chosen rules find, of one connection or of all. */
export function cleaningUp(deps: CommandDeps, pick: RowPicker, many: RevokeMany) {
  return {
    // Whatever is passed: in the title of a view that is the focused row, which is not what is meant.
    [commandIds.cleanUp]: () => cleanUp(deps, many, deps.inventory.roots),
    [commandIds.cleanUpConnection]: async (given) => {
      const node = given.node ?? (await pick.connection(l10n.t('Clean Up')));
      if (node) {
        await cleanUp(deps, many, [node]);
      }
    },
  } satisfies Partial<Handlers>;
}

async function cleanUp(deps: CommandDeps, many: RevokeMany, nodes: readonly Node[]): Promise<void> {
  if (nodes.length === 0) {
    deps.report.info(l10n.t('There is no connection yet.'));
    return;
  }
  // Read once, however often the rules are changed.
  let targets: Targets | undefined;
  let chosen = await askRules(usualChoice(deps.settings.findingLimits()), deps.wording);
  while (chosen !== undefined) {
    const asked = chosen;
    const answer = await many.propose(
      async (signal, tell) => {
        targets ??= await many.read(nodes, signal, tell);
        return plan(deps, targets, asked);
      },
      { isCleanUp: true },
    );
    chosen = answer.kind === 'back' ? await askRules(asked, deps.wording) : undefined;
  }
}

async function plan(deps: CommandDeps, { targets, unread }: Targets, chosen: ChosenRules): Promise<Plan> {
  const { reasons, unjudged } = await judged(deps, targets, chosen);
  return {
    targets: [...reasons.keys()],
    // What is not proposed needs no reason.
    blocked: [],
    unread,
    isWholeConnection: false,
    cleanUp: {
      reasons,
      likely: new Set(
        [...reasons].flatMap(([node, found]) =>
          found.some(looksUnneeded) && node.item.isOwnCredential !== true ? [node] : [],
        ),
      ),
      unjudged,
    },
  };
}

/** Why each of these may go, for those that may, and where the rules are silent because the service is. */
async function judged(
  { inventory: { roots }, wording }: CommandDeps,
  targets: readonly ItemNode[],
  { limits, rules }: ChosenRules,
): Promise<{ reasons: ReadonlyMap<ItemNode, readonly Finding[]>; unjudged: readonly Unjudged[] }> {
  const reasons = new Map<ItemNode, readonly Finding[]>();
  const unjudged: Unjudged[] = [];
  const asked = limitedTo(rules, limits);
  for (const [root, nodes] of Map.groupBy(targets, (node) => node.root)) {
    const findings = await judge(root, { now: wording.now(), limits: asked, roots });
    for (const node of nodes) {
      const found = findings.of(node);
      if (found.length > 0) {
        reasons.set(node, found);
      }
    }
    for (const [rule, rows] of findings.unjudged) {
      unjudged.push({ node: root, rule, rows });
    }
  }
  return { reasons, unjudged };
}

/** With all other rules switched off. */
function limitedTo(rules: ReadonlySet<RuleId>, limits: Limits): Limits {
  const off = ruleIds.filter((rule) => !rules.has(rule)).map((rule) => [rule, 0]);
  return { ...limits, ...Object.fromEntries(off) };
}
