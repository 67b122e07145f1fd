import { extensions, type QuickPickItem } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { OtherExtension } from '../../core/adapter/extension.ts';
import type { ExtensionAccess } from '../../core/adapter/extensionAccess.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { labelText } from '../text/escape.ts';
import type { CommandDeps, Handlers } from './deps.ts';

/** Which other extensions may read, and which bring services. */
export function extensionAccess(deps: CommandDeps) {
  return { [commandIds.manageExtensionAccess]: () => manage(deps) } satisfies Partial<Handlers>;
}

async function manage(deps: CommandDeps): Promise<void> {
  const { access } = deps;
  const entries = entriesOf(deps);
  if (entries.length === 0) {
    deps.report.info(l10n.t('No other extension has asked for access or provides a service.'));
    return;
  }
  const chosen = await showQuickPick(entries, {
    title: l10n.t('Manage Extension Access'),
    placeHolder: l10n.t('Choose the extensions that may read your connections'),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen) {
    await decide(access, entries, chosen);
  }
}

interface Entry extends QuickPickItem {
  readonly extension: OtherExtension;
}

function entriesOf({ registry, access }: CommandDeps): Entry[] {
  const others = new Map<string, OtherExtension>();
  for (const [id, { name }] of Object.entries(access.decisions)) {
    others.set(id, { id, name });
  }
  const services = new Map<string, string[]>();
  for (const { extension, displayName } of registry.registered) {
    if (extension) {
      others.set(extension.id, extension);
      services.set(extension.id, [...(services.get(extension.id) ?? []), displayName]);
    }
  }
  return [...others.values()]
    .sort((one, other) => one.name.localeCompare(other.name))
    .map((extension) => ({
      extension,
      label: labelText(extension.name),
      description: extension.id,
      detail: labelText(detail(access.mayRead(extension), services.get(extension.id) ?? [])),
      picked: access.mayRead(extension) === true,
    }));
}

/** In this extension host, at least. */
function isInstalled({ id }: OtherExtension): boolean {
  return extensions.getExtension(id) !== undefined;
}

function detail(mayRead: boolean | undefined, services: readonly string[]): string {
  const reading =
    mayRead === undefined
      ? l10n.t('Has not asked to read')
      : mayRead
        ? l10n.t('May read your connections')
        : l10n.t('May not read your connections');
  return services.length === 0 ? reading : l10n.t('{0}. Provides {1}', reading, services.join(', '));
}

async function decide(
  access: ExtensionAccess,
  entries: readonly Entry[],
  chosen: readonly Entry[],
): Promise<void> {
  for (const entry of entries) {
    const mayRead = chosen.includes(entry);
    // Leaving out an extension that has never asked is no decision: it may still ask.
    if (mayRead !== (access.mayRead(entry.extension) ?? false)) {
      await access.decide(entry.extension, isInstalled(entry.extension) ? mayRead : undefined);
    }
  }
}
