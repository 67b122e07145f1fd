import { ConfigurationTarget, commands, type QuickPickItem, ThemeIcon, window, workspace } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Draft, ProviderAdapter } from '../../core/adapter/contract.ts';
import type {
  DescriptionFinding,
  DescriptionFlaw,
  ReadDescription,
} from '../../core/adapter/serviceDescriptions.ts';
import { displayText } from '../../core/model/displayText.ts';
import { Form } from '../dialogs/connectionForm.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import type { Wording } from '../text/context.ts';
import { errorWords, serviceSettingsQuery } from '../text/errors.ts';
import { labelText } from '../text/escape.ts';
import { connectTo } from './addConnection.ts';
import type { CommandDeps, Descriptions, Handlers } from './deps.ts';

const setting = 'oauthTokens.services';
const maxFileBytes = 100_000;

type Usable = Extract<ReadDescription, { kind: 'usable' }>;

/** Add Service from Description: looks at one, tries it live, says what does not fit, and keeps it if wanted. */
export function describeService(deps: CommandDeps) {
  return {
    [commandIds.addServiceFromDescription]: () => addService(deps),
  } satisfies Partial<Handlers>;
}

async function addService(deps: CommandDeps): Promise<void> {
  const { descriptions } = deps;
  const written = await pickDescription(descriptions);
  if (!written) {
    return;
  }
  const read = await descriptions.read(written.value);
  if (read.kind === 'unusable') {
    await showFlaws(read.flaws);
    return;
  }
  const draft = await acceptedDraft(deps, read);
  if (draft) {
    await keep(written.value, descriptions);
    await connectTo(deps, read.adapter, draft);
  }
}

/** Leaving the result leads back to what was entered, where something was: it may be what has to change. */
async function acceptedDraft(deps: CommandDeps, read: Usable): Promise<Draft | undefined> {
  const form = tryOutForm(deps, read);
  do {
    const tried = await form.tryOut();
    if (!tried) {
      return undefined;
    }
    if (await accepts(read.adapter, tried.findings, deps.wording)) {
      return tried.draft;
    }
  } while (form.hasAsked());
  return undefined;
}

/** A box, because a description may be anything, even nothing. */
interface Written {
  readonly value: unknown;
}

interface SourceEntry extends QuickPickItem {
  take(): Promise<Written | undefined>;
}

async function pickDescription({ services }: Descriptions): Promise<Written | undefined> {
  const chosen = await showQuickPick<SourceEntry>(
    [
      ...services().map((value) => ({
        label: labelText(nameOf(value)),
        description: l10n.t('in your settings'),
        take: async () => ({ value }),
      })),
      {
        label: l10n.t('Write a description in the settings…'),
        detail: l10n.t('The editor completes and checks it; run this command again when it is written.'),
        take: writeInSettings,
      },
      ...openEditors(),
      { label: l10n.t('Take a description from a file…'), take: fromFile },
    ],
    { title: l10n.t('Add Service from Description'), placeHolder: l10n.t('Choose a description to try') },
  );
  return chosen?.take();
}

function nameOf(value: unknown): string {
  const name: unknown =
    typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return displayText(typeof name === 'string' ? name : '', 60) || l10n.t('A description without a name');
}

function openEditors(): SourceEntry[] {
  const document = window.activeTextEditor?.document;
  return document
    ? [
        {
          label: l10n.t('Take a description from the editor'),
          description: labelText(displayText(document.fileName.split(/[\\/]/).at(-1) ?? '', 60)),
          take: async () => parsed(document.getText()),
        },
      ]
    : [];
}

async function fromFile(): Promise<Written | undefined> {
  const [file] = (await window.showOpenDialog({ filters: { JSON: ['json', 'jsonc'] } })) ?? [];
  if (!file) {
    return undefined;
  }
  const bytes = await workspace.fs.readFile(file);
  return parsed(bytes.length > maxFileBytes ? '' : Buffer.from(bytes).toString('utf8'));
}

function parsed(text: string): Written | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    void window.showWarningMessage(l10n.t('This is not JSON, or too long for a description.'));
    return undefined;
  }
}

async function writeInSettings(): Promise<undefined> {
  const before = workspace.getConfiguration().inspect<unknown>(setting)?.globalValue;
  if (!Array.isArray(before) || before.length === 0) {
    await workspace.getConfiguration().update(setting, [template], ConfigurationTarget.Global);
  }
  await commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key: setting } });
  return undefined;
}

/** Complete, so that it shows what can be said; the words in it are to be replaced. */
const template = {
  id: 'my-service',
  name: 'My Service',
  baseUrl: 'https://api.example.com',
  credential: { title: 'API token', header: 'Authorization', prefix: 'Bearer ' },
  list: { route: '/tokens', items: 'data', paging: { style: 'page', parameter: 'page' } },
  token: { id: 'id', name: 'name', createdAt: 'created_at', expiresAt: 'expires_at', scopes: 'scopes' },
  revoke: { method: 'DELETE', route: '/tokens/{id}' },
};

async function showFlaws(flaws: readonly DescriptionFlaw[]): Promise<void> {
  const items = flaws.map(({ place, problem }) => ({
    label: flawSentence(displayText(place) || '{}', problem),
    iconPath: new ThemeIcon('error'),
  }));
  const open = { label: l10n.t('Open Settings'), iconPath: new ThemeIcon('gear') };
  const chosen = await showQuickPick([...items, open], {
    title: l10n.t('The description does not fit'),
    placeHolder: l10n.t('Fix these problems'),
  });
  if (chosen === open) {
    await commands.executeCommand('workbench.action.openSettings', serviceSettingsQuery);
  }
}

function flawSentence(place: string, problem: DescriptionFlaw['problem']): string {
  switch (problem) {
    case 'missing':
      return l10n.t('“{0}” is missing.', place);
    case 'unknown':
      return l10n.t('“{0}” is not known here.', place);
    case 'invalid':
      return l10n.t('“{0}” has a value that cannot be used.', place);
  }
}

interface Tried {
  readonly draft: Draft;
  readonly findings: readonly DescriptionFinding[];
}

interface TryOutForm {
  /** Whether the user has answered anything in it. */
  hasAsked(): boolean;
  /** Called again it begins with the last question. */
  tryOut(): Promise<Tried | undefined>;
}

/** Asks for address and credential, which are kept in memory only, and calls the service. */
function tryOutForm({ sessions, wording }: CommandDeps, { adapter, tryOut }: Usable): TryOutForm {
  const io = (draft: Draft) => sessions.formIo(adapter, draft);
  const form = new Form({
    title: l10n.t('Try {0}', adapter.displayName),
    steps: adapter.form,
    initial: { settings: {}, secrets: {} },
    wording,
    io,
  });
  return {
    hasAsked: () => form.hasAsked,
    tryOut: () =>
      form.complete(l10n.t('Trying the description…'), async (draft, signal) => ({
        draft,
        findings: await tryOut(draft, io(draft), signal),
      })),
  };
}

async function accepts(
  { displayName }: ProviderAdapter,
  findings: readonly DescriptionFinding[],
  wording: Wording,
): Promise<boolean> {
  const isUsable = findings.every(({ kind }) => kind === 'fits' || kind === 'note');
  const add = { label: l10n.t('Keep the description and connect'), iconPath: new ThemeIcon('add') };
  const items = findings.map((finding) => ({
    label: sentenceOf(finding, wording),
    iconPath: new ThemeIcon(signs[finding.kind]),
  }));
  const chosen = await showQuickPick(isUsable ? [add, ...items] : items, {
    title: labelText(
      isUsable
        ? l10n.t('The description of {0} fits', displayName)
        : l10n.t('The description of {0} does not fit yet', displayName),
    ),
    placeHolder: l10n.t('What the service answered'),
    ignoreFocusOut: true,
  });
  return chosen === add;
}

const signs: Readonly<Record<DescriptionFinding['kind'], string>> = {
  fits: 'pass',
  note: 'info',
  doesNotFit: 'error',
  failed: 'error',
};

function sentenceOf(finding: DescriptionFinding, wording: Wording): string {
  if (finding.kind !== 'failed') {
    return finding.sentence;
  }
  const { title, sentence } = errorWords(finding.error, wording);
  return l10n.t('{0}: {1} failed. {2}: {3}', finding.part, finding.route, title, sentence);
}

/** Resolves once the settings have it; the registry follows them. */
async function keep(value: unknown, { services }: Descriptions): Promise<void> {
  const before = services();
  if (!before.some((known) => JSON.stringify(known) === JSON.stringify(value))) {
    const others = before.filter((known) => idOf(known) !== idOf(value));
    await workspace.getConfiguration().update(setting, [...others, value], ConfigurationTarget.Global);
  }
}

function idOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
}
