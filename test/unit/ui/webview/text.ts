import type { PageView } from '../../../../src/ui/webview/panel.ts';
import type { View } from '../../../../src/ui/webview/view.ts';

/** Every text of a page, in the order it is read. */
export function textOf({ content }: PageView): string[] {
  const texts = (view: View): string[] => (typeof view === 'string' ? [view] : view.children.flatMap(texts));
  return content.flatMap(texts);
}
