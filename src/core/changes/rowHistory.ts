import type { Branch, Node } from '../inventory/tree.ts';
import type { Field } from '../model/item.ts';
import { type RowState, rowState } from '../model/state.ts';

/** Something this window saw happen to a row; times are epoch milliseconds of this computer's clock. */
export type Observation = { readonly at: number } & (
  | { readonly kind: 'first' | 'gone' | 'back' }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string }
  | { readonly kind: 'state'; readonly from: RowState; readonly to: RowState }
  | { readonly kind: 'field'; readonly from: Field | undefined; readonly to: Field | undefined }
  /** Rows below it that came or went, by name. */
  | { readonly kind: 'rows'; readonly came: readonly string[]; readonly went: readonly string[] }
);

/** How many are remembered of a row; the oldest go first. */
const mostObservations = 50;
/** How many rows below one are compared. */
const mostRows = 500;

/**
 * What one window saw of one row while it was shown: each look is compared with the one before.
 * Nothing of it is kept beyond the window.
 */
export class RowHistory {
  readonly #observations: Observation[] = [];
  #last: Look | undefined;
  #isGone = false;

  /** The oldest first. */
  get observations(): readonly Observation[] {
    return this.#observations;
  }

  /** @param node the row as it is now; `undefined` when it is in the list no more */
  look(node: Node | undefined, now: number, soonMs: number): void {
    if (!node) {
      if (this.#last && !this.#isGone) {
        this.#note({ at: now, kind: 'gone' });
      }
      this.#isGone = true;
      return;
    }
    if (this.#last && this.#isGone) {
      this.#note({ at: now, kind: 'back' });
    }
    this.#isGone = false;
    const look = lookAt(node, now, soonMs);
    for (const observation of this.#last
      ? changes(this.#last, look, now)
      : [{ at: now, kind: 'first' } as const]) {
      this.#note(observation);
    }
    this.#last = look;
  }

  #note(observation: Observation): void {
    this.#observations.push(observation);
    if (this.#observations.length > mostObservations) {
      this.#observations.shift();
    }
  }
}

interface Look {
  readonly name: string;
  readonly state: RowState;
  readonly fields: ReadonlyMap<string, Field>;
  /** By key; `undefined` when they have not been read. */
  readonly rows: ReadonlyMap<string, string> | undefined;
}

function lookAt(node: Node, now: number, soonMs: number): Look {
  const rows = node.branch.isLoaded && !node.branch.error ? rowsBelow(node.branch) : undefined;
  if (node.kind === 'connection') {
    return { name: node.connection.label, state: 'none', fields: new Map(), rows };
  }
  const { item, pendingReference } = node;
  return {
    name: item.name,
    state: pendingReference === undefined ? rowState(item, now + node.root.clockOffset, soonMs) : 'waiting',
    fields: new Map(item.fields.map((field) => [field.label, field])),
    rows,
  };
}

/** Those that came with the row count as its own, such as accesses in groups; what was read later does not. */
function rowsBelow(branch: Branch): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (from: Branch): void => {
    for (const node of from.nodes) {
      if (found.size >= mostRows) {
        return;
      }
      found.set(node.key, node.item.name);
      if (node.branch.isInline) {
        walk(node.branch);
      }
    }
  };
  walk(branch);
  return found;
}

function changes(before: Look, after: Look, at: number): Observation[] {
  const found: Observation[] = [];
  if (before.state !== after.state) {
    found.push({ at, kind: 'state', from: before.state, to: after.state });
  }
  for (const label of new Set([...before.fields.keys(), ...after.fields.keys()])) {
    const from = before.fields.get(label);
    const to = after.fields.get(label);
    if (valueIn(from) !== valueIn(to)) {
      found.push({ at, kind: 'field', from, to });
    }
  }
  // Most services tell the name as a field, too; once is enough.
  const isTold = found.some((change) => change.kind === 'field' && valueIn(change.to) === after.name);
  if (before.name !== after.name && !isTold) {
    found.push({ at, kind: 'renamed', from: before.name, to: after.name });
  }
  if (before.rows && after.rows) {
    const came = missingIn(before.rows, after.rows);
    const went = missingIn(after.rows, before.rows);
    if (came.length + went.length > 0) {
      found.push({ at, kind: 'rows', came, went });
    }
  }
  return found;
}

function missingIn(rows: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...others].flatMap(([key, name]) => (rows.has(key) ? [] : [name]));
}

function valueIn(field: Field | undefined): string | number | undefined {
  return field && ('text' in field ? field.text : field.at);
}
