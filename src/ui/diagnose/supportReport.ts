import { env, extensions, UIKind, version, window, workspace } from 'vscode';
import { settingDefaults } from '../../contributions.ts';
import type { ProviderAdapter } from '../../core/adapter/contract.ts';
import { certificateAuthorityFile } from '../../core/adapter/reservedSettings.ts';
import type { Diagnosis, Evidence } from '../../core/diagnose/diagnose.ts';
import { isLoopback } from '../../core/http/client.ts';
import type { ConnectionNode } from '../../core/inventory/tree.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Connection } from '../../core/model/item.ts';
import { rowState } from '../../core/model/state.ts';
import type { CommandDeps, RecordSources } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import { actErrorLine, adapterWord, errorLine, hasKnownRoutes, requestLine } from './reportLines.ts';

/**
 * What helps to find a defect, in the words of the code and for those who know it: versions, settings by name,
 * connections by kind and count. No name, no address, no identifier and no value.
 */
export async function showSupportReport(deps: CommandDeps, sources: RecordSources): Promise<void> {
  const content = await sources.activity.record({ kind: 'supportReport' }, () =>
    supportReport(deps, sources),
  );
  const document = await workspace.openTextDocument({ content, language: 'markdown' });
  await window.showTextDocument(document, { preview: false });
  deps.report.info(l10n.t('Read the report before you share it. Nothing has been sent.'));
}

async function supportReport(deps: CommandDeps, { activity, lines }: RecordSources): Promise<string> {
  const { inventory } = deps;
  const acts = await toResult(activity.acts());
  const known = await servicesWithKnownRoutes(deps);
  return [
    '# OAuth Token Manager: support report\n',
    section('Versions', versions()),
    section('Settings that differ from their defaults', changedSettings()),
    section(
      'Connections',
      (await Promise.all(inventory.roots.map((root, index) => connectionLines(deps, root, index)))).flat(),
    ),
    section(
      'Last acts',
      acts instanceof TokenManagerError
        ? [`unreadable: ${acts.kind}`]
        : acts.slice(0, 30).map(({ at, kind, result }) => {
            const error = 'error' in result ? actErrorLine(result) : undefined;
            return [new Date(at).toISOString(), kind, result.kind, error].filter(isSaid).join(' ');
          }),
    ),
    section(
      'Last requests',
      lines.lines.map(({ at, message }) => `${new Date(at).toISOString()} ${requestLine(message, known)}`),
    ),
  ].join('\n');
}

async function servicesWithKnownRoutes({ registry }: CommandDeps): Promise<ReadonlySet<string>> {
  const choices = await toResult(registry.choices());
  const loading = choices instanceof TokenManagerError ? [] : choices.map(({ load }) => toResult(load()));
  const adapters = await Promise.all(loading);
  return new Set(
    adapters.flatMap((adapter) =>
      !(adapter instanceof TokenManagerError) && hasKnownRoutes(adapter) ? [adapter.id] : [],
    ),
  );
}

function section(title: string, lines: readonly string[]): string {
  const body = lines.length === 0 ? ['none'] : lines;
  return [`## ${title}`, '', '```text', ...body.map(harmless), '```', ''].join('\n');
}

/** One line that ends no fence. */
function harmless(line: string): string {
  return line.replace(/[\r\n]+/g, ' ').replaceAll('```', "'''");
}

function versions(): string[] {
  const manifest: unknown = extensions.getExtension('oauth-token-manager.oauth-token-manager')?.packageJSON;
  const own =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '?';
  return [
    `extension ${String(own)}`,
    `VS Code ${version}`,
    `host ${env.uiKind === UIKind.Web ? 'web' : 'desktop'}, remote ${env.remoteName === undefined ? 'no' : 'yes'}`,
    `Node.js ${process.versions.node} ${process.platform} ${process.arch}`,
    `language ${env.language}`,
  ];
}

/** Values only where no one could have typed them: numbers, switches, and one of the choices there are. */
function changedSettings(): string[] {
  const configuration = workspace.getConfiguration();
  const ours = Object.entries(settingDefaults).flatMap(([id, usual]) => {
    const value = configuration.get<unknown>(id);
    if (JSON.stringify(value) === JSON.stringify(usual)) {
      return [];
    }
    const isPlain = ['number', 'boolean'].includes(typeof value);
    return [`${id}: ${isPlain ? String(value) : 'changed'}`];
  });
  const proxies = [
    'http.proxy',
    'http.noProxy',
    'http.proxyAuthorization',
    'http.proxySupport',
    'http.proxyStrictSSL',
  ];
  const others = proxies.filter((id) => {
    const found = configuration.inspect<unknown>(id);
    return found?.globalValue !== undefined || found?.workspaceValue !== undefined;
  });
  const environment = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'].filter(
    (name) => process.env[name] || process.env[name.toLowerCase()],
  );
  return [...ours, ...others.map((id) => `${id}: set`), ...environment.map((name) => `${name}: set`)];
}

async function connectionLines(
  { registry, wording }: CommandDeps,
  root: ConnectionNode,
  index: number,
): Promise<string[]> {
  const { connection, branch, clockOffset } = root;
  const now = wording.now() + clockOffset;
  const counts = new Map<string, number>();
  const errors = new Map<string, number>();
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const { item } of branch.descendants()) {
    count(counts, `${item.kind} ${rowState(item, now, wording.expiringWithinMs())}`);
  }
  for (const { error, problems } of branch.opened()) {
    for (const failure of [error ?? [], problems].flat()) {
      count(errors, errorLine(failure));
    }
  }
  const adapter = await toResult(registry.get(connection.adapterId));
  return [
    `${index + 1}. ${adapterWord(connection.adapterId)}, addresses: ${addressKinds(connection, adapter).join(', ')}`,
    `   kept: ${root.isForSessionOnly ? 'for this session only' : 'yes'}, certificate authority file: ${certificateAuthorityFile(connection.settings) === undefined ? 'no' : 'yes'}, clock off by ${Math.round(clockOffset / 1000)} s`,
    `   read: ${branch.loadedAt === undefined ? 'no' : 'yes'}, rows: ${tally(counts)}`,
    `   errors: ${tally(errors)}`,
  ];
}

function tally(counts: ReadonlyMap<string, number>): string {
  return counts.size === 0 ? 'none' : [...counts].map(([what, count]) => `${count} × ${what}`).join(', ');
}

/** Where a connection goes: to the service's usual address, this computer, or elsewhere. */
function addressKinds({ settings }: Connection, adapter: ProviderAdapter | TokenManagerError): string[] {
  if (adapter instanceof TokenManagerError) {
    return ['unknown adapter'];
  }
  return adapter.form.flatMap((step) => {
    if (step.kind !== 'url') {
      return [];
    }
    const url = URL.parse(String(settings[step.id]));
    if (!url) {
      return ['unusable'];
    }
    if (url.href === URL.parse(step.default)?.href) {
      return ['usual'];
    }
    return [isLoopback(url.hostname) ? 'this computer' : 'other'];
  });
}

/** What the doctor found, likewise. */
export async function diagnosisReport(
  { registry }: CommandDeps,
  connection: Connection,
  { at, findings }: Diagnosis,
): Promise<string> {
  const adapter = await toResult(registry.get(connection.adapterId));
  return [
    '# OAuth Token Manager: diagnosis\n',
    section('Versions', versions()),
    section('Settings that differ from their defaults', changedSettings()),
    section('Connection', [
      `${adapterWord(connection.adapterId)}, addresses: ${addressKinds(connection, adapter).join(', ')}`,
    ]),
    section(
      `Findings of ${new Date(at).toISOString()}`,
      findings.map(({ suspect, result, evidence }) =>
        [`${suspect}: ${result}`, evidence && evidenceText(evidence)].filter(isSaid).join(', '),
      ),
    ),
  ].join('\n');
}

function evidenceText(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'error':
    case 'unresolved':
      return errorLine(evidence.error);
    case 'resolved':
      return `${evidence.addresses} addresses`;
    case 'answered':
      return `HTTP ${evidence.status} in ${evidence.ms} ms`;
    case 'offset':
      return `${Math.round(evidence.ms / 1000)} s`;
    case 'rows':
      return `${evidence.count} rows`;
    default:
      return evidence.kind;
  }
}

function isSaid<T>(part: T | undefined): part is T {
  return part !== undefined;
}
