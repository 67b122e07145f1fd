import type { Option, Reach, RenewOutcome, RevokeOutcome, SignIn } from '../../core/adapter/contract.ts';
import { isReserved } from '../../core/adapter/reservedSettings.ts';
import { displayText } from '../../core/model/displayText.ts';
import type { Account, Settings } from '../../core/model/item.ts';
import type { KnownSecrets } from '../../core/model/knownSecrets.ts';
import { lastInstant } from '../../core/model/time.ts';
import type { Secrets } from '../../core/ports.ts';
import type { ThirdPartyErrors } from './errors.ts';
import { secretOf } from './secretOf.ts';

/** What one answer may hold at most. */
export const most = {
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
}

/** A property of whatever it is; a getter may throw, which is the caller's to contain. */
export function property(value: unknown, name: string): unknown {
  const hasProperties = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return hasProperties ? Reflect.get(value, name) : undefined;
}

/** The first elements with their places; never more than so many, whatever length an array claims. */
export function elements(array: readonly unknown[], max: number): [number, unknown][] {
  const length = Math.min(array.length, max);
  return Array.from({ length }, (_, index) => [index, array[index]]);
}

export function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && value.length <= maxLength;
}

export function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= lastInstant;
}
