// The least that an extension with the product's manifest has to do: it registers what VS Code looks up when the
// extension has started, with nothing behind it.
import { commands, type ExtensionContext, lm, type TreeDataProvider, window } from 'vscode';
import { activityViewId, chatTools, commandIds, pageTypes, viewId } from '../../src/contributions.ts';

const nothing = async () => undefined;

export function activate({ subscriptions }: ExtensionContext): void {
  const treeDataProvider: TreeDataProvider<never> = { getChildren: () => [], getTreeItem: (row) => row };
  subscriptions.push(
    ...Object.values(commandIds).map((id) => commands.registerCommand(id, nothing)),
    ...Object.keys(chatTools).map((name) => lm.registerTool(name, { invoke: nothing })),
    ...Object.values(pageTypes).map((type) =>
      window.registerWebviewPanelSerializer(type, { deserializeWebviewPanel: nothing }),
    ),
    ...[viewId, activityViewId].map((id) => window.createTreeView(id, { treeDataProvider })),
  );
}
