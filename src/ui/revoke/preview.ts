import type { Reach } from '../../core/adapter/contract.ts';
import type { Finding, RuleId } from '../../core/findings/rules.ts';
import type { Branch, ItemNode, Node } from '../../core/inventory/tree.ts';
import type { Targets } from '../../core/revoke/targets.ts';
import type { Wording } from '../text/context.ts';
import { findingWords, unjudgedWords } from '../text/findings.ts';
import { blockWords, countWords, placeWords, unreadWords } from '../text/revoke.ts';
import { rowView } from '../tree/rows.ts';

/** What is asked before many are revoked; plain data, so that it can be checked without VS Code. */
export interface Plan extends Targets {
  /** Whether a whole connection is meant, which is confirmed by typing even where it holds little. */
  readonly isWholeConnection: boolean;
  /** Whether all of it is meant, also what connections live on, and in the order of the targets. */
  readonly isEmergency?: boolean;
  /** Whether all of it is gone through and nothing is revoked. */
  readonly isRehearsal?: boolean;
  /** Why rows are proposed, where that is what they are listed for. */
  readonly cleanUp?: CleanUp;
}

export interface CleanUp {
  readonly reasons: ReadonlyMap<ItemNode, readonly Finding[]>;
  /** Those that are ticked at first. */
  readonly likely: ReadonlySet<ItemNode>;
  /** What is not proposed only because its service does not tell: silence of a rule is not "fine". */
  readonly unjudged: readonly Unjudged[];
}

/** How many rows of a connection a rule cannot judge. */
export interface Unjudged {
  readonly node: Node;
  readonly rule: RuleId;
  readonly rows: number;
}

export type PreviewLine =
  | { readonly kind: 'heading'; readonly label: string }
  | {
      readonly kind: 'row';
      /** A codicon. */
      readonly icon: string;
      readonly label: string;
      readonly description: string;
      readonly detail: string;
      /** What it stands for; empty where there is nothing to tick. */
      readonly nodes: readonly ItemNode[];
      readonly isTicked: boolean;
    };

export type Reaches = ReadonlyMap<ItemNode, Reach>;

/** More rows than can be read one by one are shown list by list. */
const mostSingleLines = 1000;
/** Of what cannot be revoked, or was not read, as many are named. */
const mostNamed = 100;
/** To revoke more, the user has to type. */
const mostUntyped = 10;
const longestTypedName = 60;

export function previewLines(plan: Plan, reaches: Reaches, wording: Wording): PreviewLine[] {
  const lists = [...Map.groupBy(plan.targets, ({ parent }) => parent)];
  const isLong = plan.targets.length > mostSingleLines;
  const lines = isLong
    ? lists.map(([list, nodes]) => listLine(list, nodes, plan, reaches, wording))
    : lists.flatMap(([list, nodes]) => [
        { kind: 'heading' as const, label: placeWords(list.owner, wording) },
        ...nodes.map((node) => rowLine(node, plan, reaches, wording)),
      ]);
  return [
    ...withoutRepetition(lines),
    ...blockedLines(plan, wording),
    ...unreadLines(plan, wording),
    ...unjudgedLines(plan, wording),
  ];
}

/** What a line says that an earlier one has said is left out: the confirmation says it of all of them. */
function withoutRepetition(lines: readonly PreviewLine[]): readonly PreviewLine[] {
  const said = new Set<string>();
  return lines.map((line) => {
    if (line.kind === 'heading') {
      return line;
    }
    const isSaid = said.has(line.detail);
    said.add(line.detail);
    return isSaid ? { ...line, detail: '' } : line;
  });
}

function rowLine(node: ItemNode, plan: Plan, reaches: Reaches, wording: Wording): PreviewLine {
  const { icon, label, description } = rowView(node, wording);
  const { reasons } = plan.cleanUp ?? {};
  const why = (reasons?.get(node) ?? []).flatMap((finding) => reasonWords(finding, node, wording) ?? []);
  return {
    kind: 'row',
    icon: icon.name,
    label,
    description: [...why, ...(description === undefined ? [] : [description])].join(' · '),
    detail: reachWords(reaches.get(node)),
    nodes: [node],
    isTicked: isTicked(node, plan),
  };
}

/** Nothing where the state and the lifetime of the row say it already. */
function reasonWords(finding: Finding, node: ItemNode, wording: Wording): string | undefined {
  const isSaid = finding.rule === 'expired' || finding.rule === 'neverExpires';
  return isSaid ? undefined : findingWords(finding, node, wording);
}

function listLine(
  list: Branch,
  nodes: readonly ItemNode[],
  plan: Plan,
  reaches: Reaches,
  wording: Wording,
): PreviewLine {
  const ticked = nodes.filter((node) => isTicked(node, plan));
  const meant = ticked.length > 0 ? ticked : nodes;
  const [first] = meant;
  return {
    kind: 'row',
    icon: 'list-tree',
    label: placeWords(list.owner, wording),
    description: countWords(meant, wording),
    detail: reachWords(first && reaches.get(first)),
    nodes: meant,
    isTicked: ticked.length > 0,
  };
}

/** What the connection itself lives on is revoked only when that is really meant. */
function isTicked(node: ItemNode, { cleanUp, isEmergency }: Plan): boolean {
  if (isEmergency) {
    return true;
  }
  return cleanUp ? cleanUp.likely.has(node) : node.item.isOwnCredential !== true;
}

function reachWords(reach: Reach | undefined): string {
  return reach ? [reach.sentence, ...reach.warnings].join(' ') : '';
}

function blockedLines({ blocked }: Plan, wording: Wording): PreviewLine[] {
  return noteLines(
    wording.localize('Cannot be revoked'),
    'circle-slash',
    blocked.map(({ node, reason }) => ({ node, words: blockWords(reason, wording) })),
    wording,
  );
}

function unreadLines({ unread }: Plan, wording: Wording): PreviewLine[] {
  return noteLines(
    wording.localize('Could not be loaded and stays unchanged'),
    'warning',
    unread.map((one) => ({ node: one.node, words: unreadWords(one, wording) })),
    wording,
  );
}

function unjudgedLines({ cleanUp }: Plan, wording: Wording): PreviewLine[] {
  return noteLines(
    wording.localize('Could not be judged: the service does not provide the data'),
    'question',
    (cleanUp?.unjudged ?? []).map((one) => ({ node: one.node, words: unjudgedWords(one, wording) })),
    wording,
  );
}

function noteLines(
  heading: string,
  icon: string,
  notes: readonly { readonly node: Node; readonly words: string }[],
  wording: Wording,
): PreviewLine[] {
  if (notes.length === 0) {
    return [];
  }
  const note = { kind: 'row' as const, icon, detail: '', nodes: [], isTicked: false };
  const named = notes
    .slice(0, mostNamed)
    .map(({ node, words }) => ({ ...note, label: placeWords(node, wording), description: words }));
  const rest = notes.length - named.length;
  const more =
    rest === 0 ? [] : [{ ...note, label: wording.localize('and {0} more', rest), description: '' }];
  return [{ kind: 'heading', label: heading }, ...named, ...more];
}

export interface Confirmation {
  readonly question: string;
  readonly detail: string;
  /** What has to be typed; absent where a button is enough. */
  readonly typed?: string;
}

/** @param targets those that were ticked, with their reaches as they are for just these */
export function confirmation(
  plan: Plan,
  targets: readonly ItemNode[],
  reaches: Reaches,
  wording: Wording,
): Confirmation {
  const mustType = plan.isWholeConnection || targets.length > mostUntyped;
  const typed = mustType ? typedText(targets, plan.isWholeConnection, wording) : undefined;
  const count = countWords(targets, wording);
  return {
    question: plan.isRehearsal
      ? wording.localize('Rehearsal: Revoke {0}?', count)
      : wording.localize('Revoke {0}?', count),
    detail: [
      ...(plan.isRehearsal ? [wording.localize('This is a rehearsal: nothing will be revoked.')] : []),
      ...sentences(targets, reaches, wording),
      ...warnings(targets, reaches, wording),
      ...connectionLines(targets, wording),
      ...leftOut(plan, wording),
    ].join('\n\n'),
    ...(typed !== undefined && { typed }),
  };
}

/**
 * The name of what is being emptied: the nearest row above all of them, or the connection. Where they have no
 * name in common, or none that can be typed, it is their number.
 */
export function typedText(
  targets: readonly ItemNode[],
  isWholeConnection: boolean,
  { localize }: Wording,
): string {
  const above = nearestAbove(targets);
  const name = above?.kind === 'item' && !isWholeConnection ? above.item.name : above?.root.connection.label;
  return name !== undefined && canBeTyped(name) ? name : localize('revoke {0}', targets.length);
}

function nearestAbove(targets: readonly ItemNode[]): Node | undefined {
  const owners = [...new Set(targets.map(({ parent }) => parent.owner))];
  return owners
    .map(lineage)
    .reduce((common, line) => common.filter((node) => line.includes(node)))
    .at(0);
}

/** The row and those above it, the nearest first. */
function lineage(node: Node): readonly Node[] {
  return node.kind === 'connection' ? [node] : [node, ...lineage(node.parent.owner)];
}

function canBeTyped(name: string): boolean {
  return name.length <= longestTypedName && name === name.trim() && /[\p{L}\p{N}]/u.test(name);
}

function sentences(targets: readonly ItemNode[], reaches: Reaches, { localize }: Wording): string[] {
  const distinct = [...new Set(targets.flatMap((node) => reaches.get(node)?.sentence ?? []))];
  const rest = distinct.length - 3;
  if (rest < 2) {
    return distinct;
  }
  return [...distinct.slice(0, 3), localize('And {0} more like these, as they were listed.', rest)];
}

function warnings(targets: readonly ItemNode[], reaches: Reaches, { localize }: Wording): string[] {
  const counts = new Map<string, number>();
  for (const warning of targets.flatMap((node) => reaches.get(node)?.warnings ?? [])) {
    counts.set(warning, (counts.get(warning) ?? 0) + 1);
  }
  const words = [...counts].map(([warning, count]) =>
    count === targets.length ? warning : localize('{0} (concerns {1} of them)', warning, count),
  );
  const rest = words.length - 5;
  if (rest < 2) {
    return words;
  }
  return [...words.slice(0, 5), localize('And {0} more warnings, as they were listed.', rest)];
}

function connectionLines(targets: readonly ItemNode[], wording: Wording): string[] {
  const { localize } = wording;
  const groups = [...Map.groupBy(targets, ({ root }) => root)];
  const lines = groups.slice(0, 5).map(([{ connection }, nodes]) => {
    const { label, serviceName, account } = connection;
    const count = countWords(nodes, wording);
    return localize('Connection: {0} ({1}, {2}): {3}', label, serviceName, account.name, count);
  });
  const rest = groups.length - lines.length;
  return rest === 0 ? lines : [...lines, localize('And {0} more connections.', rest)];
}

function leftOut({ blocked, unread }: Plan, { localize }: Wording): string[] {
  const lines: string[] = [];
  if (blocked.length > 0) {
    lines.push(
      blocked.length === 1
        ? localize('1 row cannot be revoked and stays.')
        : localize('{0} rows cannot be revoked and stay.', blocked.length),
    );
  }
  const onRequest = unread.filter(({ why }) => why === 'onRequest').length;
  const failed = unread.length - onRequest;
  if (failed > 0) {
    lines.push(
      failed === 1
        ? localize('1 list could not be loaded; its tokens stay.')
        : localize('{0} lists could not be loaded; their tokens stay.', failed),
    );
  }
  if (onRequest > 0) {
    lines.push(
      onRequest === 1
        ? localize('1 list is loaded only on request; its tokens stay.')
        : localize('{0} lists are loaded only on request; their tokens stay.', onRequest),
    );
  }
  return lines;
}
