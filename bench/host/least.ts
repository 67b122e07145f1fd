// The least that an extension with the product's manifest has to do: it registers what VS Code looks up when the
// extension has started, with nothing behind it.
import {
  commands,
  EventEmitter,
  type ExtensionContext,
  lm,
  type TreeDataProvider,
  type TreeDragAndDropController,
  window,
} from 'vscode';
import {
  activityViewId,
  chatTools,
  commandIds,
  dragMimeType,
  pageTypes,
  viewId,
} from '../../src/contributions.ts';

const nothing = async () => undefined;

export function activate({ subscriptions }: ExtensionContext): void {
  const dragAndDropController: TreeDragAndDropController<never> = {
    dragMimeTypes: [dragMimeType],
    dropMimeTypes: [dragMimeType],
    handleDrag: nothing,
    handleDrop: nothing,
  };
  subscriptions.push(
    ...Object.values(commandIds).map((id) => commands.registerCommand(id, nothing)),
    ...Object.keys(chatTools).map((name) => lm.registerTool(name, { invoke: nothing })),
    ...Object.values(pageTypes).map((type) =>
      window.registerWebviewPanelSerializer(type, { deserializeWebviewPanel: nothing }),
    ),
    window.createTreeView(viewId, {
      treeDataProvider: changing(),
      dragAndDropController,
      showCollapseAll: true,
      canSelectMany: true,
    }),
    window.createTreeView(activityViewId, { treeDataProvider: changing() }),
  );
}

/** A tree without rows, some of which could change. */
function changing(): TreeDataProvider<never> {
  const { event } = new EventEmitter<undefined>();
  return { onDidChangeTreeData: event, getChildren: () => [], getTreeItem: (row) => row };
}
