import type { Branch, ConnectionNode, ItemNode } from '../inventory/tree.ts';
import { type Item, isEntry } from '../model/item.ts';
import { forEachYielding } from '../yielding.ts';
import { Namesakes } from './duplicates.ts';
import { type Finding, type Limits, type RuleId, ruleIds, rules } from './rules.ts';
import { type ListFacts, rootFacts, Subject } from './subject.ts';

/** What the rules say of the rows of one connection. */
export interface RootFindings {
  readonly root: ConnectionNode;
  /** The rows with any finding, and a bit for each, as {@link bitOf} tells. */
  readonly found: ReadonlyMap<ItemNode, number>;
  /** For how many rows a rule's fact is not told. Silence about those is not "fine". */
  readonly unjudged: ReadonlyMap<RuleId, number>;
  /** How many rows were looked at. */
  readonly rows: number;
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
  await forEachYielding(entriesBelow(root.branch), (node) => run.gather(node));
  for (const list of run.compared()) {
    await forEachYielding(list.nodes, (node) => run.judge(node, list));
  }
  return run;
}

class List implements ListFacts {
  tellsOwners = false;
  tellsIssuers = false;
  likes: ListFacts['likes'] = new Map();
  /** Both are needed while it is judged only. */
  nodes: ItemNode[] = [];
  namesakes: Namesakes | undefined = new Namesakes();
}

class Judgement implements RootFindings {
  readonly root: ConnectionNode;
  readonly found = new Map<ItemNode, number>();
  rows = 0;
  readonly #limits: Limits;
  readonly #active: readonly { readonly rule: RuleId; readonly index: number; readonly limit: number }[];
  readonly #lists = new Map<Branch, List>();
  readonly #facts: ReturnType<typeof rootFacts>;
  readonly #subject: Subject;
  readonly #unknown = new Uint32Array(ruleIds.length);

  constructor(root: ConnectionNode, { now, limits, roots }: JudgeOptions) {
    this.root = root;
    this.#limits = limits;
    this.#facts = rootFacts(root, roots);
    this.#subject = new Subject(this.#facts, now + root.clockOffset);
    this.#active = ruleIds
      .map((rule, index) => ({ rule, index, limit: limits[rule] }))
      .filter(({ limit }) => limit > 0);
  }

  get unjudged(): ReadonlyMap<RuleId, number> {
    return new Map(
      ruleIds.flatMap((rule, index) => {
        const count = this.#unknown[index] ?? 0;
        return count > 0 ? [[rule, count] as const] : [];
      }),
    );
  }

  /** First all are looked at, because some rules hold a row against its list. */
  gather(node: ItemNode): void {
    const { item } = node;
    if (!isSubject(node, item)) {
      return;
    }
    const list = this.#lists.get(node.parent) ?? new List();
    this.#lists.set(node.parent, list);
    list.nodes.push(node);
    const { owner, issuer } = item;
    if (owner) {
      list.tellsOwners = true;
      this.#facts.namesAccount ||= this.#facts.isAccount(owner);
    }
    list.tellsIssuers ||= Boolean(issuer);
    if (this.#limits.duplicate > 0 && item.status !== 'inactive') {
      list.namesakes?.add(node, item.name);
    }
  }

  *compared(): Generator<List> {
    for (const list of this.#lists.values()) {
      list.likes = list.namesakes?.likes(this.#limits.duplicate) ?? list.likes;
      list.namesakes = undefined;
      yield list;
      list.nodes = [];
    }
  }

  judge(node: ItemNode, list: List): void {
    const item = this.#subject.look(node, list);
    if (!isSubject(node, item)) {
      return;
    }
    this.rows++;
    let bits = 0;
    for (const { rule, index, limit } of this.#active) {
      const verdict = isJudged(item, rule) ? rules[rule](this.#subject, limit) : 'fine';
      if (verdict === 'unknown') {
        this.#unknown[index] = (this.#unknown[index] ?? 0) + 1;
      } else if (verdict !== 'fine') {
        bits |= 1 << index;
      }
    }
    if (bits > 0) {
      this.found.set(node, bits);
    }
  }

  of(node: ItemNode): readonly Finding[] {
    const list = this.#lists.get(node.parent);
    const bits = this.found.get(node) ?? 0;
    if (!list || bits === 0) {
      return [];
    }
    const item = this.#subject.look(node, list);
    return this.#active.flatMap(({ rule, index, limit }) => {
      const isFound = (bits & (1 << index)) !== 0 && isJudged(item, rule);
      const verdict = isFound ? rules[rule](this.#subject, limit) : 'fine';
      return typeof verdict === 'string' ? [] : [verdict];
    });
  }
}

/** What is over needs no judgement, and what waits for its revocation has had it. */
function isSubject(node: ItemNode, { status }: Item): boolean {
  return status !== undefined && status !== 'revoked' && node.pendingReference === undefined;
}

/** Of what its service calls inactive only its end matters: it does nothing that could be too much. */
function isJudged({ status }: Item, rule: RuleId): boolean {
  return status !== 'inactive' || rule === 'expired';
}

/** Tokens, providers and login links, without the parts of such. */
function* entriesBelow(branch: Branch): Generator<ItemNode> {
  for (const node of branch.nodes) {
    const { item } = node;
    if (isEntry(item)) {
      yield node;
    } else if (node.openedBranch || item.children.kind === 'inline') {
      yield* entriesBelow(node.branch);
    }
  }
}
