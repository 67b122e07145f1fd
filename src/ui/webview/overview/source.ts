import { commandIds } from '../../../contributions.ts';
import { ruleIds } from '../../../core/findings/rules.ts';
import { locate } from '../../../core/inventory/locate.ts';
import type { Branch, ItemNode } from '../../../core/inventory/tree.ts';
import { type Overview, overview } from '../../../core/status/overview.ts';
import { acts } from '../acts.ts';
import type { PageSource, PageView } from '../panel.ts';
import type { PageServices } from '../services.ts';
import { noSorts, pressed } from '../sorting.ts';
import { mendOf, namedPerRule } from './findings.ts';
import { overviewPage } from './overviewPage.ts';
import { namedPerWeek } from './timeline.ts';

/** The page of figures. Counting walks over everything that has been read, so it is done after changes only. */
export class OverviewSource implements PageSource {
  readonly row = undefined;
  readonly #services: PageServices;
  readonly #changed: () => void;
  #overview: Overview | undefined;
  #sorts = noSorts;

  /** @param changed told when the page would say something else for another reason than the inventory */
  constructor(services: PageServices, changed: () => void) {
    this.#services = services;
    this.#changed = changed;
  }

  /** The figures are counted again when they are shown next. */
  forget(): void {
    this.#overview = undefined;
  }

  render(): PageView {
    const { wording, viewState, findings } = this.#services;
    const view = { summary: findings.look(namedPerRule), of: (node: ItemNode) => findings.of(node) };
    return overviewPage(this.#figures(), viewState.showsExpired, wording, this.#sorts, view);
  }

  async perform(act: string, row: string): Promise<void> {
    const { inventory, run, showInTree, showDetails } = this.#services;
    switch (act) {
      case acts.refresh:
        await run(commandIds.refresh);
        return;
      case acts.loadAll:
        await run(commandIds.loadAll);
        return;
      case acts.addConnection:
        await run(commandIds.addConnection);
        return;
      case acts.cleanUp:
        await run(commandIds.cleanUp);
        return;
      case acts.sort:
        this.#sorts = pressed(this.#sorts, row);
        this.#changed();
        return;
      case acts.readLists:
        await this.#readLists();
        return;
      case acts.showInTree:
      case acts.showDetails: {
        const place = locate(inventory.roots, row);
        if (place.kind === 'found') {
          await (act === acts.showInTree ? showInTree(place.node) : showDetails(place.node));
        }
        return;
      }
      default:
        await this.#performOnFinding(act, row);
    }
  }

  /** What a button of a finding says: which rule it is about follows the act. */
  async #performOnFinding(act: string, row: string): Promise<void> {
    const { inventory, run, findings, askDismissal } = this.#services;
    const [what, name] = act.split(' ');
    const rule = ruleIds.find((id) => id === name);
    const place = locate(inventory.roots, row);
    const node = place.kind === 'found' && place.node.kind === 'item' ? place.node : undefined;
    if (rule === undefined || (row !== '' && !node && what !== acts.undoDismissal)) {
      return;
    }
    if (what === acts.undoDismissal) {
      await findings.dismissals.undo({ rule, ...(row !== '' && { row }) });
    } else if (what === acts.dismissFinding) {
      const answer = await askDismissal(rule, node);
      if (answer) {
        const subject = node ? { row: node.key, name: node.item.name } : {};
        await findings.dismissals.dismiss({ rule, ...subject, ...answer });
      }
    } else if (what === acts.mendFinding && node) {
      const mend = mendOf(rule, node);
      await (mend && run(mend.command, mend.node));
    }
  }

  staleAfter(): number {
    return 30_000;
  }

  #figures(): Overview {
    const { inventory, wording } = this.#services;
    const now = wording.now();
    if (!this.#overview || now >= this.#overview.changesAt) {
      const soonMs = wording.expiringWithinMs();
      this.#overview = overview(inventory.roots, { now, soonMs, namedPerWeek });
    }
    return this.#overview;
  }

  /** Lists hold lists; each is opened once, so that there is an end also where reading fails. */
  async #readLists(): Promise<void> {
    const { inventory } = this.#services;
    const opened = new Set<Branch>();
    for (;;) {
      this.forget();
      const unread = this.#figures().unread.filter((branch) => !opened.has(branch));
      if (unread.length === 0) {
        return;
      }
      for (const branch of unread) {
        opened.add(branch);
      }
      await Promise.all(unread.map((branch) => inventory.open(branch)));
    }
  }
}
