import {
  commands,
  Diagnostic,
  type DiagnosticCollection,
  DiagnosticSeverity,
  EventEmitter,
  languages,
  Range,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
  workspace,
} from 'vscode';
import { contextKeys, leakedTokensViewId } from '../../contributions.ts';
import type { FoundToken } from '../../core/leaks/search.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { Wording } from '../text/context.ts';
import { foundTokenWords, problemWords } from '../text/leakSearch.ts';

/** A file, or a token in it. */
type ResultRow = string | FoundToken;

/** Where tokens were found, as a tree and as problems of the files; it knows no value. */
export class LeakResults implements TreeDataProvider<ResultRow> {
  readonly #wording: Wording;
  readonly #changed = new EventEmitter<ResultRow | undefined>();
  readonly #view: TreeView<ResultRow>;
  readonly #problems: DiagnosticCollection;
  readonly #dead = new Set<FoundToken>();
  #byFile = new Map<string, FoundToken[]>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(wording: Wording) {
    this.#wording = wording;
    this.#problems = languages.createDiagnosticCollection('oauthTokens');
    this.#view = window.createTreeView<ResultRow>(leakedTokensViewId, { treeDataProvider: this });
  }

  /** @param limits what was not searched */
  async show(found: readonly FoundToken[], limits: string): Promise<void> {
    this.#set(found);
    this.#view.message = limits;
    await commands.executeCommand('setContext', contextKeys.hasLeakResults, true);
    await commands.executeCommand(`${leakedTokensViewId}.focus`);
  }

  async clear(): Promise<void> {
    this.#set([]);
    await commands.executeCommand('setContext', contextKeys.hasLeakResults, false);
  }

  /** What a menu passed, if it is one of these rows. */
  foundToken(passed: unknown): FoundToken | undefined {
    return [...this.#byFile.values()].flat().find((found) => found === passed);
  }

  /** Its service was seen to refuse it. */
  markDead(found: FoundToken): void {
    this.#dead.add(found);
    this.#changed.fire(found);
  }

  getChildren(row?: ResultRow): ResultRow[] {
    if (row === undefined) {
      return [...this.#byFile.keys()];
    }
    return typeof row === 'string' ? (this.#byFile.get(row) ?? []) : [];
  }

  getParent(row: ResultRow): ResultRow | undefined {
    return typeof row === 'string' ? undefined : row.file;
  }

  getTreeItem(row: ResultRow): TreeItem {
    return typeof row === 'string' ? this.#file(row) : this.#token(row);
  }

  dispose(): void {
    this.#view.dispose();
    this.#problems.dispose();
    this.#changed.dispose();
  }

  #set(found: readonly FoundToken[]): void {
    this.#byFile = Map.groupBy(found, ({ file }) => file);
    this.#dead.clear();
    this.#problems.clear();
    for (const [file, tokens] of this.#byFile) {
      this.#problems.set(
        Uri.parse(file, true),
        tokens.map((token) => this.#problem(token)),
      );
    }
    this.#changed.fire(undefined);
  }

  #file(file: string): TreeItem {
    const uri = Uri.parse(file, true);
    const item = new TreeItem(workspace.asRelativePath(uri), TreeItemCollapsibleState.Expanded);
    item.id = file;
    item.resourceUri = uri;
    item.iconPath = ThemeIcon.File;
    item.contextValue = 'leakedFile';
    return item;
  }

  #token(found: FoundToken): TreeItem {
    const { label, description, icon } = foundTokenWords(found, this.#dead.has(found), this.#wording);
    const item = new TreeItem(label);
    item.description = description;
    item.iconPath =
      icon === 'warning'
        ? new ThemeIcon(icon, new ThemeColor('list.warningForeground'))
        : new ThemeIcon(icon);
    item.accessibilityInformation = { label: l10n.t('{0}, {1}', label, description) };
    item.contextValue = 'leakedToken';
    item.command = {
      command: 'vscode.open',
      title: l10n.t('Open File'),
      arguments: [Uri.parse(found.file, true), { selection: rangeOf(found) }],
    };
    return item;
  }

  #problem(found: FoundToken): Diagnostic {
    const severity =
      found.kind?.certainty === 'doubtful' ? DiagnosticSeverity.Information : DiagnosticSeverity.Warning;
    const problem = new Diagnostic(rangeOf(found), problemWords(found, this.#wording), severity);
    problem.source = l10n.t('OAuth Tokens');
    return problem;
  }
}

/** A token stands on one line. */
function rangeOf({ line, character, start, end }: FoundToken): Range {
  return new Range(line, character, line, character + end - start);
}
