import { commands, type QuickPickItem, window, workspace } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Act } from '../../core/activity/activity.ts';
import { loadForIncident } from '../../core/incident/load.ts';
import { type IncidentProgress, incidentRows, isCutOff, isMasked } from '../../core/incident/progress.ts';
import {
  disconnectedSince,
  goneOnWith,
  isOver,
  stillThere,
  withResults,
} from '../../core/incident/results.ts';
import type { ConnectionNode, Node } from '../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import type { RevokeMany } from '../revoke/bulk.ts';
import type { Plan } from '../revoke/preview.ts';
import type { Wording } from '../text/context.ts';
import { blockWords, placeWords, unreadWords } from '../text/revoke.ts';
import { kindWord } from '../text/states.ts';
import { incidentRecord } from './record.ts';

/** I May Be Compromised: revokes everything everywhere, by reach, with a record. */
export function incident(deps: CommandDeps, many: RevokeMany) {
  return {
    [commandIds.revokeEverything]: async () => {
      const last = await deps.incident.read();
      // By the file and not by the flag, which a window that is closed at once may take along.
      if (isCutOff(last)) {
        await goOn(deps, many, last);
        return;
      }
      if (deps.inventory.roots.length === 0) {
        deps.report.info(l10n.t('There is no connection yet.'));
        return;
      }
      const answer = await isolateFirst(last !== undefined);
      if (answer === 'record' && last) {
        await showRecord(deps, last, false);
      } else if (answer === 'goOn' || answer === 'rehearse') {
        await run(deps, many, { isRehearsal: answer === 'rehearse' });
      }
    },
  } satisfies Partial<Handlers>;
}

/** Malware that is still there may act when it loses its access, and sees what is created anew. */
async function isolateFirst(hasRecord: boolean): Promise<'goOn' | 'rehearse' | 'record' | undefined> {
  const goOnLabel = l10n.t('Continue');
  const rehearse = l10n.t('Rehearse');
  const record = l10n.t('Show Last Record');
  const answer = await window.showWarningMessage(
    l10n.t('Isolate the affected computer first.'),
    {
      modal: true,
      detail: [
        l10n.t(
          'Take the affected computer off the network, and do this from a clean one: malware may act when its access ends.',
        ),
        l10n.t('Revoke before you investigate. Keep the record that is written at the end.'),
        l10n.t(
          'Everything of all connections is loaded and listed; you choose and type a word before anything is revoked.',
        ),
        l10n.t('A rehearsal goes through all of it and sends nothing but what loads the lists.'),
      ].join('\n\n'),
    },
    goOnLabel,
    rehearse,
    ...(hasRecord ? [record] : []),
  );
  switch (answer) {
    case goOnLabel:
      return 'goOn';
    case rehearse:
      return 'rehearse';
    case record:
      return 'record';
    default:
      return undefined;
  }
}

/** A window was closed, or reloaded, in the middle. */
async function goOn(deps: CommandDeps, many: RevokeMany, before: IncidentProgress): Promise<void> {
  const { wording } = deps;
  const [rest, record, discard] = [l10n.t('Continue'), l10n.t('Show Record'), l10n.t('End It')];
  const answer = await window.showWarningMessage(
    l10n.t('The emergency revocation begun {0} has not finished.', wording.absoluteTime(before.startedAt)),
    {
      modal: true,
      detail: l10n.t(
        'This loads everything again, and proposes those of the {0} rows that still exist.',
        before.rows.length,
      ),
    },
    rest,
    record,
    discard,
  );
  if (answer === rest) {
    await run(deps, many, { isRehearsal: false, before });
  } else if (answer === record) {
    await showRecord(deps, before, false);
  } else if (answer === discard) {
    await end(deps, before);
  }
}

async function end(deps: CommandDeps, before: IncidentProgress): Promise<IncidentProgress> {
  const { report, wording, incident: store } = deps;
  const ended = withResults(before, [], await allActs(deps), wording.now());
  await store.end(ended, wording.now());
  report.info(l10n.t('The emergency revocation was ended. What was revoked stays revoked.'));
  return ended;
}

interface RunOptions {
  readonly isRehearsal: boolean;
  /** What was begun earlier; only what it was about is proposed. */
  readonly before?: IncidentProgress;
}

async function run(deps: CommandDeps, many: RevokeMany, { isRehearsal, before }: RunOptions): Promise<void> {
  const { incident: store, inventory, wording } = deps;
  const planned = async (signal: AbortSignal, tell: (rows: number) => void) => ({
    ...(await plan(deps, before, signal, tell)),
    isRehearsal,
  });
  const proposed = await many.propose(planned, {
    title: isRehearsal ? l10n.t('Rehearsal: What Would Be Revoked') : l10n.t('Emergency: What to Revoke'),
    act: async ({ blocked, unread }, targets, revoke) => {
      const remaining = [
        ...unread.map((one) => `${unmaskedPlace(one.node, wording)}: ${unreadWords(one, wording)}`),
        ...blocked.map((one) => `${unmaskedPlace(one.node, wording)}: ${blockWords(one.reason, wording)}`),
        ...pagesOf([...unread, ...blocked].map(({ node }) => node.root)),
      ];
      const progress = before
        ? goneOnWith(before, [...remaining, ...disconnectedWords(before, inventory.roots)])
        : { startedAt: wording.now(), rows: incidentRows(targets), remaining };
      if (isRehearsal) {
        await showRecord(deps, progress, isRehearsal);
        return [];
      }
      await store.begin(progress);
      const outcomes = await revoke();
      const read = await toResult(allActs(deps));
      const acts = read instanceof TokenManagerError ? [] : read;
      const ended = withResults(progress, outcomes, acts, wording.now());
      const kept = await toResult(store.end(ended, wording.now()));
      await showRecord(deps, ended, isRehearsal, acts);
      await offerPages(
        [...unread, ...blocked].map(({ node }) => node.root),
        inventory.roots,
      );
      if (kept instanceof TokenManagerError) {
        throw kept;
      }
      return outcomes;
    },
  });
  if (before && proposed.kind === 'nothing') {
    const words = disconnectedWords(before, inventory.roots);
    await showRecord(deps, await end(deps, goneOnWith(before, words)), false);
  }
}

function disconnectedWords(before: IncidentProgress, roots: readonly ConnectionNode[]): string[] {
  return disconnectedSince(before, roots).map((label) => l10n.t('{0}: was disconnected meanwhile', label));
}

async function plan(
  { inventory, records: { clock }, settings }: CommandDeps,
  before: IncidentProgress | undefined,
  signal: AbortSignal,
  tell: (rows: number) => void,
): Promise<Plan> {
  // A service that hangs must not keep the others from being revoked.
  const patienceMs = 2 * settings.transportLimits().headersMs;
  const found = await loadForIncident({ inventory, clock, patienceMs }, inventory.roots, signal, tell);
  const kind = { isWholeConnection: true, isEmergency: true };
  if (before && isOver(before, found)) {
    return { targets: [], blocked: [], unread: [], ...kind };
  }
  const targets = before ? stillThere(before, found.targets) : found.targets;
  return { ...found, targets, ...kind };
}

/** A masked name shows the end of a value, and this is written down. */
function unmaskedPlace(node: Node, wording: Wording): string {
  return node.kind === 'item' && isMasked(node.item.name)
    ? l10n.t('{0} › {1}', placeWords(node.parent.owner, wording), kindWord(node.item.kind, wording))
    : placeWords(node, wording);
}

function pagesOf(roots: readonly ConnectionNode[]): string[] {
  return [...new Set(roots)].flatMap(({ connection, webPage }) =>
    webPage === undefined ? [] : [l10n.t('{0}: look at {1}', connection.label, webPage)],
  );
}

/** As text in an editor, where it can be saved. */
async function showRecord(
  deps: CommandDeps,
  progress: IncidentProgress,
  isRehearsal: boolean,
  acts?: readonly Act[],
): Promise<void> {
  const content = incidentRecord(progress, acts ?? (await allActs(deps)), isRehearsal, deps.wording);
  const document = await workspace.openTextDocument({ content, language: 'markdown' });
  await window.showTextDocument(document, { preview: false });
}

/** Of all windows, and more than the activity shows: an emergency may be about more rows. */
async function allActs({ records: { activity } }: CommandDeps): Promise<readonly Act[]> {
  activity.reload();
  return activity.acts(Number.POSITIVE_INFINITY);
}

interface PageEntry extends QuickPickItem {
  readonly root: ConnectionNode;
}

/** The pages of the services at which something is left to do. */
async function offerPages(
  affected: readonly ConnectionNode[],
  roots: readonly ConnectionNode[],
): Promise<void> {
  const entries = roots
    .filter((root) => affected.includes(root) && root.webPage !== undefined)
    .map((root): PageEntry => {
      const { label, serviceName } = root.connection;
      return { root, label, description: serviceName, detail: root.webPage ?? '', picked: true };
    });
  const chosen =
    entries.length === 0
      ? []
      : await showQuickPick(entries, {
          title: l10n.t('What Cannot Be Revoked From Here'),
          placeHolder: l10n.t('Which pages should be opened in the browser?'),
          canPickMany: true,
          ignoreFocusOut: true,
        });
  for (const { root } of chosen ?? []) {
    await commands.executeCommand(commandIds.openInBrowser, root);
  }
}
