import { type WebviewPanel, window } from 'vscode';
import { pageTypes } from '../../contributions.ts';
import { type Disposable, disposeAll } from '../../core/event.ts';

interface RestoredPages {
  restoreDetails(panel: WebviewPanel, state: unknown): Promise<void>;
  restoreOverview(panel: WebviewPanel): Promise<void>;
}

/** After a reload of the window the pages in editors come back. */
export function registerPages(pages: () => RestoredPages): Disposable {
  return disposeAll([
    window.registerWebviewPanelSerializer(pageTypes.details, {
      deserializeWebviewPanel: (panel, state: unknown) => pages().restoreDetails(panel, state),
    }),
    window.registerWebviewPanelSerializer(pageTypes.overview, {
      deserializeWebviewPanel: (panel) => pages().restoreOverview(panel),
    }),
  ]);
}
