import { window } from 'vscode';
import type { OAuthTokensExports } from '../api/oauth-token-manager.d.ts';
import { LateDragAndDrop, LateTree } from './compose/lateTree.ts';
import type { Given, Product, ProductContext } from './compose/product.ts';
import { activityViewId, viewId } from './contributions.ts';
import type { ActivityRow } from './ui/activity/view.ts';
import { registerChatTools } from './ui/chatTools/register.ts';
import { registerCommands } from './ui/commands/register.ts';
import type { Row } from './ui/tree/row.ts';
import { registerPages } from './ui/webview/serializers.ts';

/** Not by `import()`, because another extension that asks for the API is answered at once. */
const load = (): typeof import('./compose/product.ts') => require('./compose/product.ts');

export function activate(context: ProductContext): OAuthTokensExports {
  return start(context);
}

/**
 * Registers what the manifest contributes, and nothing else. All that is behind it stands in `product.ts`: it is
 * loaded and composed as soon as VS Code has heard that the extension has started, or when something asks for it.
 * @param given instead of the product's own; for tests
 */
export function start(context: ProductContext, given: Given = {}): OAuthTokensExports {
  let composed: Product | undefined;
  const product = (): Product => {
    composed ??= load().compose(context, { connections: view, activity: activityView }, given);
    return composed;
  };
  const view = window.createTreeView<Row>(viewId, {
    treeDataProvider: new LateTree(() => product().tree),
    dragAndDropController: new LateDragAndDrop(() => product().dragAndDrop),
    showCollapseAll: true,
    canSelectMany: true,
  });
  const activityView = window.createTreeView<ActivityRow>(activityViewId, {
    treeDataProvider: new LateTree(() => product().activity),
  });
  const soon = setImmediate(product);
  context.subscriptions.push(
    { dispose: () => clearImmediate(soon) },
    view,
    activityView,
    registerCommands((id, passed) => product().acts.run(id, passed)),
    registerChatTools(() => product().acts.chat),
    registerPages(() => product().pages),
  );
  return Object.freeze<OAuthTokensExports>({
    getApi: (version, caller) => product().api.getApi(version, caller),
  });
}
