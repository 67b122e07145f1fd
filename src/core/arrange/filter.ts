import { bitOf } from '../findings/judge.ts';
import type { Branch, ConnectionNode, ItemNode, Node } from '../inventory/tree.ts';
import { type Item, isEntry } from '../model/item.ts';
import { nodeState, type RowState, stateChangesAt } from '../model/state.ts';
import { type Filter, isNarrowing } from './arrangement.ts';

/** The moment that states are judged at; each connection's own clock offset is added. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly now: number;
  /** How long before its end a token counts as expiring. */
  readonly soonMs: number;
  /** What the rules have found about a row, a bit for each; absent where they have not been asked. */
  readonly findingsOf?: ((node: ItemNode) => number) | undefined;
}

/** What a filter leaves of some rows. */
export interface Matches {
  readonly nodes: readonly ItemNode[];
  /** How many more there would be if dead tokens were shown. */
  readonly hidden: number;
  /** Until when this stays so without anything being read, in epoch milliseconds of this computer. */
  readonly until: number;
}

/** Whether a row is an entry or a part of one; parts stand below their entry in every arrangement. */
export function isPartOfEntry(node: Node): boolean {
  return node.kind === 'item' && (isEntry(node.item) || isPartOfEntry(node.parent.owner));
}

/**
 * A filter at a moment. A text or a kind is met by a row, or by any row above it, the connection included: who
 * looks for an application sees its tokens. A state has to be the row's own. A row that holds others stays for
 * their sake, and for a failure below it, which must not vanish behind a filter. What belongs to an entry stays
 * with it.
 */
export class Matcher {
  readonly #text: string;
  readonly #states: ReadonlySet<RowState>;
  readonly #kinds: ReadonlySet<Item['kind']>;
  readonly #connections: ReadonlySet<string>;
  readonly #showsExpired: boolean;
  /** A bit for each rule of which one has to find something. */
  readonly #findings: number;
  readonly #isNarrow: boolean;
  readonly #moment: Moment;
  readonly #isKnownToKeep: (branch: Branch) => boolean;

  /** @param isKnownToKeep whether it is remembered that rows of a branch are kept, which saves looking for one */
  constructor(filter: Filter, moment: Moment, isKnownToKeep: (branch: Branch) => boolean = () => false) {
    this.#text = filter.text.toLowerCase();
    this.#states = new Set(filter.states);
    this.#kinds = new Set(filter.kinds);
    this.#connections = new Set(filter.connections);
    this.#showsExpired = filter.showsExpired;
    this.#findings = filter.findings.reduce((bits, rule) => bits | bitOf(rule), 0);
    this.#isNarrow = isNarrowing(filter);
    this.#moment = moment;
    this.#isKnownToKeep = isKnownToKeep;
  }

  /** Whether rows of this connection may be shown at all. */
  admits(root: ConnectionNode): boolean {
    return this.#connections.size === 0 || this.#connections.has(root.connection.id);
  }

  /** Whether a connection has a row of its own; one that has not been read yet does, because it will be. */
  keepsRoot(root: ConnectionNode): boolean {
    if (!this.admits(root)) {
      return false;
    }
    const met = this.#metBy(root);
    const isMet = met.text && met.kind && !this.#asksOfRows;
    return !this.#isNarrow || isMet || !root.branch.isLoaded || this.#keepsBelow(root.branch, met);
  }

  below(branch: Branch): Matches {
    const pass = new Pass(branch.owner, this.#moment);
    const met = this.#metBy(branch.owner);
    for (const node of branch.nodes) {
      this.#add(pass, node, met);
    }
    return pass;
  }

  /** Every entry of these connections that the filter keeps, in the order they were read. */
  entries(roots: readonly ConnectionNode[]): Matches {
    const nodes: ItemNode[] = [];
    let hidden = 0;
    let until = Number.POSITIVE_INFINITY;
    for (const root of roots) {
      if (this.admits(root)) {
        const pass = new Pass(root, this.#moment);
        this.#collect(pass, root.branch, this.#metBy(root));
        for (const node of pass.nodes) {
          nodes.push(node);
        }
        hidden += pass.hidden;
        until = Math.min(until, pass.until);
      }
    }
    return { nodes, hidden, until };
  }

  /** What becomes of one row; `hidden` is one that would be shown if it were not dead. */
  fateOf(node: ItemNode): Fate {
    return this.#fate(node, this.#metBy(node.parent.owner), serviceNow(node, this.#moment));
  }

  #collect(pass: Pass, branch: Branch, met: Met): void {
    for (const node of branch.nodes) {
      if (isEntry(node.item)) {
        this.#add(pass, node, met);
      } else {
        this.#collect(pass, node.branch, this.#metWith(node.item, met));
      }
    }
  }

  #add(pass: Pass, node: ItemNode, met: Met): void {
    const fate = this.#fate(node, met, pass.serviceNow);
    if (!isEntry(node.item)) {
      if (this.#asksOfRows) {
        pass.until = this.#moment.now; // Whether it stays depends on rows below, which are not watched here.
      }
    } else if (fate !== 'out' || this.#states.size > 0) {
      pass.changesAt(node.item);
    }
    pass.add(node, fate);
  }

  #fate(node: ItemNode, met: Met, now: number): Fate {
    if (this.#isNarrow && !met.all && !this.#keeps(node, met, now)) {
      return 'out';
    }
    if (this.#showsExpired || node.item.kind !== 'token') {
      return 'shown';
    }
    const state = this.#stateOf(node, now);
    // An expired token that can be renewed is not over.
    const isExpired = state === 'expired' && !node.item.actions.includes('renew');
    const isDead = isExpired || state === 'revoked';
    return isDead && !this.#states.has(state) ? 'hidden' : 'shown';
  }

  /** The state is looked at last: it is worked out of moments, and most filters do not ask for it. */
  #keeps(node: ItemNode, above: Met, now: number): boolean {
    const met = this.#metWith(node.item, above);
    const isMet =
      met.text &&
      met.kind &&
      (this.#findings === 0 || (this.#findingsOf(node) & this.#findings) !== 0) &&
      (this.#states.size === 0 || this.#states.has(this.#stateOf(node, now)));
    if (isMet || isEntry(node.item)) {
      return isMet;
    }
    return isReadWhenShown(node) || this.#keepsBelow(node.branch, met);
  }

  #keepsBelow(branch: Branch, met: Met): boolean {
    if (branch.error !== undefined || branch.problems.length > 0 || this.#isKnownToKeep(branch)) {
      return true;
    }
    const now = serviceNow(branch.owner, this.#moment);
    return branch.nodes.some((node) => this.#keeps(node, met, now));
  }

  /** Whether something is asked that a row has to be itself, whatever stands above it. */
  get #asksOfRows(): boolean {
    return this.#states.size > 0 || this.#findings !== 0;
  }

  #findingsOf(node: ItemNode): number {
    return this.#moment.findingsOf?.(node) ?? 0;
  }

  #stateOf(node: ItemNode, now: number): RowState {
    return nodeState(node, now, this.#moment.soonMs);
  }

  #metBy(owner: Node): Met {
    if (owner.kind === 'connection') {
      const { label, serviceName, account } = owner.connection;
      const text = this.#text === '' || [label, serviceName, account.name].some((part) => this.#isIn(part));
      return { text, kind: this.#kinds.size === 0, all: false };
    }
    const above = this.#metBy(owner.parent.owner);
    return isEntry(owner.item) ? { ...above, all: true } : this.#metWith(owner.item, above);
  }

  #metWith(item: Item, above: Met): Met {
    if (above.text && above.kind) {
      return above;
    }
    return {
      text: above.text || this.#hasText(item),
      kind: above.kind || this.#kinds.has(item.kind),
      all: above.all,
    };
  }

  #hasText({ name, owner, remark, identifier }: Item): boolean {
    return this.#isIn(name) || this.#isIn(owner) || this.#isIn(remark) || this.#isIn(identifier);
  }

  #isIn(text: string | undefined): boolean {
    return text?.toLowerCase().includes(this.#text) === true;
  }
}

export type Fate = 'shown' | 'hidden' | 'out';

/** What rows above have met for the rows below them. */
interface Met {
  readonly text: boolean;
  readonly kind: boolean;
  /** Below an entry. */
  readonly all: boolean;
}

class Pass implements Matches {
  readonly nodes: ItemNode[] = [];
  hidden = 0;
  until = Number.POSITIVE_INFINITY;
  readonly serviceNow: number;
  readonly #soonMs: number;
  readonly #offset: number;

  constructor({ root }: Node, { now, soonMs }: Moment) {
    this.#soonMs = soonMs;
    this.#offset = root.clockOffset;
    this.serviceNow = now + root.clockOffset;
  }

  changesAt(item: Item): void {
    const at = stateChangesAt(item, this.serviceNow, this.#soonMs) - this.#offset;
    if (at < this.until) {
      this.until = at;
    }
  }

  add(node: ItemNode, fate: Fate): void {
    if (fate === 'shown') {
      this.nodes.push(node);
    } else if (fate === 'hidden') {
      this.hidden++;
    }
  }
}

function serviceNow({ root }: Node, { now }: Moment): number {
  return now + root.clockOffset;
}

/** Its row is open from the start, so that showing it has it read. */
function isReadWhenShown({ item, branch }: ItemNode): boolean {
  return item.children.kind === 'list' && item.children.open === true && !branch.isLoaded;
}
