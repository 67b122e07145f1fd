import { setImmediate } from 'node:timers/promises';
import type {
  LaterPages,
  Option,
  Page,
  Reach,
  RenewOutcome,
  RevokeOutcome,
  SignIn,
} from '../../core/adapter/contract.ts';
import { isReserved } from '../../core/adapter/reservedSettings.ts';
import { displayText } from '../../core/model/displayText.ts';
import type { TokenManagerError } from '../../core/model/errors.ts';
import {
  type Account,
  type Children,
  type Field,
  type Item,
  type ItemAction,
  type ItemKind,
  type Lifetime,
  noChildren,
  type Settings,
  type Status,
} from '../../core/model/item.ts';
import type { KnownSecrets } from '../../core/model/knownSecrets.ts';
import { lastInstant } from '../../core/model/time.ts';
import type { Secrets } from '../../core/ports.ts';
import type { ThirdPartyErrors } from './errors.ts';
import { secretOf } from './secretOf.ts';

/** What one answer may hold at most. */
const most = {
  rows: 10_000,
  pages: 20_000,
  /** Rows that come with one row, on all levels together. */
  inlineRows: 1000,
  depth: 8,
  fields: 200,
  problems: 20,
  options: 1000,
  entries: 100,
  warnings: 10,
  idLength: 2000,
  cursorLength: 10_000,
  settingLength: 100_000,
};

/** So many rows are copied in one go before others get a turn. */
const rowsBetweenPauses = 50;

/** Beyond it a number is no moment: https://tc39.es/ecma262/#sec-time-values-and-time-range */

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
const actions: Readonly<Record<ItemAction, true>> = { revoke: true, renew: true, attach: true, detach: true };

/** Runs the extension's function that answers at once; what it throws comes out as an error with a name. */
export type SyncCall = <T>(call: () => unknown, copy: (answer: unknown) => T) => T;

/**
 * Copies what the extension answers into plain frozen objects of our own. Whatever it hands over may change
 * afterwards, run in circles or be a trap: nothing of it is kept.
 */
export class Sanitizer {
  readonly #errors: ThirdPartyErrors;
  readonly #known: KnownSecrets;

  constructor(errors: ThirdPartyErrors, known: KnownSecrets) {
    this.#errors = errors;
    this.#known = known;
  }

  /** Rows that cannot be read are told of; those that can are shown. */
  async page(value: unknown, call: SyncCall): Promise<Page> {
    const given = property(value, 'items');
    if (!Array.isArray(given)) {
      throw this.#errors.unreadable('items');
    }
    const bad: string[] = [];
    const items: Item[] = [];
    for (const [index, row] of elements(given, most.rows)) {
      const item = this.#row(row, `items[${index}]`, bad, { left: most.inlineRows }, 0);
      if (item) {
        items.push(item);
      }
      if (index % rowsBetweenPauses === rowsBetweenPauses - 1) {
        await setImmediate();
      }
    }
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

  /**
   * @param urls the form's steps that ask for an address
   * @param isAllowed whether the user has said that credentials may go there
   */
  signIn(value: unknown, urls: readonly string[], isAllowed: (address: string) => boolean): SignIn {
    const settings = this.#settings(property(value, 'settings'));
    for (const id of urls) {
      const addresses = [settings[id] ?? []].flat();
      if (!addresses.every((address) => address === '' || isAllowed(address))) {
        // Credentials go where the user has said, not where an extension says afterwards.
        throw this.#errors.unreadable(`settings.${id}`);
      }
    }
    const secrets = this.secrets(property(value, 'secrets'));
    this.#known.add(Object.values(secrets));
    const notice = this.text(property(value, 'notice'), 1000);
    return Object.freeze({
      account: this.#account(property(value, 'account')),
      settings,
      secrets,
      ...(notice !== undefined && { notice }),
    });
  }

  secrets(value: unknown): Secrets {
    return Object.freeze(
      Object.fromEntries(
        this.#entries(value, 'secrets').map(([name, given]) => {
          const secret = secretOf(given);
          if (!secret) {
            throw this.#errors.unreadable(`secrets.${name}`);
          }
          return [name, secret];
        }),
      ),
    );
  }

  options(value: unknown): readonly Option[] {
    if (!Array.isArray(value)) {
      throw this.#errors.unreadable('options');
    }
    return elements(value, most.options).map(([index, given]) => {
      const option = property(given, 'value');
      const label = this.text(property(given, 'label'));
      if (!isText(option, most.settingLength) || label === undefined) {
        throw this.#errors.unreadable(`options[${index}]`);
      }
      const description = this.text(property(given, 'description'));
      const detail = this.text(property(given, 'detail'));
      return Object.freeze({
        value: option,
        label,
        ...(description !== undefined && { description }),
        ...(detail !== undefined && { detail }),
      });
    });
  }

  reach(value: unknown): Reach {
    const sentence = this.text(property(value, 'sentence'), 1000);
    const given = property(value, 'warnings');
    if (sentence === undefined || sentence === '' || !Array.isArray(given)) {
      throw this.#errors.unreadable('reach');
    }
    const warnings = elements(given, most.warnings).flatMap(([, warning]) => this.text(warning, 1000) ?? []);
    return Object.freeze({ sentence, warnings: Object.freeze(warnings) });
  }

  revokeOutcome(value: unknown): RevokeOutcome {
    const kind = property(value, 'kind');
    const reference = this.text(property(value, 'reference'));
    if (kind === 'accepted' || kind === 'alreadyGone' || kind === 'unverifiable') {
      return Object.freeze({ kind });
    }
    if ((kind === 'waitingForApproval' || kind === 'stillRunning') && reference !== undefined) {
      return Object.freeze({ kind, reference });
    }
    throw this.#errors.unreadable('revoke');
  }

  renewOutcome(value: unknown): RenewOutcome {
    const expiresAt = property(value, 'expiresAt');
    return Object.freeze(isInstant(expiresAt) ? { expiresAt } : {});
  }

  /** Plain text without secrets, cut to a length; `undefined` when it is no text. */
  text(value: unknown, maxLength = 300): string | undefined {
    return typeof value === 'string' ? displayText(this.#known.redact(value), maxLength) : undefined;
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

  #account(value: unknown): Account {
    const id = property(value, 'id');
    const name = this.text(property(value, 'name'));
    if (!isText(id, most.idLength) || this.#known.isIn(id) || name === undefined || name === '') {
      throw this.#errors.unreadable('account');
    }
    return Object.freeze({ id, name });
  }

  #settings(value: unknown): Settings {
    const settings = this.#entries(value, 'settings').map(([name, given]) => {
      if (isText(given, most.settingLength)) {
        return [name, given] as const;
      }
      if (Array.isArray(given)) {
        const texts = elements(given, most.options).map(([, text]) => text);
        if (texts.every((text) => isText(text, most.settingLength))) {
          return [name, Object.freeze(texts)] as const;
        }
      }
      throw this.#errors.unreadable(`settings.${name}`);
    });
    for (const [name, given] of settings) {
      if ([given].flat().some((text) => this.#known.isIn(text))) {
        throw this.#errors.unreadable(`settings.${name}`);
      }
    }
    return Object.freeze(Object.fromEntries(settings));
  }

  #entries(value: unknown, place: string): [string, unknown][] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#errors.unreadable(place);
    }
    const entries = Object.entries(value);
    if (entries.length > most.entries || entries.some(([name]) => name.length > 100 || isReserved(name))) {
      throw this.#errors.unreadable(place);
    }
    return entries;
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
    const name = this.text(property(value, 'name'));
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
    const owner = this.text(property(value, 'owner'));
    const issuer = this.text(property(value, 'issuer'));
    const remark = this.text(property(value, 'remark'));
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
    const label = this.text(property(value, 'label'));
    const text = this.text(property(value, 'text'), 2000);
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
      const caution = this.text(property(value, 'caution'), 1000);
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

/** A property of whatever it is; a getter may throw, which is the caller's to contain. */
export function property(value: unknown, name: string): unknown {
  const hasProperties = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return hasProperties ? Reflect.get(value, name) : undefined;
}

/** The first elements with their places; never more than so many, whatever length an array claims. */
function elements(array: readonly unknown[], max: number): [number, unknown][] {
  const length = Math.min(array.length, max);
  return Array.from({ length }, (_, index) => [index, array[index]]);
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

function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}

function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= lastInstant;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
