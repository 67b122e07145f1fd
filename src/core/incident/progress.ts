import { type Act, actRowKey } from '../activity/activity.ts';
import { parsedAct } from '../activity/parse.ts';
import { accessesOf } from '../findings/subject.ts';
import type { Branch, ItemNode } from '../inventory/tree.ts';
import { asArray, isRecord } from '../json.ts';
import { displayText } from '../model/displayText.ts';
import { TokenManagerError, toResult } from '../model/errors.ts';
import { type ItemKind, itemKinds } from '../model/item.ts';
import { lastInstant } from '../model/time.ts';
import type { Documents } from '../ports.ts';

/** A row that is to be revoked, with what has to be known to make another one. */
export interface IncidentRow {
  /** Under which the activity tells what became of it. */
  readonly key: string;
  /** Empty where the name shows a part of a value. */
  readonly name: string;
  /** Where there is no name, what else tells it from others, in no language. */
  readonly unnamed?: UnnamedRow;
  readonly connection: string;
  readonly service: string;
  readonly identifier?: string;
  readonly owner?: string;
  /** What it may do, as far as the service tells. */
  readonly accesses?: readonly string[];
  /** What the service said when it was not revoked; masked. */
  readonly said?: string;
}

export interface UnnamedRow {
  readonly kind: ItemKind;
  /** Its place in its list when the emergency began, counted from 1. */
  readonly position: number;
  /** What is above its list. */
  readonly list: string;
  /** Epoch milliseconds. */
  readonly createdAt?: number;
  readonly expiresAt?: number;
}

/** What is being revoked, kept so that a window that closes in the middle loses nothing. */
export interface IncidentProgress {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Epoch milliseconds at which it had run to its end; absent where it was cut off. */
  readonly endedAt?: number;
  readonly rows: readonly IncidentRow[];
  /** What could not be loaded, and what cannot be revoked from here, in words. */
  readonly remaining: readonly string[];
  /** What became of the rows; absent until it has run to its end once. */
  readonly acts?: readonly Act[];
}

/** Tells without reading any file whether a revocation of everything has begun and not ended. */
export interface IncidentFlag {
  read(): boolean;
  write(isOpen: boolean): Promise<void>;
}

const document = 'incident';
const mostAccesses = 50;

export class IncidentStore {
  readonly #documents: Documents;
  readonly #flag: IncidentFlag;

  constructor(documents: Documents, flag: IncidentFlag) {
    this.#documents = documents;
    this.#flag = flag;
  }

  get isOpen(): boolean {
    return this.#flag.read();
  }

  /**
   * By the file too: a window that is closed at once may take the flag along, and one of another profile has a flag of its
   * own. What cannot be read is taken for unfinished.
   */
  async isUnfinished(): Promise<boolean> {
    if (this.isOpen) {
      return true;
    }
    const progress = await toResult(this.read());
    return progress instanceof TokenManagerError || isCutOff(progress);
  }

  /** Rejects with kind `storage`: what could be lost halfway is not begun. */
  async begin(progress: IncidentProgress): Promise<void> {
    await this.#documents.write(document, progress);
    await this.#flag.write(true);
  }

  async read(): Promise<IncidentProgress | undefined> {
    return parsed(await this.#documents.read(document));
  }

  /**
   * It has run to its end; what was written down stays for the record.
   * @param at epoch milliseconds
   */
  async end(progress: IncidentProgress, at: number): Promise<void> {
    await this.#documents.write(document, { ...progress, endedAt: at });
    await this.#flag.write(false);
  }

  async forget(): Promise<void> {
    await this.#flag.write(false);
    await this.#documents.remove(document);
  }
}

export function isCutOff(progress: IncidentProgress | undefined): progress is IncidentProgress {
  return progress !== undefined && progress.endedAt === undefined;
}

export function incidentRows(nodes: readonly ItemNode[]): readonly IncidentRow[] {
  const positions = new Map<Branch, ReadonlyMap<ItemNode, number>>();
  const positionOf = (node: ItemNode) => {
    const { parent } = node;
    const known = positions.get(parent) ?? new Map(parent.nodes.map((one, index) => [one, index + 1]));
    positions.set(parent, known);
    return known.get(node) ?? 0;
  };
  return nodes.map((node) => incidentRow(node, positionOf));
}

function incidentRow(node: ItemNode, positionOf: (node: ItemNode) => number): IncidentRow {
  const { item, connection } = node;
  const { identifier, owner } = item;
  const name = keptName(item.name);
  const accesses = accessesOf(item)?.map((access) => displayText(access, 100));
  return {
    key: actRowKey(node),
    name,
    ...(name === '' && { unnamed: unnamedRow(node, positionOf(node)) }),
    connection: displayText(connection.label, 100),
    service: displayText(connection.serviceName, 100),
    ...(identifier !== undefined && { identifier: displayText(identifier, 200) }),
    ...(owner !== undefined && { owner: displayText(owner, 100) }),
    ...(accesses && { accesses: accesses.slice(0, mostAccesses) }),
  };
}

function unnamedRow({ item, parent: { owner } }: ItemNode, position: number): UnnamedRow {
  const { kind, createdAt, lifetime } = item;
  const list = owner.kind === 'connection' ? owner.connection.label : keptName(owner.item.name);
  return {
    kind,
    position,
    list: displayText(list, 100),
    ...(createdAt !== undefined && { createdAt }),
    ...(lifetime.kind === 'expires' && { expiresAt: lifetime.at }),
  };
}

/** A masked name shows the end of a value. */
export function isMasked(name: string): boolean {
  return /^[…•*]/u.test(name);
}

function keptName(name: string): string {
  return isMasked(name) ? '' : displayText(name, 100);
}

function parsed(stored: unknown): IncidentProgress | undefined {
  if (!isRecord(stored) || typeof stored.startedAt !== 'number') {
    return undefined;
  }
  return {
    startedAt: stored.startedAt,
    ...(typeof stored.endedAt === 'number' && { endedAt: stored.endedAt }),
    rows: asArray(stored.rows).flatMap((row) => parsedRow(row) ?? []),
    remaining: asArray(stored.remaining).filter(isText),
    ...(Array.isArray(stored.acts) && { acts: stored.acts.flatMap((act) => parsedAct(act) ?? []) }),
  };
}

function parsedRow(row: unknown): IncidentRow | undefined {
  if (!isRecord(row) || typeof row.key !== 'string') {
    return undefined;
  }
  const { identifier, owner, said } = row;
  const unnamed = parsedUnnamed(row.unnamed);
  const accesses = Array.isArray(row.accesses) ? row.accesses.filter(isText) : undefined;
  return {
    key: row.key,
    name: isText(row.name) ? row.name : '',
    ...(unnamed && { unnamed }),
    connection: isText(row.connection) ? row.connection : '',
    service: isText(row.service) ? row.service : '',
    ...(isText(identifier) && { identifier }),
    ...(isText(owner) && { owner }),
    ...(accesses && { accesses }),
    ...(isText(said) && { said }),
  };
}

function parsedUnnamed(value: unknown): UnnamedRow | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { position, list, createdAt, expiresAt } = value;
  const kind = itemKinds.find((known) => known === value.kind);
  return kind && typeof position === 'number' && isText(list)
    ? {
        kind,
        position,
        list,
        ...(isMoment(createdAt) && { createdAt }),
        ...(isMoment(expiresAt) && { expiresAt }),
      }
    : undefined;
}

/** One that a date can hold. */
function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= lastInstant;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
