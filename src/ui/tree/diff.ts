import type { Node } from '../../core/inventory/tree.ts';
import type { Row, RowView } from './row.ts';

export interface ShownDeps {
  children(parent: Row | undefined): readonly Row[];
  view(row: Row): RowView;
}

/** What has to be drawn anew: everything, or these rows with what is below them. */
export type Redraw = 'all' | readonly Row[];

/**
 * What VS Code was last told of the tree, so that it is told again only of what is different. A row that is drawn
 * anew loses an open context menu and, with many rows below it, costs as much as all of them.
 */
export class Shown {
  readonly #deps: ShownDeps;
  readonly #lists = new Map<Row | undefined, readonly Row[]>();
  readonly #views = new WeakMap<Row, Look>();

  constructor(deps: ShownDeps) {
    this.#deps = deps;
  }

  /** VS Code has asked for the rows below a row. */
  noteChildren(parent: Row | undefined, rows: readonly Row[]): void {
    const stay = new Set(rows);
    for (const row of this.#lists.get(parent) ?? []) {
      if (!stay.has(row)) {
        this.#forget(row);
      }
    }
    this.#lists.set(parent, rows);
  }

  /** VS Code has asked how a row looks. */
  noteView(row: Row, view: RowView): void {
    this.#views.set(row, { view, facts: factsOf(row) });
  }

  /** Everything is drawn anew. */
  forget(): void {
    this.#lists.clear();
  }

  /**
   * What differs from what VS Code was told.
   * @param passed the rows that may look different although nothing about them has changed, as time does it, with
   *   what is below them
   */
  differences(passed: Passed): Redraw {
    const outermost = this.#lists.get(undefined);
    if (outermost && !this.#areSame(outermost, this.#deps.children(undefined))) {
      return 'all';
    }
    const changed = new Set<Row>();
    for (const [parent, rows] of [...this.#lists]) {
      const now = this.#lists.get(parent) === rows ? this.#deps.children(parent) : rows;
      if (parent !== undefined && !this.#areSame(rows, now)) {
        changed.add(parent);
        this.noteChildren(parent, now);
      }
      for (const row of rows) {
        if (this.#looksDifferent(row, passed)) {
          changed.add(row);
        }
      }
    }
    return [...changed];
  }

  /** Rows that speak about others are made anew each time: of these the ids, and then the looks, are compared. */
  #areSame(before: readonly Row[], now: readonly Row[]): boolean {
    return (
      before.length === now.length &&
      before.every((row, index) => {
        const other = now[index];
        return other !== undefined && (row === other || (isMadeAnew(row) && this.#isAlike(row, other)));
      })
    );
  }

  #isAlike(row: Row, other: Row): boolean {
    return row.kind === other.kind && sameView(this.#deps.view(row), this.#deps.view(other));
  }

  #looksDifferent(row: Row, passed: Passed): boolean {
    const known = this.#views.get(row);
    if (!known || isMadeAnew(row)) {
      return false;
    }
    const facts = factsOf(row);
    if (areSameFacts(facts, known.facts) && !hasPassed(row, passed)) {
      return false;
    }
    const view = this.#deps.view(row);
    const differs = !sameView(known.view, view);
    this.#views.set(row, { view, facts });
    return differs;
  }

  #forget(row: Row): void {
    const rows = this.#lists.get(row);
    this.#lists.delete(row);
    for (const below of rows ?? []) {
      this.#forget(below);
    }
  }
}

/** Rows for which time has passed. */
export type Passed = 'all' | ReadonlySet<Node>;

function hasPassed(row: Row, passed: Passed): boolean {
  return passed === 'all' || (passed.size > 0 && isNode(row) && isAtOrBelow(row, passed));
}

function isNode(row: Row): row is Node {
  return row.kind === 'connection' || row.kind === 'item';
}

function isAtOrBelow(node: Node, nodes: ReadonlySet<Node>): boolean {
  return nodes.has(node) || (node.kind === 'item' && isAtOrBelow(node.parent.owner, nodes));
}

interface Look {
  readonly view: RowView;
  readonly facts: Facts;
}

/** A row looks the same as long as these are the same and no time passes; those of a connection are too many. */
type Facts = readonly [unknown, ...unknown[]] | undefined;

function factsOf(row: Row): Facts {
  switch (row.kind) {
    case 'item':
      return [row.item, row.pendingReference, row.acting];
    case 'group':
      return [row.count];
    case 'range':
      return [row.to];
    default:
      return undefined;
  }
}

function areSameFacts(one: Facts, other: Facts): boolean {
  return one !== undefined && other !== undefined && one.every((fact, index) => fact === other[index]);
}

function isMadeAnew({ kind }: Row): boolean {
  return kind !== 'connection' && kind !== 'item' && kind !== 'group' && kind !== 'range';
}

function sameView(one: RowView, other: RowView): boolean {
  return (
    one.id === other.id &&
    one.label === other.label &&
    one.description === other.description &&
    one.icon.name === other.icon.name &&
    one.icon.color === other.icon.color &&
    one.collapsible === other.collapsible &&
    one.spoken === other.spoken &&
    one.click === other.click &&
    one.tags.join(' ') === other.tags.join(' ')
  );
}
