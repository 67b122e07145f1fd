import {
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  type TreeView,
} from 'vscode';
import type { Act, Activity } from '../../core/activity/activity.ts';
import type { Disposable, Event } from '../../core/event.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { actLines, actView, actWord } from '../text/activity.ts';
import type { Wording } from '../text/context.ts';
import { linesMarkdown } from '../tree/tooltip.ts';

/** Long enough for the acts of a bulk to come as one change, short enough to be seen at once. */
const coalesceMs = 150;

export type ActivityRow = Act | TokenManagerError;

/** What was done, the newest first. The journal is read only while that can be seen. */
export class ActivityTree implements TreeDataProvider<ActivityRow>, Disposable {
  readonly #activity: Activity;
  readonly #wording: Wording;
  readonly #changed = new EventEmitter<undefined>();
  readonly #view: Pick<TreeView<ActivityRow>, 'visible'>;
  readonly #subscriptions: readonly Disposable[];
  #redraw: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  /** @param onOtherWindow fires when another window may have done something */
  constructor(
    activity: Activity,
    wording: Wording,
    view: Pick<TreeView<ActivityRow>, 'visible' | 'onDidChangeVisibility'>,
    onOtherWindow: Event<unknown>,
  ) {
    this.#activity = activity;
    this.#wording = wording;
    this.#view = view;
    this.#subscriptions = [
      activity.onDidChange(() => this.#soon()),
      onOtherWindow(() => this.#look()),
      view.onDidChangeVisibility(() => this.#look()),
    ];
  }

  async getChildren(row?: ActivityRow): Promise<ActivityRow[]> {
    if (row !== undefined) {
      return [];
    }
    try {
      return [...(await this.#activity.acts())];
    } catch (thrown) {
      return [TokenManagerError.from(thrown)];
    }
  }

  getTreeItem(row: ActivityRow): TreeItem {
    return row instanceof TokenManagerError ? this.#failure() : this.#act(row);
  }

  resolveTreeItem(item: TreeItem, row: ActivityRow): TreeItem {
    if (!(row instanceof TokenManagerError)) {
      const lines = actLines(row, this.#activity.isUnderWay(row), this.#wording);
      item.tooltip = new MarkdownString(linesMarkdown(actWord(row.kind, this.#wording), lines));
    }
    return item;
  }

  dispose(): void {
    clearTimeout(this.#redraw);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }

  #act(act: Act): TreeItem {
    const view = actView(act, this.#activity.isUnderWay(act), this.#wording);
    const item = new TreeItem(view.label);
    item.id = view.id;
    item.description = view.description;
    item.iconPath = themeIcon(view.icon);
    item.accessibilityInformation = { label: view.spoken };
    item.contextValue = 'act';
    return item;
  }

  #failure(): TreeItem {
    const item = new TreeItem(this.#wording.localize('The files of the activity cannot be read'));
    item.iconPath = themeIcon({ name: 'error', color: 'list.errorForeground' });
    return item;
  }

  #look(): void {
    if (this.#view.visible) {
      this.#activity.reload();
    }
  }

  #soon(): void {
    this.#redraw ??= setTimeout(() => {
      this.#redraw = undefined;
      this.#changed.fire(undefined);
    }, coalesceMs);
  }
}

function themeIcon({ name, color }: { readonly name: string; readonly color?: string }): ThemeIcon {
  return new ThemeIcon(name, color ? new ThemeColor(color) : undefined);
}
