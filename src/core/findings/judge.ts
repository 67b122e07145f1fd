import type { Branch, ConnectionNode, ItemNode } from '../inventory/tree.ts';
import { type Item, isEntry } from '../model/item.ts';
import { Slices } from '../yielding.ts';
import { Namesakes } from './duplicates.ts';
import {
  type Condition,
  conditions,
  describe,
  type Finding,
  type Limits,
  type RowRuleId,
  type Rule,
  type RuleId,
  ruleIds,
  rules,
} from './rules.ts';
import { rootFacts, Subject } from './subject.ts';

/** What the rules say of the rows of one connection. */
export interface RootFindings {
  readonly root: ConnectionNode;
  /** The rows with any finding, those of each list together. */
  readonly found: readonly ItemNode[];
  /** For how many rows a rule's fact is not told. Silence about those is not "fine". */
  readonly unjudged: ReadonlyMap<RuleId, number>;
  /** How many rows were looked at. */
  readonly rows: number;
  /** A bit for each rule that finds a row, as {@link bitOf} tells; 0 for one that none does. */
  bitsOf(node: ItemNode): number;
  /** What was found about a row, the most serious first; worked out when it is to be shown. */
  of(node: ItemNode): readonly Finding[];
}

export interface JudgeOptions {
  /** Epoch milliseconds by this computer. */
  readonly now: number;
  readonly limits: Limits;
  /** All connections: what one of them is known for tells whether an issuer is a stranger. */
  readonly roots: readonly ConnectionNode[];
}

export function bitOf(rule: RuleId): number {
  return 1 << ruleIds.indexOf(rule);
}

/** Judges what has been read of a connection, in portions, so that nothing else waits for it. */
export async function judge(root: ConnectionNode, options: JudgeOptions): Promise<RootFindings> {
  const run = new Judgement(root, options);
  await run.gather(root.branch);
  await run.settle();
  return run;
}

/** The rows of one list; what was found of each is a bit for each rule and each condition. */
class List {
  readonly nodes: ItemNode[] = [];
  readonly bits: number[] = [];
  readonly namesakes = new Namesakes();
  ownersTold = false;
  issuersTold = false;
}

interface ActiveRule {
  readonly rule: RowRuleId;
  readonly index: number;
  readonly limit: number;
  readonly ask: Rule;
}

/** Above those of the rules; each is of one rule at most for one row. */
const conditionBits: Readonly<Record<Condition, number>> = {
  ownersTold: 1 << ruleIds.length,
  issuersTold: 1 << (ruleIds.length + 1),
  accountNamed: 1 << (ruleIds.length + 2),
};
const ruleBits = (1 << ruleIds.length) - 1;
const conditionalRule: Readonly<Record<Condition, RowRuleId>> = {
  ownersTold: 'owner',
  issuersTold: 'issuer',
  accountNamed: 'owner',
};

/** To look at the clock for each row would cost as much as to judge it. */
const rowsALook = 32;

/**
 * Each row's facts are read once, when it is gathered. Some rules hold a row against its list, or against all: those
 * leave a condition, which is settled when all rows have been looked at. Nothing is made for a row that is not shown.
 */
class Judgement implements RootFindings {
  readonly root: ConnectionNode;
  readonly found: ItemNode[] = [];
  rows = 0;
  /** Of {@link found}, in its order. */
  readonly #bits: number[] = [];
  readonly #counts = new Map<ItemNode, number>();
  readonly #limits: Limits;
  readonly #active: readonly ActiveRule[];
  readonly #activeForInactive: readonly ActiveRule[];
  readonly #lists = new Map<Branch, List>();
  readonly #subject: Subject;
  readonly #unknown = new Uint32Array(ruleIds.length);
  readonly #slices = new Slices();
  #accountNamed = false;
  #byNode: Map<ItemNode, number> | undefined;

  constructor(root: ConnectionNode, { now, limits, roots }: JudgeOptions) {
    this.root = root;
    this.#limits = limits;
    this.#subject = new Subject(rootFacts(root, roots), now + root.clockOffset);
    this.#active = ruleIds.flatMap((rule, index) =>
      rule === 'duplicate' || limits[rule] <= 0
        ? []
        : [{ rule, index, limit: limits[rule], ask: rules[rule] }],
    );
    // Of what its service calls inactive only its end matters: it does nothing that could be too much.
    this.#activeForInactive = this.#active.filter(({ rule }) => rule === 'expired');
  }

  get unjudged(): ReadonlyMap<RuleId, number> {
    return new Map(
      ruleIds.flatMap((rule, index) => {
        const count = this.#unknown[index] ?? 0;
        return count > 0 ? [[rule, count] as const] : [];
      }),
    );
  }

  /** Tokens, providers and login links, without the parts of such. */
  async gather(branch: Branch): Promise<void> {
    let list: List | undefined;
    let rows = 0;
    for (const node of branch.nodes) {
      const { item } = node;
      if (!isEntry(item)) {
        if (node.openedBranch || item.children.kind === 'inline') {
          await this.gather(node.branch);
        }
      } else if (isSubject(node, item)) {
        list ??= this.#listOf(branch);
        this.#judge(node, item, list);
      }
      if (++rows % rowsALook === 0 && this.#slices.isOver()) {
        await this.#slices.next();
      }
    }
  }

  async settle(): Promise<void> {
    for (const list of this.#lists.values()) {
      if (this.#limits.duplicate > 0) {
        this.#compare(list);
      }
      let row = 0;
      for (const node of list.nodes) {
        const bits = this.#settled(list.bits[row] ?? 0, list);
        if (bits > 0) {
          this.found.push(node);
          this.#bits.push(bits);
        }
        if (++row % rowsALook === 0 && this.#slices.isOver()) {
          await this.#slices.next();
        }
      }
    }
    this.#lists.clear();
  }

  bitsOf(node: ItemNode): number {
    this.#byNode ??= new Map(this.found.map((one, index) => [one, this.#bits[index] ?? 0]));
    return this.#byNode.get(node) ?? 0;
  }

  of(node: ItemNode): readonly Finding[] {
    const bits = this.bitsOf(node);
    if (bits === 0) {
      return [];
    }
    const { item } = node;
    this.#subject.look(item);
    const active = item.status === 'inactive' ? this.#activeForInactive : this.#active;
    return ruleIds.flatMap((rule, index): Finding[] => {
      if ((bits & (1 << index)) === 0) {
        return [];
      }
      if (rule === 'duplicate') {
        return [{ rule, count: this.#counts.get(node) ?? 0 }];
      }
      // The row may be another one by now.
      const one = active.find((other) => other.rule === rule);
      const verdict = one?.ask(this.#subject, one.limit) ?? 'fine';
      return verdict === 'fine' || verdict === 'unknown' ? [] : [describe(rule, this.#subject)];
    });
  }

  #listOf(branch: Branch): List {
    const list = this.#lists.get(branch) ?? new List();
    this.#lists.set(branch, list);
    return list;
  }

  #judge(node: ItemNode, item: Item, list: List): void {
    const subject = this.#subject;
    subject.look(item);
    const isInactive = item.status === 'inactive';
    let bits = 0;
    for (const { index, limit, ask } of isInactive ? this.#activeForInactive : this.#active) {
      const verdict = ask(subject, limit);
      if (verdict === 'found') {
        bits |= 1 << index;
      } else if (verdict === 'unknown') {
        this.#note(index);
      } else if (verdict !== 'fine') {
        bits |= conditionBits[verdict];
      }
    }
    list.ownersTold ||= subject.owner !== undefined;
    list.issuersTold ||= subject.issuer !== undefined;
    this.#accountNamed ||= subject.isAccount;
    if (this.#limits.duplicate > 0) {
      list.namesakes.add(isInactive ? undefined : item.name);
    }
    list.nodes.push(node);
    list.bits.push(bits);
    this.rows++;
  }

  #settled(bits: number, list: List): number {
    let settled = bits & ruleBits;
    if (settled !== bits) {
      for (const condition of conditions) {
        if ((bits & conditionBits[condition]) !== 0) {
          const index = ruleIds.indexOf(conditionalRule[condition]);
          const isMet = condition === 'accountNamed' ? this.#accountNamed : list[condition];
          settled |= isMet ? 1 << index : 0;
          this.#note(index, isMet ? 0 : 1);
        }
      }
    }
    return settled;
  }

  #compare({ nodes, bits, namesakes }: List): void {
    const index = ruleIds.indexOf('duplicate');
    namesakes.likes(nodes, this.#limits.duplicate, (row, count) => {
      const node = nodes[row];
      if (count === 'unknown') {
        this.#note(index);
      } else if (node) {
        this.#counts.set(node, count);
        bits[row] = (bits[row] ?? 0) | (1 << index);
      }
    });
  }

  #note(index: number, count = 1): void {
    this.#unknown[index] = (this.#unknown[index] ?? 0) + count;
  }
}

/** What is over needs no judgement, and what waits for its revocation has had it. */
function isSubject(node: ItemNode, { status }: Item): boolean {
  return status !== undefined && status !== 'revoked' && node.pendingReference === undefined;
}
