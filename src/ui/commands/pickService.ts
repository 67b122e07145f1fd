import { commands, type QuickPickItem, QuickPickItemKind, ThemeIcon } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { ProviderAdapter } from '../../core/adapter/contract.ts';
import type { OtherExtension } from '../../core/adapter/extension.ts';
import type { Choice } from '../../core/adapter/service.ts';
import { isDescribed } from '../../core/adapter/serviceDescriptions.ts';
import { type ServiceGroup, serviceGroups } from '../../core/adapter/serviceGroups.ts';
import { anyServiceIcon, groupIcons } from '../../core/adapter/serviceIcon.ts';
import type { Ability, ServiceOffer } from '../../core/adapter/shelf.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { labelText } from '../text/escape.ts';
import type { CommandDeps } from './deps.ts';

interface ServiceLine extends QuickPickItem {
  /** As connections remember it; the line of something else has none. */
  readonly id?: string;
  take?(): Promise<ProviderAdapter | undefined>;
}

const mostRecent = 3;

/** Which service to connect: those one has already first, then all others by what they are for. */
export async function pickService({
  registry,
  connections,
}: Pick<CommandDeps, 'registry' | 'connections'>): Promise<ProviderAdapter | undefined> {
  const [choices, offers] = await Promise.all([registry.choices(), registry.offers()]);
  const lines = (wanted: readonly Choice[]) =>
    wanted.map((choice) => choiceLine(choice, registry.extensionOf(choice.id)));
  const byExtensions = lines(choices.filter(({ id }) => registry.extensionOf(id)));
  const byUser = lines(choices.filter(({ id }) => !registry.extensionOf(id) && isDescribed(id)));
  const ours = lines(choices.filter(({ id }) => !registry.extensionOf(id) && !isDescribed(id)));
  const described = offers.map((offer) => offerLine(offer, () => registry.get(offer.id)));
  const known = new Map([...ours, ...byUser, ...byExtensions, ...described].map((line) => [line.id, line]));
  const used = connections.all().map(({ adapterId }) => adapterId);
  const recent = [...new Set(used.toReversed())].flatMap((id) => known.get(id) ?? []).slice(0, mostRecent);
  const rest = (lines: readonly ServiceLine[]) => lines.filter((line) => !recent.includes(line));
  const groups = serviceGroups.flatMap((group) => {
    const ids = new Set(offers.filter((offer) => offer.group === group).map(({ id }) => id));
    return section(groupWord(group), rest(described.filter(({ id }) => id !== undefined && ids.has(id))));
  });
  const chosen = await showQuickPick<ServiceLine>(
    [
      ...section(l10n.t('Connected before'), recent),
      ...section(l10n.t('Services'), rest(ours)),
      ...section(l10n.t('From descriptions in the settings'), rest(byUser)),
      ...section(l10n.t('From other extensions'), rest(byExtensions)),
      ...groups,
      ...section(l10n.t('Not on the list?'), [describeLine()]),
    ],
    {
      title: l10n.t('Add Connection'),
      placeHolder: l10n.t('Choose a service'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  return chosen?.take?.();
}

function section(label: string, lines: readonly ServiceLine[]): ServiceLine[] {
  return lines.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...lines];
}

function choiceLine(
  { id, displayName, description, icon = anyServiceIcon, load }: Choice,
  extension: OtherExtension | undefined,
): ServiceLine {
  return {
    id,
    label: displayName,
    // Whose code it is that will be given what is entered.
    ...(extension && { description: labelText(l10n.t('extension {0}', extension.name)) }),
    detail: description,
    iconPath: new ThemeIcon(icon),
    take: load,
  };
}

function offerLine(offer: ServiceOffer, take: () => Promise<ProviderAdapter>): ServiceLine {
  const { id, displayName, keywords, abilities, group } = offer;
  return {
    id,
    label: displayName,
    description: keywords.join(', '),
    detail: abilities.map(abilityWord).join(' · '),
    iconPath: new ThemeIcon(groupIcons[group]),
    take,
  };
}

function describeLine(): ServiceLine {
  return {
    label: l10n.t('Describe another service…'),
    // It is the way on when nothing is found.
    alwaysShow: true,
    detail: l10n.t('Any REST API that lists tokens. OAuth servers need no description.'),
    iconPath: new ThemeIcon('edit'),
    take: async () => {
      await commands.executeCommand(commandIds.addServiceFromDescription);
      return undefined;
    },
  };
}

function abilityWord(ability: Ability): string {
  switch (ability) {
    case 'expiry':
      return l10n.t('shows expiry');
    case 'lastUse':
      return l10n.t('shows last use');
    case 'access':
      return l10n.t('shows permissions');
    case 'revoke':
      return l10n.t('revokes');
    case 'renew':
      return l10n.t('renews');
    case 'pause':
      return l10n.t('pauses');
  }
}

function groupWord(group: ServiceGroup): string {
  switch (group) {
    case 'cloud':
      return l10n.t('Cloud and hosting');
    case 'code':
      return l10n.t('Code and delivery');
    case 'packages':
      return l10n.t('Packages and images');
    case 'data':
      return l10n.t('Data');
    case 'identity':
      return l10n.t('Identity');
    case 'ai':
      return l10n.t('AI');
    case 'work':
      return l10n.t('Work and publishing');
  }
}
