import { ProgressLocation, type QuickPickItem, ThemeIcon, window } from 'vscode';
import { viewId } from '../../contributions.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { Branch, ConnectionNode, ItemNode } from '../../core/inventory/tree.ts';
import type { Wording } from '../text/context.ts';
import { errorWords } from '../text/errors.ts';
import { labelText } from '../text/escape.ts';
import { rowView } from '../tree/rows.ts';
import { l10n } from './l10n.ts';
import { showInputBox, showQuickPick } from './quickInput.ts';

/** What a quick pick shows without a noticeable wait. */
const mostEntries = 500;

/** Asks for a row when a command comes from the palette. Each resolves to `undefined` when the user gives up. */
export class RowPicker {
  readonly #inventory: Inventory;
  readonly #wording: Wording;

  constructor(inventory: Inventory, wording: Wording) {
    this.#inventory = inventory;
    this.#wording = wording;
  }

  async connection(title: string): Promise<ConnectionNode | undefined> {
    const { roots } = this.#inventory;
    if (roots.length === 0) {
      void window.showInformationMessage(l10n.t('There is no connection yet.'));
      return undefined;
    }
    const [only] = roots;
    if (only && roots.length === 1) {
      return only;
    }
    return (
      await showQuickPick(
        roots.map((root) => this.#entry(root)),
        { title },
      )
    )?.node;
  }

  /** Walks down the tree, reading as it goes, until a row is picked that the command can act on. */
  async item(title: string, fits: (node: ItemNode) => boolean): Promise<ItemNode | undefined> {
    const root = await this.connection(title);
    let branch = root?.branch;
    while (branch) {
      const chosen = await this.#below(branch, title, fits);
      if (chosen === undefined || fits(chosen)) {
        return chosen;
      }
      branch = chosen.branch;
    }
    return undefined;
  }

  async #below(
    branch: Branch,
    title: string,
    fits: (node: ItemNode) => boolean,
  ): Promise<ItemNode | undefined> {
    await window.withProgress({ location: { viewId } }, () => this.#inventory.open(branch));
    for (;;) {
      const nodes = await this.#few(
        branch.nodes.filter((node) => fits(node) || canOpen(node)),
        title,
      );
      if (!nodes) {
        return undefined;
      }
      const entries = nodes.map((node) => this.#entry(node));
      const more: Entry<undefined>[] = branch.hasMore
        ? [{ label: l10n.t('Load more'), node: undefined }]
        : [];
      const placeHolder = branch.error
        ? errorWords(branch.error, this.#wording).sentence
        : entries.length === 0
          ? l10n.t('Nothing to select here.')
          : l10n.t('Select a row. Rows with children open.');
      const chosen = await showQuickPick<Entry<ItemNode | undefined>>([...entries, ...more], {
        title,
        placeHolder,
        matchOnDescription: true,
      });
      if (!chosen || chosen.node) {
        return chosen?.node;
      }
      await window.withProgress({ location: ProgressLocation.Window, title: l10n.t('Loading…') }, () =>
        this.#inventory.loadMore(branch),
      );
    }
  }

  /** A list that can be looked through; out of very many rows those with a text that is asked for. */
  async #few(nodes: readonly ItemNode[], title: string): Promise<readonly ItemNode[] | undefined> {
    if (nodes.length <= mostEntries) {
      return nodes;
    }
    const number = new Intl.NumberFormat(this.#wording.locale);
    const text = await showInputBox({
      title,
      prompt: l10n.t(
        'There are {0} rows. Type part of a name to show the first {1} matches.',
        number.format(nodes.length),
        number.format(mostEntries),
      ),
    });
    const part = text?.trim().toLowerCase();
    return part === undefined
      ? undefined
      : nodes.filter(({ item }) => item.name.toLowerCase().includes(part)).slice(0, mostEntries);
  }

  #entry<T extends ConnectionNode | ItemNode>(node: T): Entry<T> {
    const view = rowView(node, this.#wording);
    return {
      node,
      label: view.label,
      iconPath: new ThemeIcon(view.icon.name),
      ...(view.description !== undefined && { description: labelText(view.description) }),
    };
  }
}

interface Entry<T> extends QuickPickItem {
  readonly node: T;
}

function canOpen({ item }: ItemNode): boolean {
  return item.children.kind === 'list' || item.children.kind === 'inline';
}
