import type {
  AdapterIo,
  AdapterSession,
  Attachment,
  ConnectionConfig,
  Draft,
  FormIo,
  FormStep,
  ListOptions,
  ProviderAdapter,
  Revocation,
  SignIn,
} from '../../core/adapter/contract.ts';
import { extensionAdapterId, type OtherExtension } from '../../core/adapter/extension.ts';
import { noAdapter } from '../../core/adapter/registry.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Item, ItemAction, ItemPath } from '../../core/model/item.ts';
import { KnownSecrets } from '../../core/model/knownSecrets.ts';
import type { Localize } from '../../core/ports.ts';
import { Activity, type CallDeps, ThirdPartyCalls } from './calls.ts';
import { ThirdPartyErrors } from './errors.ts';
import { FormSanitizer } from './form.ts';
import { guardedAdapterIo, guardedFormIo, handedOver, type IoDeps } from './io.ts';
import { property, Sanitizer } from './sanitize.ts';
import { guardedUser } from './user.ts';

export interface ThirdPartyDeps extends CallDeps {
  readonly localize: Localize;
}

/** What another extension has registered. */
export interface ThirdPartyAdapter {
  readonly extension: OtherExtension;
  /** As the extension gave it, looked at no further than for its id. */
  readonly adapter: unknown;
  readonly adapterId: string;
  /** Aborted when it is taken back. */
  readonly end: AbortSignal;
}

/**
 * An adapter of our own in front of another extension's. Its code is run by {@link ThirdPartyCalls},
 * its answers are copied by {@link Sanitizer}, and what it does outside goes through {@link guardedAdapterIo}.
 * @throws `protocol` when it is not what it has to be
 */
export function guardedAdapter(source: ThirdPartyAdapter, deps: ThirdPartyDeps): ProviderAdapter {
  return new GuardedAdapter(source, deps);
}

/** What the parts of a guarded adapter have in common. */
interface Guard {
  readonly id: string;
  readonly adapter: unknown;
  readonly end: AbortSignal;
  readonly calls: ThirdPartyCalls;
  readonly errors: ThirdPartyErrors;
  readonly deps: ThirdPartyDeps;
}

class GuardedAdapter implements ProviderAdapter {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly icon = 'extensions';
  readonly form: readonly FormStep[];
  readonly #guard: Guard;

  constructor({ extension, adapter, adapterId, end }: ThirdPartyAdapter, deps: ThirdPartyDeps) {
    const errors = new ThirdPartyErrors(extension, () => deps.clock.now());
    const calls = new ThirdPartyCalls(deps, errors);
    this.id = extensionAdapterId(extension, adapterId);
    this.#guard = { id: this.id, adapter, end, calls, errors, deps };
    const { sanitizer, forms } = this.#parts();
    const known = new KnownSecrets();
    const read = (name: string) =>
      calls.now(
        known,
        () => property(adapter, name),
        (value) => value,
      );
    this.displayName = sanitizer.text(read('displayName'), 60) || adapterId;
    this.description = sanitizer.text(read('description')) ?? '';
    this.form = calls.now(
      known,
      () => read('form'),
      (form) => forms.steps(form),
    );
  }

  signIn(draft: Draft, io: FormIo, signal: AbortSignal) {
    const { adapter, calls } = this.#guard;
    const { known, activity, sanitizer, ioDeps } = this.#parts();
    const handed = handedOver(draft, known);
    return calls.run(
      known,
      activity,
      signal,
      (callSignal) => method(adapter, 'signIn')(handed, guardedSignInIo(io, ioDeps), callSignal),
      (answer): SignIn => {
        const copy = sanitizer.signIn(answer, this.#urls, (address) => isAddressOf(io, address));
        const discard = (later: AbortSignal) =>
          calls.run(
            known,
            activity,
            later,
            (callSignal) => method(answer, 'discard')(callSignal),
            () => undefined,
          );
        return property(answer, 'discard') === undefined ? copy : { ...copy, discard };
      },
    );
  }

  open(config: ConnectionConfig, io: AdapterIo): AdapterSession {
    const { adapter, calls } = this.#guard;
    const parts = this.#parts();
    const handed = handedOver(config, parts.known);
    const guardedIo = guardedAdapterIo(io, parts.ioDeps);
    return calls.now(
      parts.known,
      () => {
        parts.ioDeps.assertOpen();
        return method(adapter, 'open')(handed, guardedIo);
      },
      (session) => new GuardedSession(session, this.#guard, parts, io),
    );
  }

  /** The form's steps that ask for an address. */
  get #urls(): readonly string[] {
    return this.form.filter(({ kind }) => kind === 'url').map(({ id }) => id);
  }

  #parts(): Parts {
    return partsFor(this.#guard);
  }
}

/** What one form or one session has for itself. */
interface Parts {
  readonly known: KnownSecrets;
  readonly activity: Activity;
  readonly sanitizer: Sanitizer;
  readonly forms: FormSanitizer;
  readonly ioDeps: IoDeps;
  close(): void;
}

function partsFor({ id, end, calls, errors, deps }: Guard): Parts {
  const known = new KnownSecrets();
  const activity = new Activity(deps.clock);
  const sanitizer = new Sanitizer(errors, known);
  let isClosed = false;
  const assertOpen = () => {
    if (end.aborted || isClosed) {
      throw noAdapter(id);
    }
  };
  const ioDeps: IoDeps = { known, activity, assertOpen };
  const forms = new FormSanitizer({ sanitizer, errors, calls, localize: deps.localize, ...ioDeps });
  const close = () => {
    isClosed = true;
  };
  return { known, activity, sanitizer, forms, ioDeps, close };
}

class GuardedSession implements AdapterSession {
  readonly #session: unknown;
  readonly #guard: Guard;
  readonly #parts: Parts;
  readonly read?: NonNullable<AdapterSession['read']>;
  readonly renew?: NonNullable<AdapterSession['renew']>;
  readonly revocation?: Revocation;
  readonly attachment?: Attachment;
  readonly webPage?: string;

  constructor(session: unknown, guard: Guard, parts: Parts, io: FormIo) {
    this.#session = session;
    this.#guard = guard;
    this.#parts = parts;
    const { sanitizer } = parts;
    if (typeof property(session, 'list') !== 'function') {
      throw guard.errors.unreadable('open');
    }
    if (typeof property(session, 'read') === 'function') {
      this.read = (target, signal) =>
        this.#call(session, 'read', [this.#path(target)], signal, (item) =>
          item === undefined ? undefined : sanitizer.item(item),
        );
    }
    if (typeof property(session, 'renew') === 'function') {
      this.renew = (target, signal) =>
        this.#act(session, 'renew', target, [], signal, (outcome) => sanitizer.renewOutcome(outcome));
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
    const { known, sanitizer } = this.#parts;
    const { includeExpired, all = false } = options;
    const handed = [above, cursor, Object.freeze({ includeExpired, all })];
    const { calls } = this.#guard;
    return this.#call(this.#session, 'list', handed, signal, (page) =>
      sanitizer.page(page, (call, copy) => calls.now(known, call, copy)),
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
    const { known, sanitizer } = this.#parts;
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
                copies: Object.freeze(together.map((item) => sanitizer.item(item))),
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
    const { sanitizer } = this.#parts;
    const [...items] = path.map((item) => sanitizer.item(item));
    const target = items.pop();
    return Object.freeze(target ? [...items, target] : path);
  }
}

type Callable = (...args: readonly unknown[]) => unknown;

/** @throws what {@link ThirdPartyErrors} makes a defect of, when it is no function */
function method(owner: unknown, name: string): Callable {
  const found = property(owner, name);
  if (typeof found !== 'function') {
    throw new TypeError(`${name} is not a function`);
  }
  return (...args) => Reflect.apply(found, owner, args);
}

function guardedSignInIo(io: FormIo, deps: IoDeps): FormIo {
  const form = guardedFormIo(io, deps);
  return io.user ? Object.freeze({ ...form, user: guardedUser(io.user, io, deps) }) : form;
}

/** Whether it is at an origin that the user has entered. */
function isAddressOf(io: FormIo, address: string): boolean {
  try {
    io.http(address);
    return true;
  } catch {
    return false;
  }
}
