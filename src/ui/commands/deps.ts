import type { TreeView } from 'vscode';
import type { ChatAccess, CommandId } from '../../contributions.ts';
import type { HandOvers } from '../../core/act/handOvers.ts';
import type { HeldTokens } from '../../core/act/heldTokens.ts';
import type { Pauses } from '../../core/act/pauses.ts';
import type { RowActs } from '../../core/act/rowActs.ts';
import type { Activity } from '../../core/activity/activity.ts';
import type { ExtensionAccess } from '../../core/adapter/extensionAccess.ts';
import type { Redirects } from '../../core/adapter/redirects.ts';
import type { AdapterRegistry } from '../../core/adapter/registry.ts';
import type { ReadDescription } from '../../core/adapter/serviceDescriptions.ts';
import type { ChangeTracker } from '../../core/changes/changes.ts';
import type { Connections } from '../../core/connections/connections.ts';
import type { Sessions } from '../../core/connections/sessions.ts';
import type { Probes } from '../../core/diagnose/diagnose.ts';
import type { LogBuffer } from '../../core/diagnose/logBuffer.ts';
import type { Disposable } from '../../core/event.ts';
import type { Warnings } from '../../core/expiry/warnings.ts';
import type { Limits } from '../../core/findings/rules.ts';
import type { FindingsTracker } from '../../core/findings/tracker.ts';
import type { IncidentStore } from '../../core/incident/progress.ts';
import type { Inventory } from '../../core/inventory/inventory.ts';
import type { Branch, ItemNode, Node } from '../../core/inventory/tree.ts';
import type { LeakedTokensDeps } from '../../core/leaks/leakedTokens.ts';
import type { Clock, LocalMachine, TransportLimits, WorkspaceFiles } from '../../core/ports.ts';
import type { Renewals } from '../../core/renew/renew.ts';
import type { Revocations } from '../../core/revoke/revoke.ts';
import type { Report } from '../dialogs/notify.ts';
import type { Wording } from '../text/context.ts';
import type { Row } from '../tree/row.ts';
import type { ViewState } from '../tree/viewState.ts';
import type { LazyPages } from '../webview/lazyPages.ts';

/** What commands work with. */
export interface CommandDeps {
  readonly registry: AdapterRegistry;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly redirects: Redirects;
  readonly inventory: Inventory;
  readonly rowActs: RowActs;
  readonly revocations: Revocations;
  readonly renewals: Renewals;
  readonly pauses: Pauses;
  readonly handOvers: HandOvers;
  readonly heldTokens: HeldTokens;
  readonly view: TreeView<Row>;
  readonly viewState: ViewState;
  readonly wording: Wording;
  readonly report: Report;
  readonly machine: LocalMachine;
  readonly access: ExtensionAccess;
  readonly pages: LazyPages;
  readonly log: { show(preserveFocus?: boolean): void };
  readonly settings: {
    findingLimits(): Limits;
    transportLimits(): TransportLimits;
    chatTools(): ChatAccess;
    copiesTokens(): boolean;
  };
  readonly descriptions: Descriptions;
  readonly leaks: LeakSources;
  readonly changes: ChangeTracker;
  readonly findings: FindingsTracker;
  readonly incident: IncidentStore;
  readonly warnings: Pick<Warnings, 'resetWarnings'>;
  readonly records: RecordSources;
  /** So that certificate authority files are read anew, also when only their content has changed. */
  forgetTransports(): void;
  /** Empties what is remembered between sessions; resolves to the keys that are still there. */
  forgetState(): Promise<readonly string[]>;
}

/** What revoking a leaked token needs besides. */
export interface LeakSources
  extends Pick<LeakedTokensDeps, 'tables' | 'http' | 'credentials' | 'requestIds' | 'activity' | 'clock'> {
  readonly files: WorkspaceFiles;
  /** Ends what was made when the extension does. */
  keep<T extends Disposable>(made: T): T;
}

/** Services as users describe them. */
export interface Descriptions {
  services(): readonly unknown[];
  read(value: unknown): Promise<ReadDescription>;
}

/** What records and reports are made from. */
export interface RecordSources {
  readonly activity: Activity;
  /** What was sent last. */
  readonly lines: LogBuffer;
  readonly probes: () => Promise<Probes>;
  readonly clock: Clock;
}

/** The rows that a menu, a key binding or another extension passed; what was no row of the list is left out. */
export interface Given {
  /** The row itself, or the owner of the branch that it speaks about. */
  readonly node: Node | undefined;
  /** The row itself. */
  readonly item: ItemNode | undefined;
  /** The branch that the row shows or speaks about. */
  readonly branch: Branch | undefined;
  /**
   * The row of a menu, or all that are selected when it is one of them. The palette passes nothing, and means
   * the selection where it is more than one row; a single one is asked for.
   */
  readonly nodes: readonly Node[];
  /** As it came, for menus of other views than that of the connections. */
  readonly passed: unknown;
}

export type Handler = (given: Given) => Promise<void>;

/** A handler each; a file of commands has some of them, and the compiler sees that all files together have all. */
export type Handlers<Id extends CommandId = CommandId> = Readonly<Record<Id, Handler>>;
