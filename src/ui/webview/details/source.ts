import { RowHistory } from '../../../core/changes/rowHistory.ts';
import { isListed, locate } from '../../../core/inventory/locate.ts';
import type { Branch, Node } from '../../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import { minute } from '../../../core/model/time.ts';
import { rowActions } from '../../tree/rowActions.ts';
import { rowView } from '../../tree/rows.ts';
import { acts } from '../acts.ts';
import type { PageSource, PageView } from '../panel.ts';
import type { PageServices } from '../services.ts';
import { noSorts, pressed } from '../sorting.ts';
import { detailsPage, goneDetailsPage, unreadDetailsPage } from './detailsPage.ts';
import type { HistoryEntry } from './history.ts';
import { rowsTable } from './rowTable.ts';

/** The page of one row, which it finds again by its key whatever becomes of the row. */
export class DetailsSource implements PageSource {
  readonly row: string;
  readonly #services: PageServices;
  readonly #history = new RowHistory();
  readonly #changed: () => void;
  #journal: readonly HistoryEntry[] = [];
  /** The row whose journal has been asked for. */
  #journalOf: Node | undefined;
  #node: Node | undefined;
  #title: string | undefined;
  #sorts = noSorts;
  /** When the row ends, as it was last seen; epoch milliseconds by this computer. */
  #lastEnd: number | undefined;

  /** @param changed told when the page would say something else for another reason than the inventory */
  constructor(row: string, services: PageServices, changed: () => void) {
    this.row = row;
    this.#services = services;
    this.#changed = changed;
  }

  render(): PageView {
    const { inventory, wording } = this.#services;
    const { roots } = inventory;
    const place =
      this.#node && isListed(roots, this.#node)
        ? ({ kind: 'found', node: this.#node } as const)
        : locate(roots, this.row);
    if (place.kind === 'unread') {
      return unreadDetailsPage(this.row, place.branch, wording);
    }
    this.#node = place.kind === 'found' ? place.node : undefined;
    if (this.#node && this.#node !== this.#journalOf) {
      this.#journalOf = this.#node;
      void this.readJournal();
    }
    if (this.#node?.kind === 'item') {
      const { lifetime } = this.#node.item;
      this.#lastEnd = lifetime.kind === 'expires' ? lifetime.at - this.#node.root.clockOffset : undefined;
    }
    this.#history.look(this.#node, wording.now(), wording.expiringWithinMs());
    const known = { observations: this.#history.observations, journal: this.#journal };
    const page = this.#node
      ? detailsPage(this.#node, known, wording, this.#sorts.get(rowsTable))
      : goneDetailsPage(this.#title ?? wording.localize('Details'), this.#isOver(), known, wording);
    this.#title = page.title;
    return page;
  }

  /** Whether it had ended by itself when it was last seen: then only its not being asked for makes it go. */
  #isOver(): boolean {
    const last = this.#lastEnd;
    return last !== undefined && last <= this.#services.wording.now();
  }

  /** Asks again what is remembered of the row; where that cannot be read, the page stays as it is. */
  async readJournal(): Promise<void> {
    if (!this.#journalOf) {
      return;
    }
    const entries = await toResult(this.#services.journal.of(this.#journalOf));
    if (
      !(entries instanceof TokenManagerError) &&
      JSON.stringify(entries) !== JSON.stringify(this.#journal)
    ) {
      this.#journal = entries;
      this.#changed();
    }
  }

  async perform(act: string, row: string): Promise<void> {
    const { inventory, wording, run, showInTree, showDetails } = this.#services;
    if (act === acts.readRow) {
      await this.#read();
      return;
    }
    if (act === acts.sort) {
      this.#sorts = pressed(this.#sorts, row);
      this.#changed();
      return;
    }
    const place = locate(inventory.roots, row);
    if (place.kind !== 'found') {
      return;
    }
    const { node } = place;
    if (act === acts.showInTree) {
      await showInTree(node);
    } else if (act === acts.showDetails) {
      showDetails(node);
    } else {
      const { tags } = rowView(node, wording);
      const action = rowActions(tags, wording.localize).find(({ command }) => command === act);
      if (action) {
        await run(action.command, node);
      }
    }
  }

  staleAfter(): number {
    const node = this.#node;
    if (node?.kind !== 'item' || node.item.lifetime.kind !== 'expires') {
      return minute;
    }
    const left = node.item.lifetime.at - node.root.clockOffset - this.#services.wording.now();
    // In its last minute, and the first after it, a token's time is told in seconds.
    return Math.abs(left) < 2 * minute ? 1000 : minute / 2;
  }

  /** Opens what is above the row, from the outermost, until the row is there or cannot be. */
  async #read(): Promise<void> {
    const { inventory } = this.#services;
    const seen = new Set<string>();
    for (;;) {
      const place = locate(inventory.roots, this.row);
      if (place.kind !== 'unread') {
        return;
      }
      const { branch } = place;
      const step = `${branch.owner.key} ${branch.pages}`;
      if (seen.has(step)) {
        return;
      }
      seen.add(step);
      await this.#readMore(branch);
    }
  }

  async #readMore(branch: Branch): Promise<void> {
    const { inventory, loadOnRequest } = this.#services;
    if (branch.isOnRequest && !branch.isLoaded) {
      await loadOnRequest(branch);
    } else if (branch.error) {
      await inventory.refresh(branch);
    } else if (branch.isLoaded) {
      await inventory.loadMore(branch);
    } else {
      await inventory.open(branch);
    }
  }
}
