import { window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { ItemNode } from '../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { ItemAction } from '../../core/model/item.ts';
import type { RenewResult } from '../../core/renew/renew.ts';
import { Form } from '../dialogs/connectionForm.ts';
import { l10n } from '../dialogs/l10n.ts';
import type { RowPicker } from '../dialogs/pickRow.ts';
import { withCancel } from '../dialogs/progress.ts';
import { withSessionOnly } from '../dialogs/sessionOnly.ts';
import type { Wording } from '../text/context.ts';
import { errorWords } from '../text/errors.ts';
import type { CommandDeps, Handler, Handlers } from './deps.ts';

/** Renew Token, and the credentials attached to a row that make renewing possible. */
export function renewing(deps: CommandDeps, pick: RowPicker) {
  const onItem =
    (title: string, action: ItemAction, act: (deps: CommandDeps, node: ItemNode) => Promise<void>): Handler =>
    async (given) => {
      const node = given.item ?? (await pick.item(title, ({ item }) => item.actions.includes(action)));
      if (node) {
        await act(deps, node);
      }
    };
  return {
    [commandIds.renew]: onItem(l10n.t('Renew Token'), 'renew', renew),
    [commandIds.attachRefreshToken]: onItem(l10n.t('Attach Refresh Token'), 'attach', attach),
    [commandIds.detachRefreshToken]: onItem(l10n.t('Detach Refresh Token'), 'detach', detach),
  } satisfies Partial<Handlers>;
}

async function renew({ renewals, connections, report, wording }: CommandDeps, node: ItemNode): Promise<void> {
  const { name } = node.item;
  const title = l10n.t('Renewing “{0}”…', name);
  const result = await toResult(Promise.resolve(withCancel(title, (signal) => renewals.renew(node, signal))));
  if (result instanceof TokenManagerError) {
    if (result.kind !== 'cancelled') {
      report.failure(
        result,
        l10n.t(
          '“{0}” ({1}) was not renewed. {2}',
          name,
          node.connection.label,
          errorWords(result, wording).sentence,
        ),
        node,
      );
    }
    return;
  }
  const isForSessionOnly = connections.isForSessionOnly(node.connection.id);
  const sentence = withSessionOnly(resultSentence(result, name, wording), isForSessionOnly);
  if (result.kind === 'renewed' && !isForSessionOnly) {
    report.info(sentence);
  } else {
    report.warn(sentence);
  }
}

function resultSentence(result: RenewResult, name: string, wording: Wording): string {
  switch (result.kind) {
    case 'renewed': {
      const { lifetime } = result.item;
      return lifetime.kind === 'expires'
        ? l10n.t('“{0}” was renewed; it now expires on {1}.', name, wording.absoluteTime(lifetime.at))
        : l10n.t('“{0}” was renewed.', name);
    }
    case 'replaced':
      return l10n.t('“{0}” was renewed; the service no longer lists it under its old identifier.', name);
    case 'unverified':
      return l10n.t(
        '“{0}” was renewed, but the list could not be read again. {1}',
        name,
        errorWords(result.error, wording).sentence,
      );
  }
}

async function attach(
  { renewals, connections, sessions, registry, wording, report }: CommandDeps,
  node: ItemNode,
): Promise<void> {
  const { connection } = node;
  const adapter = await registry.get(connection.adapterId);
  const form = new Form({
    title: l10n.t('Attach to {0}', node.item.name),
    steps: await renewals.attachmentForm(node),
    initial: { settings: {}, secrets: {} },
    wording,
    io: () => sessions.formIo(adapter, { settings: connection.settings, secrets: {} }),
  });
  const done = await form.complete(l10n.t('Checking and storing…'), async (draft, signal) => {
    await renewals.attach(node, draft, signal);
    return true;
  });
  if (done) {
    const sentence = l10n.t(
      'The refresh token is attached to “{0}”, which can now be renewed.',
      node.item.name,
    );
    report.info(withSessionOnly(sentence, connections.isForSessionOnly(connection.id)));
  }
}

async function detach({ renewals, report }: CommandDeps, node: ItemNode): Promise<void> {
  const confirm = l10n.t('Detach');
  const answer = await window.showWarningMessage(
    l10n.t('Detach the refresh token from “{0}”?', node.item.name),
    {
      modal: true,
      detail: l10n.t(
        'The attached credentials are deleted from this computer. Nothing is revoked: the refresh token stays valid at the service.',
      ),
    },
    confirm,
  );
  if (answer === confirm) {
    await renewals.detach(node);
    report.info(l10n.t('The refresh token of “{0}” was deleted from this computer.', node.item.name));
  }
}
