import { actRowKey } from '../activity/activity.ts';
import { accessesOf } from '../findings/subject.ts';
import type { ItemNode } from '../inventory/tree.ts';
import { asArray, isRecord } from '../json.ts';
import { displayText } from '../model/displayText.ts';
import type { Documents } from '../ports.ts';

/** A row that is to be revoked, with what has to be known to make another one. */
export interface IncidentRow {
  /** Under which the activity tells what became of it. */
  readonly key: string;
  /** Empty where the name shows a part of a value. */
  readonly name: string;
  readonly connection: string;
  readonly service: string;
  readonly identifier?: string;
  readonly owner?: string;
  /** What it may do, as far as the service tells. */
  readonly accesses?: readonly string[];
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
  async end(at: number): Promise<void> {
    const progress = await this.read();
    if (progress) {
      await this.#documents.write(document, { ...progress, endedAt: at });
    }
    await this.#flag.write(false);
  }

  async forget(): Promise<void> {
    await this.#flag.write(false);
    await this.#documents.remove(document);
  }
}

export function incidentRow(node: ItemNode): IncidentRow {
  const { item, connection } = node;
  const { identifier, owner } = item;
  const accesses = accessesOf(item)?.map((access) => displayText(access, 100));
  return {
    key: actRowKey(node),
    name: keptName(item.name),
    connection: displayText(connection.label, 100),
    service: displayText(connection.serviceName, 100),
    ...(identifier !== undefined && { identifier: displayText(identifier, 200) }),
    ...(owner !== undefined && { owner: displayText(owner, 100) }),
    ...(accesses && { accesses: accesses.slice(0, mostAccesses) }),
  };
}

/** A masked name shows the end of a value. */
function keptName(name: string): string {
  return /^[…•*]/u.test(name) ? '' : displayText(name, 100);
}

function parsed(stored: unknown): IncidentProgress | undefined {
  if (!isRecord(stored) || typeof stored.startedAt !== 'number') {
    return undefined;
  }
  const rows = asArray(stored.rows).flatMap((row) => {
    if (!isRecord(row) || typeof row.key !== 'string') {
      return [];
    }
    const { identifier, owner } = row;
    const accesses = Array.isArray(row.accesses) ? row.accesses.filter(isText) : undefined;
    return [
      {
        key: row.key,
        name: isText(row.name) ? row.name : '',
        connection: isText(row.connection) ? row.connection : '',
        service: isText(row.service) ? row.service : '',
        ...(isText(identifier) && { identifier }),
        ...(isText(owner) && { owner }),
        ...(accesses && { accesses }),
      },
    ];
  });
  return {
    startedAt: stored.startedAt,
    ...(typeof stored.endedAt === 'number' && { endedAt: stored.endedAt }),
    rows,
    remaining: asArray(stored.remaining).filter(isText),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
