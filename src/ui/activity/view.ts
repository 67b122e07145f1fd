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
import { type ActView, actLines, actView, actWord } from '../text/activity.ts';
import type { Wording } from '../text/context.ts';
import { linesMarkdown } from '../tree/tooltip.ts';

/** Long enough for the acts of a bulk to come as one change, short enough to be seen at once. */
const coalesceMs = 150;

/** Rows say how long ago it was. */
const rewordMs = 60_000;

export type ActivityRow = Act | TokenManagerError;

/** What was done, the newest first. The journal is read only while that can be seen. */
export class ActivityTree implements TreeDataProvider<ActivityRow>, Disposable {
  readonly #activity: Activity;
  readonly #wording: Wording;
  readonly #changed = new EventEmitter<ActivityRow[] | undefined>();
  readonly #treeView: Pick<TreeView<ActivityRow>, 'visible'>;
  readonly #subscriptions: readonly Disposable[];
  /** What VS Code was last told of each act. */
  readonly #shown = new Map<Act, string>();
  readonly #rewording: NodeJS.Timeout;
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
    this.#treeView = view;
    this.#subscriptions = [
      activity.onDidChange(() => this.#soon()),
      onOtherWindow(() => this.#look()),
      view.onDidChangeVisibility(() => this.#look()),
    ];
    this.#rewording = setInterval(() => this.#reword(), rewordMs);
    this.#rewording.unref();
  }

  async getChildren(row?: ActivityRow): Promise<ActivityRow[]> {
    if (row !== undefined) {
      return [];
    }
    try {
      const acts = [...(await this.#activity.acts())];
      this.#shown.clear();
      return acts;
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
    clearInterval(this.#rewording);
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }

  #act(act: Act): TreeItem {
    const view = this.#view(act);
    this.#shown.set(act, view.description);
    const item = new TreeItem(view.label);
    item.id = view.id;
    item.description = view.description;
    item.iconPath = themeIcon(view.icon);
    item.accessibilityInformation = { label: view.spoken };
    item.contextValue = 'act';
    return item;
  }

  #view(act: Act): ActView {
    return actView(act, this.#activity.isUnderWay(act), this.#wording);
  }

  /** Only what reads differently now: a row that is drawn anew closes its menu. */
  #reword(): void {
    if (this.#treeView.visible) {
      const passed = [...this.#shown].filter(([act, shown]) => this.#view(act).description !== shown);
      if (passed.length > 0) {
        this.#changed.fire(passed.map(([act]) => act));
      }
    }
  }

  #failure(): TreeItem {
    const item = new TreeItem(this.#wording.localize('The files of the activity cannot be read'));
    item.iconPath = themeIcon({ name: 'error', color: 'list.errorForeground' });
    return item;
  }

  #look(): void {
    if (this.#treeView.visible) {
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
