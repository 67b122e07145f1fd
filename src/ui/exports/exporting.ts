import { type QuickPickItem, ThemeIcon, Uri, window, workspace } from 'vscode';
import { mapYielding } from '../../core/yielding.ts';
import type { CommandDeps, RecordSources } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import { showQuickPick } from '../dialogs/quickInput.ts';
import { shortDay } from '../text/time.ts';
import { type ActivityFormat, activityExport, activityFormats } from './activityExport.ts';
import {
  type InventoryExport,
  type InventoryFormat,
  inventoryExport,
  inventoryFormats,
} from './inventoryExport.ts';

type Format = InventoryFormat | ActivityFormat;

/** Everything that has been read of the services, as a file or in an editor. */
export async function exportInventory(
  { inventory, report, wording }: CommandDeps,
  { activity }: RecordSources,
): Promise<void> {
  const format = await pickFormat(l10n.t('Export Inventory'), inventoryFormats);
  const target = format && (await pickTarget(l10n.t('Export Inventory'), 'oauth-tokens', format));
  if (!format || !target) {
    return;
  }
  const made = await activity.record({ kind: 'exportInventory', detail: format }, async () => {
    const result = inventoryExport(inventory.roots, format, wording);
    await target.write(await joined(result.pieces));
    return result;
  });
  const sentence = doneSentence(made, format, target.name);
  if (made.unread.length > 0) {
    report.warn([sentence, unreadSentence(made.unread.length)].join(' '));
  } else {
    report.info(sentence);
  }
}

/** What was done here, as a file or in an editor. */
export async function exportActivity(
  { report, wording }: CommandDeps,
  { activity }: RecordSources,
): Promise<void> {
  const format = await pickFormat(l10n.t('Export Activity'), activityFormats);
  const target = format && (await pickTarget(l10n.t('Export Activity'), 'oauth-tokens-activity', format));
  if (!format || !target) {
    return;
  }
  activity.reload();
  const acts = await activity.acts();
  await activity.record({ kind: 'exportActivity', detail: format }, async () =>
    target.write(await joined(activityExport(acts, format, wording))),
  );
  report.info(
    acts.length === 1
      ? l10n.t('1 act was exported to {0}.', target.name)
      : l10n.t('{0} acts were exported to {1}.', acts.length, target.name),
  );
}

function doneSentence({ rows }: InventoryExport, format: InventoryFormat, name: string): string {
  if (format === 'ics') {
    return rows() === 1
      ? l10n.t('1 expiry was exported to {0}.', name)
      : l10n.t('{0} expiries were exported to {1}.', rows(), name);
  }
  return rows() === 1
    ? l10n.t('1 row was exported to {0}.', name)
    : l10n.t('{0} rows were exported to {1}.', rows(), name);
}

function unreadSentence(count: number): string {
  return count === 1
    ? l10n.t('1 list was not fully loaded and is not included.')
    : l10n.t('{0} lists were not fully loaded and are not included.', count);
}

interface FormatEntry extends QuickPickItem {
  readonly format: Format;
}

function formatEntry(format: Format): FormatEntry {
  switch (format) {
    case 'csv':
      return { format, label: 'CSV', detail: l10n.t('For spreadsheets. No cell is taken for a formula.') };
    case 'json':
      return {
        format,
        label: 'JSON',
        detail: l10n.t('For programs, with every field, by a documented schema.'),
      };
    case 'md':
      return { format, label: 'Markdown', detail: l10n.t('A table for reading and for documents.') };
    case 'ics':
      return {
        format,
        label: l10n.t('Calendar (.ics)'),
        detail: l10n.t('When tokens expire, with reminders, for calendars.'),
      };
  }
}

export async function pickFormat<F extends Format>(
  title: string,
  formats: readonly F[],
): Promise<F | undefined> {
  const chosen = await showQuickPick(
    formats.map((format) => ({ ...formatEntry(format), format })),
    { title, placeHolder: l10n.t('Only loaded rows are exported. The export contains no credentials.') },
  );
  return chosen?.format;
}

interface Target {
  /** For the sentence afterwards. */
  readonly name: string;
  write(text: string): Promise<void>;
}

export async function pickTarget(title: string, base: string, format: Format): Promise<Target | undefined> {
  const file = { label: l10n.t('Save to a File…'), iconPath: new ThemeIcon('save') };
  const editor = { label: l10n.t('Open in an Editor'), iconPath: new ThemeIcon('go-to-file') };
  const chosen = await showQuickPick([file, editor], { title });
  if (chosen === editor) {
    return { name: l10n.t('an editor'), write: (text) => openUntitled(text, format) };
  }
  const name = `${base}-${shortDay(Date.now())}.${format}`;
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const uri =
    chosen &&
    (await window.showSaveDialog({
      title,
      filters: { [format.toUpperCase()]: [format] },
      defaultUri: folder ? Uri.joinPath(folder, name) : Uri.file(name),
    }));
  return (
    uri && {
      name: workspace.asRelativePath(uri),
      write: async (text) => workspace.fs.writeFile(uri, new TextEncoder().encode(text)),
    }
  );
}

const languages: Readonly<Record<Format, string>> = {
  csv: 'plaintext',
  json: 'json',
  md: 'markdown',
  ics: 'plaintext',
};

async function openUntitled(content: string, format: Format): Promise<void> {
  const document = await workspace.openTextDocument({ content, language: languages[format] });
  await window.showTextDocument(document, { preview: false });
}

export async function joined(pieces: Iterable<string>): Promise<string> {
  return (await mapYielding(pieces, (piece) => piece)).join('');
}
