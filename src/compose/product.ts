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
import type { OAuthTokensExports } from '../../api/oauth-token-manager.d.ts';
import { contextKeys } from '../contributions.ts';
import { GuestAccess } from '../core/adapter/extensionAccess.ts';
import { WhatChanged } from '../core/changes/tracker.ts';
import { SessionCredentials } from '../core/connections/sessionCredentials.ts';
import { createCore } from '../core/createCore.ts';
import { RecentLines } from '../core/diagnose/logBuffer.ts';
import type { Clock } from '../core/ports.ts';
import type { ProductContext } from '../extension.ts';
import { systemClock } from '../platform/host/clock.ts';
import { identify, start } from '../platform/host/extensions.ts';
import { localMachine } from '../platform/host/localMachine.ts';
import { BrowserRedirects } from '../platform/host/redirects.ts';
import { Remembered, settings } from '../platform/host/settings.ts';
import { MementoAccessStore } from '../platform/storage/accessStore.ts';
import { ActFiles } from '../platform/storage/activityFiles.ts';
import { MementoConnectionStore } from '../platform/storage/connectionStore.ts';
import { SecretStorageCredentialStore } from '../platform/storage/credentialStore.ts';
import { FileDocuments } from '../platform/storage/fileDocuments.ts';
import { FileLeases } from '../platform/storage/lease.ts';
import { forgetState } from '../platform/storage/stateReset.ts';
import { ChangeFeed } from '../publicApi/changes.ts';
import { createExports } from '../publicApi/entry.ts';
import { rowJournal } from '../ui/activity/rowJournal.ts';
import { type ActivityRow, ActivityTree } from '../ui/activity/view.ts';
import { askAccess } from '../ui/dialogs/askAccess.ts';
import { Report } from '../ui/dialogs/notify.ts';
import { offerSessionOnly } from '../ui/dialogs/sessionOnly.ts';
import type { Wording } from '../ui/text/context.ts';
import { relativeTimes } from '../ui/text/time.ts';
import { ConnectionDragAndDrop } from '../ui/tree/dragAndDrop.ts';
import { registerHeader } from '../ui/tree/header.ts';
import { ConnectionsTree } from '../ui/tree/provider.ts';
import type { Row } from '../ui/tree/rows.ts';
import { ViewState } from '../ui/tree/viewState.ts';
import { LazyPages } from '../ui/webview/lazyPages.ts';
import { PassingTime } from './background.ts';
import { DescribedServices } from './describedServices.ts';
import { LazyNetwork } from './lazyParts.ts';
import { commandRunner, type RunCommand } from './runCommand.ts';

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
  const lines = new RecentLines(log, clock.now);
  const viewState = new ViewState(context.globalState);
  const core = createCore({
    connectionStore: store,
    credentialStore: credentials,
    actStore: new ActFiles(join(context.globalStorageUri.fsPath, 'activity')),
    leases,
    clock,
    logger: log,
    network: {
      transport: (certificateAuthorityFile) => network.transport(certificateAuthorityFile),
      limits: transportLimits.get,
      logger: lines,
      random: Math.random,
    },
    adapters: () => network.adapters(),
    startExtension: (extensionId) => start(extensionId, clock),
    includeExpired: () => viewState.includesExpired,
  });
  const { registry, connections, inventory, activity } = core;
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
    ...core,
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
    ...core,
    redirects,
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
    core,
    store,
    viewState,
    seen,
    services,
    access,
    changes,
    tree,
    pages,
    acts,
    redirects,
    passing,
    registerHeader({ view, viewState, inventory, onDidShow: tree.onDidShow, wording }),
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
