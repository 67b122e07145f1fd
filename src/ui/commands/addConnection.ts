import { window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Draft, FormStep, ProviderAdapter, SignIn } from '../../core/adapter/contract.ts';
import { thisEditorId } from '../../core/adapter/ownAdapters.ts';
import { formSettings, reservedSettings } from '../../core/adapter/reservedSettings.ts';
import { isSameDraft } from '../../core/adapter/sameDraft.ts';
import { signInAndKeep, unlessLeft } from '../../core/connections/keepOrDiscard.ts';
import { toResult } from '../../core/model/errors.ts';
import type { Connection } from '../../core/model/item.ts';
import { Form } from '../dialogs/connectionForm.ts';
import { askForNewLabel, asksToDiscard } from '../dialogs/connectionName.ts';
import type { Stage } from '../dialogs/formStage.ts';
import { l10n } from '../dialogs/l10n.ts';
import { pickLocalSource } from '../dialogs/localSources.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { withSessionOnly } from '../dialogs/sessionOnly.ts';
import { signInUser } from '../dialogs/signIn.ts';
import { revealRow } from '../tree/reveal.ts';
import type { CommandDeps, Handlers } from './deps.ts';
import { pickService } from './pickService.ts';

/** Add Connection and Update Credentials: the same form, checked by a live call before anything is stored. */
export function connect(deps: CommandDeps, pick: RowPicker) {
  return {
    [commandIds.addConnection]: () => addConnection(deps),
    [commandIds.addThisEditor]: () => addOnce(deps, thisEditorId),
    [commandIds.updateCredentials]: async (given) => {
      const node = given.node ?? (await pick.connection(l10n.t('Update Credentials')));
      if (node) {
        await updateCredentials(deps, node.connection);
      }
    },
  } satisfies Partial<Handlers>;
}

async function addConnection(deps: CommandDeps): Promise<void> {
  const adapter = await pickService(deps);
  if (adapter) {
    await connectTo(deps, adapter, { settings: {}, secrets: {} });
  }
}

/** What is here once is listed once. */
async function addOnce(deps: CommandDeps, adapterId: string): Promise<void> {
  const known = deps.connections.all().find((connection) => connection.adapterId === adapterId);
  await (known
    ? reveal(deps, known.id)
    : connectTo(deps, await deps.registry.get(adapterId), { settings: {}, secrets: {} }));
}

/** Asks only for what is not known yet: a secret that was found is not shown, and goes to no other address. */
export async function connectWith(deps: CommandDeps, adapter: ProviderAdapter, known: Draft): Promise<void> {
  const steps = adapter.form.filter(({ id }) => !(id in known.settings || id in known.secrets));
  await connectTo(deps, adapter, known, steps);
}

/** Walks through the adapter's form, starting from what is known, and makes the connection. */
export async function connectTo(
  deps: CommandDeps,
  adapter: ProviderAdapter,
  known: Draft,
  steps: readonly FormStep[] = adapter.form,
): Promise<void> {
  const title = l10n.t('Connect {0}', adapter.displayName);
  const form = signInForm(deps, adapter, title, steps, known);
  const connected = await signInAndKeep({
    signIn: form.signIn,
    keep: async (signedIn: SignIn) => {
      const named = await askForNewLabel({
        title: l10n.t('{0}: Name', title),
        suggestion: defaultLabel(deps, adapter, signedIn),
        taken: deps.connections.all().map(({ label }) => label),
        canGoBack: form.hasAsked(),
      });
      if (named === undefined || named === 'back') {
        return named;
      }
      const { account, settings, secrets, notice } = signedIn;
      const of = { adapterId: adapter.id, serviceName: serviceName(deps, adapter), label: named.label };
      return { connection: await deps.connections.add({ ...of, account, settings, secrets }), notice };
    },
    // Where nothing was asked nothing is lost.
    isToDiscard: async ({ account }) =>
      !form.hasAsked() || (await asksToDiscard(adapter.displayName, account.name)),
    onLeftBehind: () => tellLeftBehind(deps, adapter),
  });
  if (!connected) {
    return;
  }
  if (connected.notice !== undefined) {
    deps.report.warn(connected.notice);
  }
  await reveal(deps, connected.connection.id);
}

function tellLeftBehind({ report }: CommandDeps, { displayName }: ProviderAdapter): void {
  report.warn(
    l10n.t(
      'The session that was made at {0} for this sign-in could not be ended. It stays there until it expires.',
      displayName,
    ),
  );
}

async function updateCredentials(deps: CommandDeps, connection: Connection): Promise<void> {
  const adapter = await deps.registry.get(connection.adapterId);
  const title = l10n.t('Update {0}', connection.label);
  // The address stays: a credential entered for one server must not end up at another.
  const steps = adapter.form.filter((step) => step.kind !== 'url');
  const asked = steps.map(({ id }) => id).filter((id) => !adapter.keptSecrets?.includes(id));
  const secrets = await deps.connections.otherSecrets(connection.id, asked);
  const initial = { settings: connection.settings, secrets };
  const form = signInForm(deps, adapter, title, steps, initial);
  const kept = await signInAndKeep({
    signIn: form.signIn,
    keep: async (signedIn: SignIn) => {
      if (!(await acceptsAccount(connection, signedIn))) {
        return form.hasAsked() ? 'back' : undefined;
      }
      const { notice, account, settings, secrets: entered } = signedIn;
      await deps.connections.reconnect(connection.id, { account, settings, secrets: entered });
      return { notice };
    },
    // It was said that it is another account's, and not wanted.
    isToDiscard: async () => true,
    onLeftBehind: () => tellLeftBehind(deps, adapter),
  });
  if (!kept) {
    return;
  }
  const done = kept.notice ?? l10n.t('The credentials of “{0}” were updated.', connection.label);
  deps.report.info(withSessionOnly(done, deps.connections.isForSessionOnly(connection.id)));
  await reveal(deps, connection.id);
}

interface SignInForm {
  /** Whether the user has answered anything in it. */
  hasAsked(): boolean;
  /** Called again it begins with the last question, and signs in anew only where an answer is another. */
  signIn(): Promise<SignIn | undefined>;
}

function signInForm(
  deps: CommandDeps,
  adapter: ProviderAdapter,
  title: string,
  steps: readonly FormStep[],
  initial: Draft,
): SignInForm {
  const { sessions, redirects, wording, machine } = deps;
  const io = (draft: Draft) => sessions.formIo(adapter, draft);
  const { localSources = [], keyMakers, filePaths } = adapter;
  const form = new Form({
    title,
    steps,
    initial,
    wording,
    io,
    ...(keyMakers && { keyMakers }),
    ...(filePaths && { filePaths }),
    ...(localSources.length > 0 && {
      lookOnThisComputer: () => pickLocalSource(title, localSources, steps, machine),
    }),
  });
  let last: { readonly draft: Draft; readonly signedIn: SignIn } | undefined;
  const finish = async (draft: Draft, signal: AbortSignal, stage: Stage): Promise<SignIn> => {
    if (last && isSameDraft(last.draft, draft)) {
      return last.signedIn;
    }
    const formDraft = { ...draft, settings: formSettings(draft.settings) };
    const signInIo = sessions.signInIo(adapter, draft, signInUser(stage, redirects, wording));
    const signingIn = adapter.signIn(formDraft, signInIo, signal);
    const signedIn = await unlessLeft(signingIn, signal, () => tellLeftBehind(deps, adapter));
    const ours = { ...reservedSettings(draft.settings), ...signInIo.settings() };
    last = { draft, signedIn: { ...signedIn, settings: { ...signedIn.settings, ...ours } } };
    return last.signedIn;
  };
  return {
    hasAsked: () => form.hasAsked,
    signIn: () => form.complete(l10n.t('Checking with {0}…', adapter.displayName), finish),
  };
}

/** Kept with the connection, so that its row names the extension also when that one is gone. */
function serviceName({ registry }: CommandDeps, { id, displayName }: ProviderAdapter): string {
  const extension = registry.extensionOf(id);
  return extension ? l10n.t('{0} (extension {1})', displayName, extension.name) : displayName;
}

/** Begins with the service, so that connections of one account at two services are told apart wherever they are named. */
function defaultLabel(
  { connections }: CommandDeps,
  { displayName }: ProviderAdapter,
  { account }: SignIn,
): string {
  const label = l10n.t('{0} · {1}', displayName, account.name);
  const taken = new Set(connections.all().map((connection) => connection.label));
  let number = 2;
  let free = label;
  while (taken.has(free)) {
    free = l10n.t('{0} ({1})', label, number++);
  }
  return free;
}

async function acceptsAccount({ label, account }: Connection, { account: found }: SignIn): Promise<boolean> {
  if (account.id === found.id) {
    return true;
  }
  const use = l10n.t('Use Found Credentials');
  const answer = await window.showWarningMessage(
    l10n.t('These credentials belong to a different account.'),
    {
      modal: true,
      detail: l10n.t(
        '“{0}” was connected as {1}; these credentials belong to {2}.',
        label,
        account.name,
        found.name,
      ),
    },
    use,
  );
  return answer === use;
}

/** How long a service may take for its rows to be brought into view together with its connection. */
const patienceMs = 1500;
const rowsInView = 10;

/** Not where connections have no rows. The focus goes to the connection at once, and nowhere later: the user may be doing something else by then. */
async function reveal(deps: CommandDeps, connectionId: string): Promise<void> {
  const node = deps.inventory.roots.find((root) => root.connection.id === connectionId);
  if (!node || deps.viewState.arrangement.grouping !== 'connection') {
    return;
  }
  await revealRow(deps, node, { focus: true, expand: true });
  const enough = new Promise((resolve) => setTimeout(resolve, patienceMs));
  await Promise.race([deps.inventory.open(node.branch), enough]);
  const last = node.branch.nodes.slice(0, rowsInView).at(-1);
  if (last) {
    // VS Code rejects with a row that is being read again at this moment, and the user has not asked for this one.
    await toResult(revealRow(deps, last, { focus: false, select: false }));
  }
}
