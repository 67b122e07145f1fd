import type {
  AdapterIo,
  AdapterSession,
  ConnectionConfig,
  Draft,
  FormIo,
  FormStep,
  ProviderAdapter,
  SignIn,
} from '../../core/adapter/contract.ts';
import { extensionAdapterId, type OtherExtension } from '../../core/adapter/extension.ts';
import { KnownSecrets } from '../../core/model/knownSecrets.ts';
import { ThirdPartyCalls } from './calls.ts';
import { ThirdPartyErrors } from './errors.ts';
import { guardedAdapterIo, guardedFormIo, handedOver, type IoDeps, isAddressOf } from './io.ts';
import { type Guard, method, type Parts, partsFor, type ThirdPartyDeps } from './parts.ts';
import { property } from './sanitize.ts';
import { GuardedSession } from './session.ts';
import { guardedUser } from './user.ts';

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
 * its answers are copied by the sanitizers of {@link Parts}, and what it does outside goes through {@link guardedAdapterIo}.
 * @throws `protocol` when it is not what it has to be
 */
export function guardedAdapter(source: ThirdPartyAdapter, deps: ThirdPartyDeps): ProviderAdapter {
  return new GuardedAdapter(source, deps);
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

function guardedSignInIo(io: FormIo, deps: IoDeps): FormIo {
  const form = guardedFormIo(io, deps);
  return io.user ? Object.freeze({ ...form, user: guardedUser(io.user, io, deps) }) : form;
}
