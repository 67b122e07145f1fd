import { EventEmitter, l10n, type TextDocumentContentProvider, Uri, window, workspace } from 'vscode';
import type { ConnectionNode, ItemNode } from '../core/branch.ts';
import type { Disposable } from '../core/event.ts';
import type { Inventory } from '../core/inventory.ts';
import { connectionLines, itemLines, type Line } from './tree/tooltip.ts';
import type { Wording } from './wording.ts';

const scheme = 'oauth-tokens';

/** Read-only pages with everything known about a row, as plain text: nothing in it is interpreted. */
export class DetailsPages implements TextDocumentContentProvider, Disposable {
  readonly #inventory: Inventory;
  readonly #wording: Wording;
  readonly #changed = new EventEmitter<Uri>();
  readonly #subscriptions: readonly Disposable[];
  readonly onDidChange = this.#changed.event;

  constructor(inventory: Inventory, wording: Wording) {
    this.#inventory = inventory;
    this.#wording = wording;
    this.#subscriptions = [
      workspace.registerTextDocumentContentProvider(scheme, this),
      inventory.onDidChange(() => this.#refreshOpenPages()),
    ];
  }

  async show(node: ConnectionNode | ItemNode): Promise<void> {
    const document = await workspace.openTextDocument(pageUri(node));
    await window.showTextDocument(document, { preview: true });
  }

  provideTextDocumentContent(uri: Uri): string {
    const node = this.#inventory.find(uri.query);
    return node ? this.#text(node) : l10n.t('This is no longer in the list.');
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }

  #refreshOpenPages(): void {
    for (const document of workspace.textDocuments) {
      if (document.uri.scheme === scheme) {
        this.#changed.fire(document.uri);
      }
    }
  }

  #text(node: ConnectionNode | ItemNode): string {
    if (node.kind === 'connection') {
      return page(node.connection.label, connectionLines(node, this.#wording));
    }
    const below = node.branch.nodes.map((child) => `  ${child.item.name}`);
    const lines = [
      { label: l10n.t('Connection'), text: node.connection.label },
      ...itemLines(node, this.#wording),
    ];
    return below.length === 0
      ? page(node.item.name, lines)
      : [page(node.item.name, lines), l10n.t('Below it:'), ...below, ''].join('\n');
  }
}

/** The key finds the row again; the path is only what the tab shows. */
function pageUri(node: ConnectionNode | ItemNode): Uri {
  const name = node.kind === 'connection' ? node.connection.label : node.item.name;
  return Uri.from({ scheme, path: `/${name.replace(/[^\p{L}\p{N} .@_-]/gu, '_')}`, query: node.key });
}

function page(heading: string, lines: readonly Line[]): string {
  const width = Math.max(...lines.map(({ label }) => label.length));
  return [heading, '', ...lines.map(({ label, text }) => `${label.padEnd(width)}  ${text}`), ''].join('\n');
}
