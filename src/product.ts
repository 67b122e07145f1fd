import { join } from 'node:path';
import {
  commands,
  env,
  l10n,
  type TreeDataProvider,
  type TreeDragAndDropController,
  type TreeView,
  window,
} from 'vscode';
import type { OAuthTokensExports } from '../api/oauth-token-manager.d.ts';
import { ChangeFeed } from './api/changes.ts';
import { createExports } from './api/exports.ts';
import { contextKeys } from './contributions.ts';
import { Activity } from './core/activity.ts';
import { Connections } from './core/connections.ts';
import { GuestAccess } from './core/guestAccess.ts';
import { Inventory } from './core/inventory.ts';
import type { Clock } from './core/ports.ts';
import { RecentLines } from './core/recentLines.ts';
import { AdapterRegistry } from './core/registry.ts';
import { SessionCredentials } from './core/sessionCredentials.ts';
import { Sessions } from './core/sessions.ts';
import { WhatChanged } from './core/whatChanged.ts';
import type { ProductContext } from './extension.ts';
import { MementoAccessStore } from './platform/accessStore.ts';
import { ActFiles } from './platform/actFiles.ts';
import { systemClock } from './platform/clock.ts';
import { MementoConnectionStore } from './platform/connectionStore.ts';
import { SecretStorageCredentialStore } from './platform/credentialStore.ts';
import { DescribedServices } from './platform/describedServices.ts';
import { FileDocuments } from './platform/fileDocuments.ts';
import { LazyNetwork } from './platform/lazyNetwork.ts';
import { FileLeases } from './platform/lease.ts';
import { localMachine } from './platform/localMachine.ts';
import { identify, start } from './platform/otherExtensions.ts';
import { BrowserRedirects } from './platform/redirects.ts';
import { Remembered, settings } from './platform/settings.ts';
import { forgetState } from './platform/stateReset.ts';
import { type ActivityRow, ActivityTree } from './ui/activityView.ts';
import { askAccess } from './ui/askAccess.ts';
import { commandRunner, type RunCommand } from './ui/commands/run.ts';
import { LazyPages } from './ui/pages.ts';
import { PassingTime } from './ui/passingTime.ts';
import { Report } from './ui/report.ts';
import { rowJournal } from './ui/rowJournal.ts';
import { offerSessionOnly } from './ui/sessionOnly.ts';
import { relativeTimes } from './ui/timeWords.ts';
import { ConnectionDragAndDrop } from './ui/tree/dragAndDrop.ts';
import { registerHeader } from './ui/tree/header.ts';
import { ConnectionsTree } from './ui/tree/provider.ts';
import type { Row } from './ui/tree/rows.ts';
import { ViewState } from './ui/viewState.ts';
import type { Wording } from './ui/wording.ts';

/** What stands behind that which `extension.ts` registers. */
export interface Product {
  readonly tree: TreeDataProvider<Row>;
  readonly dragAndDrop: TreeDragAndDropController<Row>;
  readonly activity: TreeDataProvider<ActivityRow>;
  readonly pages: LazyPages;
  readonly run: RunCommand;
  readonly api: OAuthTokensExports;
}

export interface Views {
  readonly connections: TreeView<Row>;
  readonly activity: TreeView<ActivityRow>;
}

/** Composes the product. No network, no disk, no secret is touched before the view or a command asks. */
export function compose(
  context: ProductContext,
  { connections: view, activity: activityView }: Views,
  clock: Clock = systemClock,
): Product {
  const log = window.createOutputChannel(l10n.t('OAuth Tokens'), { log: true });
  // Before anybody else who hears of a change, so that nobody is told the earlier value.
  const expiringWithinMs = new Remembered(settings.expiringWithinMs);
  const transportLimits = new Remembered(settings.transportLimits);
  const words: Wording = {
    localize: l10n.t,
    locale: env.language,
    now: clock.now,
    expiringWithinMs: expiringWithinMs.get,
    relativeTime: relativeTimes(env.language),
  };

  // The first formatter in a process takes long to make, and the first rows would wait for it.
  const network = new LazyNetwork(settings.network, l10n.t, () => words.relativeTime(0, 0));
  const stored = new SecretStorageCredentialStore(context.secrets);
  const credentials = new SessionCredentials(stored, offerSessionOnly(words));
  const store = new MementoConnectionStore(context.globalState);
  const leases = new FileLeases(join(context.globalStorageUri.fsPath, 'leases'), clock);
  const activity = new Activity(new ActFiles(join(context.globalStorageUri.fsPath, 'activity')), clock, log);
  const connections = new Connections(store, credentials, clock, leases, activity);
  const lines = new RecentLines(log, clock.now);
  const registry = new AdapterRegistry(
    () => network.adapters(),
    (extensionId) => start(extensionId, clock),
  );
  const sessions = new Sessions(registry, connections, credentials, {
    transport: (certificateAuthorityFile) => network.transport(certificateAuthorityFile),
    limits: transportLimits.get,
    clock,
    logger: lines,
    random: Math.random,
  });
  const viewState = new ViewState(context.globalState);
  const inventory = new Inventory({
    connections,
    sessions,
    clock,
    includeExpired: () => viewState.includesExpired,
    activity,
  });
  const documents = new FileDocuments(join(context.globalStorageUri.fsPath, 'documents'));
  const seen = new WhatChanged({ inventory, clock, documents });
  const wording: Wording = { ...words, marks: seen };

  const describe = (value: unknown) => network.describe(value);
  const services = new DescribedServices(settings, registry, describe);
  const access = new GuestAccess(new MementoAccessStore(context.globalState), askAccess);
  const changes = new ChangeFeed(inventory);
  const tree = new ConnectionsTree(inventory, viewState, wording, clock);
  const acts = new ActivityTree(activity, wording, activityView, connections.onDidChange);
  const report = new Report(wording, log);
  const pages = new LazyPages({
    inventory,
    viewState,
    wording,
    journal: rowJournal(activity, wording),
    view,
    report,
  });
  const redirects = new BrowserRedirects(l10n.t);
  const passing = new PassingTime({
    connections,
    inventory,
    view,
    viewState,
    wording,
    report,
    clock,
    logger: log,
    documents,
    leases,
    changes: seen,
    settings,
    repaint: (nodes) => tree.reword(nodes),
  });

  const run = commandRunner({
    registry,
    connections,
    sessions,
    redirects,
    inventory,
    view,
    viewState,
    wording,
    report,
    machine: localMachine,
    access,
    pages,
    log,
    settings,
    descriptions: { services: settings.services, read: describe },
    changes: seen,
    warnings: passing,
    records: { activity, lines, clock, probes: () => network.probes(stored) },
    forgetTransports: () => network.reset(),
    forgetState: async () => {
      await leases.forget();
      await activity.clear();
      await documents.forget();
      return forgetState(context.globalState);
    },
  });

  context.subscriptions.push(
    log,
    expiringWithinMs,
    transportLimits,
    network,
    connections,
    store,
    registry,
    sessions,
    viewState,
    inventory,
    seen,
    services,
    access,
    changes,
    tree,
    pages,
    activity,
    acts,
    redirects,
    passing,
    registerHeader({ view, viewState, inventory, onDidShow: tree.onDidShow, wording }),
    registry.onDidChange((adapterId) => inventory.readapt(adapterId)),
    viewState.onDidChangeIncludesExpired(() => inventory.refreshAll()),
    settings.onDidChange(() => tree.reword()),
    settings.onDidChangeNetwork(() => network.reset()),
    view.onDidChangeVisibility(({ visible }) => (visible ? inventory.resume() : undefined)),
    inventory.onDidChangeLoading((isLoading) => {
      void commands.executeCommand('setContext', contextKeys.isLoading, isLoading);
    }),
  );

  const api = createExports({
    registry,
    inventory,
    access,
    logger: log,
    changes: changes.event,
    identify,
    guard: (source) => network.guard(source, { clock, patienceMs: () => transportLimits.get().headersMs }),
  });
  return { tree, dragAndDrop: new ConnectionDragAndDrop(connections), activity: acts, pages, run, api };
}
