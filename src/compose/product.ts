import { join } from 'node:path';
import {
  commands,
  type ExtensionContext,
  env,
  type TreeDataProvider,
  type TreeDragAndDropController,
  type TreeView,
  window,
} from 'vscode';
import type { OAuthTokensExports } from '../../api/oauth-token-manager.d.ts';
import { contextKeys } from '../contributions.ts';
import { ExtensionAccess } from '../core/adapter/extensionAccess.ts';
import { ChangeTracker } from '../core/changes/changes.ts';
import { SessionCredentials } from '../core/connections/sessionCredentials.ts';
import { type Core, createCore } from '../core/createCore.ts';
import { LogBuffer } from '../core/diagnose/logBuffer.ts';
import { type Disposable, disposeAll } from '../core/event.ts';
import { ConnectionHttp } from '../core/http/client.ts';
import { IncidentStore } from '../core/incident/progress.ts';
import type { LeakTables } from '../core/leaks/leakedTokens.ts';
import type { Clock } from '../core/ports.ts';
import { systemClock } from '../platform/host/clock.ts';
import { identify, start } from '../platform/host/extensions.ts';
import { localMachine } from '../platform/host/localMachine.ts';
import { BrowserRedirects } from '../platform/host/redirects.ts';
import { Remembered, settings } from '../platform/host/settings.ts';
import { workspaceFiles } from '../platform/host/workspaceFiles.ts';
import { MementoAccessStore } from '../platform/storage/accessStore.ts';
import { ActFiles, usualActFiles } from '../platform/storage/activityFiles.ts';
import { MementoConnectionStore } from '../platform/storage/connectionStore.ts';
import { SecretStorageCredentialStore } from '../platform/storage/credentialStore.ts';
import { FileDocuments } from '../platform/storage/fileDocuments.ts';
import { MementoIncidentFlag } from '../platform/storage/incidentFlag.ts';
import { FileLeases } from '../platform/storage/leases.ts';
import { forgetState } from '../platform/storage/stateReset.ts';
import { ChangeFeed } from '../publicApi/changes.ts';
import { createExports } from '../publicApi/entry.ts';
import { rowJournal } from '../ui/activity/rowJournal.ts';
import { type ActivityRow, ActivityTree } from '../ui/activity/view.ts';
import type { LeakSources } from '../ui/commands/deps.ts';
import { askAccess } from '../ui/dialogs/askAccess.ts';
import { l10n } from '../ui/dialogs/l10n.ts';
import { Report } from '../ui/dialogs/notify.ts';
import { offerSessionOnly } from '../ui/dialogs/sessionOnly.ts';
import { offerToGoOn } from '../ui/incident/offer.ts';
import { tellSettled } from '../ui/revoke/settled.ts';
import { showExpiryWarning } from '../ui/status/expiryWarning.ts';
import { SingleWarning } from '../ui/status/singleWarning.ts';
import { sharedClockWords } from '../ui/text/clock.ts';
import type { Wording } from '../ui/text/context.ts';
import { firstFormatters } from '../ui/text/firstFormatters.ts';
import { absoluteTimes, relativeTimes } from '../ui/text/time.ts';
import { ConnectionDragAndDrop } from '../ui/tree/dragAndDrop.ts';
import { registerHeader } from '../ui/tree/header.ts';
import { ConnectionsTree } from '../ui/tree/provider.ts';
import type { Row } from '../ui/tree/row.ts';
import { ViewState } from '../ui/tree/viewState.ts';
import { LazyPages } from '../ui/webview/lazyPages.ts';
import { registerAttention } from './attention.ts';
import { type Background, createBackground } from './background.ts';
import { DescribedServices } from './describedServices.ts';
import { createFindings } from './findings.ts';
import { LazyNetwork } from './lazyParts.ts';
import { type Acts, createLateActs } from './runCommand.ts';
import { ThisPlace } from './thisPlace.ts';

/** What stands behind that which `extension.ts` registers. */
export interface Product {
  readonly tree: TreeDataProvider<Row>;
  readonly dragAndDrop: TreeDragAndDropController<Row>;
  readonly activity: TreeDataProvider<ActivityRow>;
  readonly pages: LazyPages;
  readonly acts: Acts;
  readonly api: OAuthTokensExports;
}

/** The little of VS Code's context that the product uses. */
export type ProductContext = Pick<
  ExtensionContext,
  'subscriptions' | 'secrets' | 'globalState' | 'globalStorageUri'
>;

export interface Views {
  readonly connections: TreeView<Row>;
  readonly activity: TreeView<ActivityRow>;
}

/** What a composition of another kind, such as a test's, brings instead of the product's own. */
export interface Given {
  readonly clock?: Clock;
  readonly leakTables?: () => Promise<LeakTables>;
}

/** Composes the product. No network, no disk, no secret is touched before the view or a command asks. */
export function compose(context: ProductContext, views: Views, given: Given = {}): Product {
  const host = createHost(context, given);
  const viewState = new ViewState(context.globalState);
  const core = createCore({
    ...host,
    includeExpired: () => viewState.includesExpired,
  });
  const ui = createUi(core, host, viewState, views);
  const warning = new SingleWarning(host.clock, (rows, open) => {
    showExpiryWarning(rows, open, ui, background.warnings).catch((thrown: unknown) =>
      ui.report.error(thrown),
    );
  });
  const background = createBackground(core, {
    ...host,
    changes: ui.changes,
    settings,
    repaint: (nodes) => ui.tree.reword(nodes),
    isFocused: () => window.state.focused,
    warn: (rows) => warning.warn(rows),
  });
  const { view, wording, changes, tree } = ui;
  const api = createApi(core, host);
  context.subscriptions.push(
    host.log,
    host,
    core,
    viewState,
    ui,
    api,
    background,
    warning,
    core.pendingRevocations.onDidSettle((settled) => tellSettled(settled, ui)),
    registerAttention({
      background,
      changes,
      view,
      viewState,
      wording,
      settings,
      repaint: (nodes) => tree.reword(nodes),
    }),
    followChanges(core, host, ui),
  );
  offerToGoOn(host.incident, ui.report);
  return {
    tree,
    dragAndDrop: new ConnectionDragAndDrop(core.connections),
    activity: ui.activityTree,
    pages: ui.pages,
    acts: createActs(core, host, ui, background, context),
    api: api.exports,
  };
}

/** What the core is given by VS Code and this computer. */
function createHost(context: ProductContext, { clock = systemClock, leakTables }: Given) {
  const folder = (name: string) => join(context.globalStorageUri.fsPath, name);
  const log = window.createOutputChannel(l10n.t('OAuth Tokens'), { log: true });
  // Before anything else that hears of a change, so that nothing is told the earlier value.
  const expiringWithinMs = new Remembered(settings.expiringWithinMs);
  const transportLimits = new Remembered(settings.transportLimits);
  const words: Wording = {
    localize: l10n.t,
    locale: env.language,
    now: clock.now,
    expiringWithinMs: expiringWithinMs.get,
    relativeTime: relativeTimes(env.language),
    absoluteTime: absoluteTimes(env.language),
  };
  const lines = new LogBuffer(log, clock.now);
  const ofThisPlace = new ThisPlace({
    transport: () => lazy.transport(undefined),
    limits: transportLimits.get,
    clock,
    logger: lines,
    tables: leakTables,
  });
  const lazy = new LazyNetwork(settings.network, l10n.t, ofThisPlace, firstFormatters(words));
  const stored = new SecretStorageCredentialStore(context.secrets);
  const connectionStore = new MementoConnectionStore(context.globalState);
  const leases = new FileLeases(folder('leases'), clock);
  const documents = new FileDocuments(folder('documents'));
  const incident = new IncidentStore(documents, new MementoIncidentFlag(context.globalState));
  const all = disposeAll([expiringWithinMs, transportLimits, lazy, ofThisPlace, connectionStore]);
  return {
    log,
    logger: log,
    lines,
    clock,
    words,
    lazy,
    leases,
    documents,
    stored,
    connectionStore,
    credentialStore: new SessionCredentials(stored, offerSessionOnly(words)),
    incident,
    actStore: new ActFiles(folder('activity'), { ...usualActFiles, keepsAll: () => incident.isUnfinished() }),
    access: new ExtensionAccess(new MementoAccessStore(context.globalState), askAccess),
    redirects: new BrowserRedirects(l10n.t),
    services: () => lazy.services(),
    leakTables: leakTables ?? (() => lazy.leakTables()),
    startExtension: (extensionId: string) => start(extensionId, clock),
    shelf: lazy.shelf,
    patienceMs: () => transportLimits.get().headersMs,
    network: {
      transport: (...files: Parameters<LazyNetwork['transport']>) => lazy.transport(...files),
      limits: transportLimits.get,
      logger: lines,
      random: Math.random,
    },
    forgetState: () => forgetState(context.globalState),
    dispose: () => all.dispose(),
  };
}

type Host = ReturnType<typeof createHost>;

/** What shows the core. */
function createUi(core: Core, host: Host, viewState: ViewState, views: Views) {
  const { connections: view, activity: activityView } = views;
  const { inventory, activity, connections } = core;
  const changes = new ChangeTracker({ inventory, activity, clock: host.clock, documents: host.documents });
  const findings = createFindings(core, host, settings.findingLimits);
  const clockOffsets = () => inventory.roots.map(({ clockOffset }) => clockOffset);
  const sharedClock = () => sharedClockWords(clockOffsets(), host.words);
  const { copiesTokens } = settings;
  const wording: Wording = { ...host.words, marks: changes, findings, copiesTokens, sharedClock };
  const report = new Report(wording, host.log);
  const tree = new ConnectionsTree({
    inventory,
    viewState,
    wording,
    clock: host.clock,
    findings,
    isVisible: () => view.visible,
  });
  const activityTree = new ActivityTree(activity, wording, activityView, connections.onDidChange);
  const journal = rowJournal(activity, wording);
  const pages = new LazyPages({ inventory, viewState, wording, journal, view, report, findings });
  const all = disposeAll([
    changes,
    tree,
    activityTree,
    findings,
    pages,
    registerHeader({
      view,
      viewState,
      inventory,
      onDidShow: tree.onDidShow,
      wording,
      reword: (nodes) => tree.reword(nodes),
    }),
  ]);
  return {
    inventory,
    view,
    viewState,
    wording,
    report,
    changes,
    tree,
    activityTree,
    findings,
    pages,
    dispose: () => all.dispose(),
  };
}

type Ui = ReturnType<typeof createUi>;

function createActs(core: Core, host: Host, ui: Ui, background: Background, context: ProductContext): Acts {
  const { log, lazy, lines, clock, access, leases, documents, stored } = host;
  return createLateActs({
    ...core,
    ...ui,
    redirects: host.redirects,
    machine: localMachine,
    access,
    log,
    settings,
    descriptions: { services: settings.services, read: (value) => lazy.describe(value) },
    warnings: background.warnings,
    incident: host.incident,
    leaks: createLeakSources(core, host, context),
    records: { activity: core.activity, lines, clock, probes: () => lazy.probes(stored) },
    forgetTransports: () => lazy.reset(),
    forgetState: async () => {
      await leases.forget();
      await core.activity.clear();
      await documents.forget();
      return host.forgetState();
    },
  });
}

/** Each value is sent through a client of its own, which knows one address. */
function createLeakSources(
  { sessions: { requestIds }, activity }: Core,
  host: Host,
  context: ProductContext,
): LeakSources {
  const { network, clock } = host;
  const http = { ...network, clock, requestIds, adapterId: 'leaked-token' };
  const transport = () => network.transport(undefined);
  return {
    activity,
    clock,
    requestIds,
    credentials: host.credentialStore,
    tables: host.leakTables,
    files: workspaceFiles,
    keep: (made) => {
      context.subscriptions.push(made);
      return made;
    },
    http: (baseUrl) => new ConnectionHttp([baseUrl], { ...http, transport }).client(baseUrl),
  };
}

/** What other extensions get, and the services that settings describe. */
function createApi({ registry, inventory }: Core, { lazy, access, log, clock, patienceMs }: Host) {
  const services = new DescribedServices(settings, registry, (value) => lazy.describe(value));
  const changes = new ChangeFeed(inventory);
  const all = disposeAll([services, access, changes]);
  return {
    exports: createExports({
      registry,
      inventory,
      access,
      logger: log,
      changes: changes.event,
      identify,
      guard: (source) => lazy.guard(source, { clock, patienceMs }),
    }),
    dispose: () => all.dispose(),
  };
}

function followChanges({ inventory }: Core, { lazy }: Host, { view, viewState, tree }: Ui): Disposable {
  return disposeAll([
    viewState.onDidChangeIncludesExpired(() => inventory.refreshAll()),
    settings.onDidChange(() => tree.reword()),
    settings.onDidChangeNetwork(() => lazy.reset()),
    view.onDidChangeVisibility(({ visible }) => (visible ? inventory.resume() : undefined)),
    inventory.onDidChangeLoading((isLoading) => {
      void commands.executeCommand('setContext', contextKeys.isLoading, isLoading);
    }),
  ]);
}
