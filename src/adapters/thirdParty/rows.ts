import type { LaterPages, Page } from '../../core/adapter/contract.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import {
  type Breadth,
  type Children,
  type Field,
  type Item,
  type ItemAction,
  type ItemKind,
  type Lifetime,
  noChildren,
  type Status,
} from '../../core/model/item.ts';
import type { KnownSecrets } from '../../core/model/knownSecrets.ts';
import { forEachYielding } from '../../core/yielding.ts';
import type { ThirdPartyErrors } from './errors.ts';
import { elements, isInstant, isText, most, property, type Sanitizer } from './sanitize.ts';

const itemKinds: Readonly<Record<ItemKind, true>> = {
  section: true,
  organization: true,
  application: true,
  user: true,
  provider: true,
  identity: true,
  token: true,
  access: true,
  note: true,
};
const statuses: Readonly<Record<Status, true>> = {
  active: true,
  inactive: true,
  revoked: true,
  unknown: true,
};
const breadths: Readonly<Record<Breadth, true>> = { broad: true, narrow: true, unknown: true };
const actions: Readonly<Record<ItemAction, true>> = {
  revoke: true,
  renew: true,
  pause: true,
  resume: true,
  attach: true,
  detach: true,
};

/** Runs the extension's function that answers at once; what it throws comes out as an error with a name. */
export type SyncCall = <T>(call: () => unknown, copy: (answer: unknown) => T) => T;

/** Copies the rows that the extension answers; see {@link Sanitizer}. */
export class RowSanitizer {
  readonly #errors: ThirdPartyErrors;
  readonly #known: KnownSecrets;
  readonly #sanitizer: Sanitizer;

  constructor(errors: ThirdPartyErrors, known: KnownSecrets, sanitizer: Sanitizer) {
    this.#errors = errors;
    this.#known = known;
    this.#sanitizer = sanitizer;
  }

  /** Rows that cannot be read are told of; those that can are shown. */
  async page(value: unknown, call: SyncCall): Promise<Page> {
    const given = property(value, 'items');
    if (!Array.isArray(given)) {
      throw this.#errors.unreadable('items');
    }
    const bad: string[] = [];
    const items: Item[] = [];
    await forEachYielding(elements(given, most.rows), ([index, row]) => {
      const item = this.#row(row, `items[${index}]`, bad, { left: most.inlineRows }, 0);
      if (item) {
        items.push(item);
      }
    });
    if (given.length > most.rows) {
      bad.push(`items[${most.rows}…]`);
    }
    const next = property(value, 'next');
    const total = property(value, 'total');
    if (next !== undefined && !isText(next, most.cursorLength)) {
      bad.push('next');
    }
    const later = this.#later(property(value, 'later'), call);
    const problems = this.#problems(property(value, 'problems'), bad);
    return Object.freeze({
      items: Object.freeze(items),
      ...(isText(next, most.cursorLength) && { next }),
      ...(later && { later }),
      ...(isCount(total) && { total }),
      ...(property(value, 'leavesOutExpired') === true && { leavesOutExpired: true }),
      ...(problems.length > 0 && { problems }),
    });
  }

  /** @throws when it is no row */
  item(value: unknown): Item {
    const bad: string[] = [];
    const item = this.#row(value, 'item', bad, { left: most.inlineRows }, 0);
    if (!item) {
      throw this.#errors.unreadable(...bad);
    }
    return item;
  }

  #later(value: unknown, call: SyncCall): LaterPages | undefined {
    const count = property(value, 'count');
    const perMinute = property(value, 'perMinute');
    const cursor = property(value, 'cursor');
    if (!isCount(count) || typeof cursor !== 'function') {
      return undefined;
    }
    return Object.freeze({
      count: Math.min(count, most.pages),
      cursor: (index: number) =>
        call(
          () => Reflect.apply(cursor, value, [index]),
          (text) => {
            if (!isText(text, most.cursorLength)) {
              throw this.#errors.unreadable('later.cursor');
            }
            return text;
          },
        ),
      ...(isCount(perMinute) && { perMinute }),
    });
  }

  #problems(value: unknown, bad: readonly string[]): TokenManagerError[] {
    const given = Array.isArray(value) ? elements(value, most.problems) : [];
    return [
      ...given.map(([, problem]) => this.#errors.from(problem, this.#known, false)),
      ...(bad.length > 0 ? [this.#errors.unreadable(...bad)] : []),
    ];
  }

  /** @param bad gets the places that cannot be understood, each of them a row that is left out */
  #row(
    value: unknown,
    place: string,
    bad: string[],
    inline: { left: number },
    depth: number,
  ): Item | undefined {
    const id = property(value, 'id');
    const name = this.#sanitizer.text(property(value, 'name'));
    // Identifiers are needed character for character, so that one with a secret in it cannot be masked.
    if (!isText(id, most.idLength) || id === '' || this.#known.isIn(id)) {
      bad.push(`${place}.id`);
      return undefined;
    }
    if (name === undefined) {
      bad.push(`${place}.name`);
      return undefined;
    }
    const kind = property(value, 'kind');
    const status = property(value, 'status');
    const createdAt = property(value, 'createdAt');
    const lastUsedAt = property(value, 'lastUsedAt');
    const owner = this.#sanitizer.text(property(value, 'owner'));
    const issuer = this.#sanitizer.text(property(value, 'issuer'));
    const breadth = property(value, 'breadth');
    const remark = this.#sanitizer.text(property(value, 'remark'));
    const identifier = property(value, 'identifier');
    return Object.freeze({
      id,
      kind: isOneOf(itemKinds, kind) ? kind : 'note',
      name,
      ...(status !== undefined && { status: isOneOf(statuses, status) ? status : 'unknown' }),
      lifetime: lifetime(property(value, 'lifetime')),
      ...(isInstant(createdAt) && { createdAt }),
      ...((lastUsedAt === null || isInstant(lastUsedAt)) && { lastUsedAt }),
      ...(owner !== undefined && { owner }),
      ...(issuer !== undefined && { issuer }),
      ...(isOneOf(breadths, breadth) && { breadth }),
      ...(property(value, 'isOwnCredential') === true && { isOwnCredential: true }),
      ...(remark !== undefined && { remark }),
      fields: this.#fields(property(value, 'fields')),
      children: this.#children(property(value, 'children'), place, bad, inline, depth),
      actions: itemActions(property(value, 'actions')),
      ...(isText(identifier, most.idLength) && !this.#known.isIn(identifier) && { identifier }),
    });
  }

  #fields(value: unknown): readonly Field[] {
    const given = Array.isArray(value) ? elements(value, most.fields) : [];
    return Object.freeze(given.flatMap(([, field]) => this.#field(field) ?? []));
  }

  #field(value: unknown): Field | undefined {
    const label = this.#sanitizer.text(property(value, 'label'));
    const text = this.#sanitizer.text(property(value, 'text'), 2000);
    const at = property(value, 'at');
    if (label === undefined || label === '') {
      return undefined;
    }
    if (text !== undefined) {
      return Object.freeze({ label, text });
    }
    return isInstant(at) ? Object.freeze({ label, at }) : undefined;
  }

  #children(value: unknown, place: string, bad: string[], inline: { left: number }, depth: number): Children {
    const kind = property(value, 'kind');
    if (kind === 'list') {
      return Object.freeze({ kind, ...(property(value, 'open') === true && { open: true }) });
    }
    if (kind === 'onRequest') {
      const caution = this.#sanitizer.text(property(value, 'caution'), 1000);
      return Object.freeze({ kind, ...(caution !== undefined && { caution }) });
    }
    const given = property(value, 'items');
    if (kind !== 'inline' || !Array.isArray(given)) {
      return noChildren;
    }
    const items: Item[] = [];
    for (const [index, row] of elements(given, most.inlineRows + 1)) {
      const below = `${place}.children[${index}]`;
      // Rows in a circle end here.
      if (depth === most.depth || inline.left === 0) {
        bad.push(below);
        break;
      }
      inline.left--;
      const item = this.#row(row, below, bad, inline, depth + 1);
      if (item) {
        items.push(item);
      }
    }
    const isPassive = property(value, 'isPassive') === true;
    return Object.freeze({ kind, items: Object.freeze(items), ...(isPassive && { isPassive }) });
  }
}

function lifetime(value: unknown): Lifetime {
  const kind = property(value, 'kind');
  const at = property(value, 'at');
  if (kind === 'never' || kind === 'none') {
    return Object.freeze({ kind });
  }
  return Object.freeze(kind === 'expires' && isInstant(at) ? { kind, at } : { kind: 'unknown' });
}

function itemActions(value: unknown): readonly ItemAction[] {
  const given = Array.isArray(value) ? elements(value, most.entries).map(([, action]) => action) : [];
  return Object.freeze([...new Set(given.filter((action) => isOneOf(actions, action)))]);
}

function isOneOf<T extends string>(names: Readonly<Record<T, true>>, value: unknown): value is T {
  return typeof value === 'string' && Object.hasOwn(names, value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
