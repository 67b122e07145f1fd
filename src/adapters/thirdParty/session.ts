import type {
  AdapterSession,
  Attachment,
  FormIo,
  ListOptions,
  Revocation,
} from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Item, ItemAction, ItemPath } from '../../core/model/item.ts';
import { handedOver, isAddressOf } from './io.ts';
import { type Guard, method, type Parts } from './parts.ts';
import { property } from './sanitize.ts';

/** A session of the extension's adapter; what it lacks is missing here, too. */
export class GuardedSession implements AdapterSession {
  readonly #session: unknown;
  readonly #guard: Guard;
  readonly #parts: Parts;
  readonly read?: NonNullable<AdapterSession['read']>;
  readonly renew?: NonNullable<AdapterSession['renew']>;
  readonly pause?: NonNullable<AdapterSession['pause']>;
  readonly resume?: NonNullable<AdapterSession['resume']>;
  readonly revocation?: Revocation;
  readonly attachment?: Attachment;
  readonly webPage?: string;

  constructor(session: unknown, guard: Guard, parts: Parts, io: FormIo) {
    this.#session = session;
    this.#guard = guard;
    this.#parts = parts;
    const { rows, sanitizer } = parts;
    if (typeof property(session, 'list') !== 'function') {
      throw guard.errors.unreadable('open');
    }
    if (typeof property(session, 'read') === 'function') {
      this.read = (target, signal) =>
        this.#call(session, 'read', [this.#path(target)], signal, (item) =>
          item === undefined ? undefined : rows.item(item),
        );
    }
    if (typeof property(session, 'renew') === 'function') {
      this.renew = (target, signal) =>
        this.#act(session, 'renew', target, [], signal, (outcome) => sanitizer.renewOutcome(outcome));
    }
    if (typeof property(session, 'pause') === 'function') {
      this.pause = (target, signal) => this.#act(session, 'pause', target, [], signal, () => undefined);
    }
    if (typeof property(session, 'resume') === 'function') {
      this.resume = (target, signal) => this.#act(session, 'resume', target, [], signal, () => undefined);
    }
    const revocation = property(session, 'revocation');
    if (revocation !== undefined) {
      this.revocation = this.#revocation(revocation);
    }
    const attachment = property(session, 'attachment');
    if (attachment !== undefined) {
      this.attachment = this.#attachment(attachment);
    }
    const webPage = property(session, 'webPage');
    const origin = typeof webPage === 'string' ? URL.parse(webPage)?.origin : undefined;
    // An extension does not lead the user to places that they have not named.
    if (typeof webPage === 'string' && origin !== undefined && isAddressOf(io, origin)) {
      this.webPage = webPage;
    }
  }

  list(parent: ItemPath | undefined, cursor: string | undefined, options: ListOptions, signal: AbortSignal) {
    const above = parent && this.#path(parent);
    const { known, rows } = this.#parts;
    const { includeExpired, all = false } = options;
    const handed = [above, cursor, Object.freeze({ includeExpired, all })];
    const { calls } = this.#guard;
    return this.#call(this.#session, 'list', handed, signal, (page) =>
      rows.page(page, (call, copy) => calls.now(known, call, copy)),
    );
  }

  dispose(): void {
    const { known, close } = this.#parts;
    close();
    try {
      this.#guard.calls.now(
        known,
        () => property(this.#session, 'dispose') && method(this.#session, 'dispose')(),
        (answer) => void Promise.resolve(answer).catch(() => undefined),
      );
    } catch {
      // It is closed for us, whatever it makes of that.
    }
  }

  #revocation(given: unknown): Revocation {
    const { calls } = this.#guard;
    const { known, rows, sanitizer } = this.#parts;
    let beside: { readonly of: readonly Item[]; readonly copies: readonly Item[] } | undefined;
    return {
      reach: (target, together) =>
        calls.now(
          known,
          () => {
            // One list for all of its rows: copied once, not once for each of them.
            if (together && beside?.of !== together) {
              beside = {
                of: together,
                copies: Object.freeze(together.map((item) => rows.item(item))),
              };
            }
            return method(given, 'reach')(this.#path(target), together && beside?.copies);
          },
          (reach) => sanitizer.reach(reach),
        ),
      revoke: (target, signal) =>
        this.#act(given, 'revoke', target, [], signal, (outcome) => sanitizer.revokeOutcome(outcome)),
      ...(property(given, 'outcome') !== undefined && {
        outcome: (target: ItemPath, reference: string, signal: AbortSignal) =>
          this.#call(given, 'outcome', [this.#path(target), reference], signal, (outcome) =>
            sanitizer.revokeOutcome(outcome),
          ),
      }),
    };
  }

  #attachment(given: unknown): Attachment {
    const { calls } = this.#guard;
    const { known, forms } = this.#parts;
    return {
      form: (target) =>
        calls.now(
          known,
          () => method(given, 'form')(this.#path(target)),
          (form) => forms.steps(form),
        ),
      attach: (target, entered, signal) =>
        this.#act(given, 'attach', target, [handedOver(entered, known)], signal, () => undefined),
      detach: (target) =>
        this.#act(given, 'detach', target, [], new AbortController().signal, () => undefined),
    };
  }

  /** An act on a row that offers it; what the extension itself said of the row holds for it, too. */
  async #act<T>(
    owner: unknown,
    action: ItemAction,
    target: ItemPath,
    args: readonly unknown[],
    signal: AbortSignal,
    copy: (answer: unknown) => T | Promise<T>,
  ): Promise<T> {
    if (!target.at(-1)?.actions.includes(action)) {
      throw new TokenManagerError('unsupported', '', { code: action });
    }
    return this.#call(owner, action, [this.#path(target), ...args], signal, copy);
  }

  #call<T>(
    owner: unknown,
    name: string,
    args: readonly unknown[],
    signal: AbortSignal,
    copy: (answer: unknown) => T | Promise<T>,
  ): Promise<T> {
    const { known, activity, ioDeps } = this.#parts;
    return this.#guard.calls.run(
      known,
      activity,
      signal,
      (callSignal) => {
        ioDeps.assertOpen();
        return method(owner, name)(...args, callSignal);
      },
      copy,
    );
  }

  /** Rows as the extension gave them, so far as they were understood; it may not change ours. */
  #path(path: ItemPath): ItemPath {
    const { rows } = this.#parts;
    const [...items] = path.map((item) => rows.item(item));
    const target = items.pop();
    return Object.freeze(target ? [...items, target] : path);
  }
}
