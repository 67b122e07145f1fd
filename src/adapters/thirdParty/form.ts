import type { Draft, FormStep } from '../../core/adapter/contract.ts';
import { isReserved } from '../../core/adapter/reservedSettings.ts';
import type { Localize } from '../../core/ports.ts';
import type { ThirdPartyCalls } from './calls.ts';
import type { ThirdPartyErrors } from './errors.ts';
import { guardedFormIo, handedOver, type IoDeps } from './io.ts';
import { property, type Sanitizer } from './sanitize.ts';

const mostSteps = 30;

export interface FormDeps extends IoDeps {
  readonly sanitizer: Sanitizer;
  readonly errors: ThirdPartyErrors;
  readonly calls: ThirdPartyCalls;
  readonly localize: Localize;
}

/** Another extension's form as one of our own, whose functions run those of the extension, contained. */
export class FormSanitizer {
  readonly #deps: FormDeps;

  constructor(deps: FormDeps) {
    this.#deps = deps;
  }

  /** @throws the error of {@link ThirdPartyErrors.unreadable} */
  steps(value: unknown): readonly FormStep[] {
    if (!Array.isArray(value) || value.length === 0 || value.length > mostSteps) {
      throw this.#deps.errors.unreadable('form');
    }
    const steps = Array.from({ length: value.length }, (_, index) =>
      this.#step(value[index], `form[${index}]`),
    );
    if (new Set(steps.map(({ id }) => id)).size < steps.length) {
      throw this.#deps.errors.unreadable('form');
    }
    return Object.freeze(steps);
  }

  #step(value: unknown, place: string): FormStep {
    const { sanitizer, errors } = this.#deps;
    const id = property(value, 'id');
    const title = sanitizer.text(property(value, 'title'), 80);
    const prompt = sanitizer.text(property(value, 'prompt'));
    const kind = property(value, 'kind');
    if (typeof id !== 'string' || !/^\w[\w.-]{0,99}$/.test(id) || isReserved(id)) {
      throw errors.unreadable(`${place}.id`);
    }
    if (!title || !prompt) {
      throw errors.unreadable(`${place}.title`);
    }
    const isOptional = property(value, 'isOptional') === true;
    const base = { id, title, prompt, isOptional, ...this.#when(value) };
    if (kind === 'url') {
      return Object.freeze({ ...base, kind, default: this.#default(value) ?? '' });
    }
    if (kind === 'text') {
      return Object.freeze({ ...base, kind, ...this.#input(value) });
    }
    if (kind === 'secret') {
      const isVerbatim = property(value, 'isVerbatim') === true;
      return Object.freeze({ ...base, kind, isVerbatim, ...this.#input(value) });
    }
    if (kind === 'choice') {
      return Object.freeze({
        ...base,
        kind,
        many: property(value, 'many') === true,
        ...this.#options(value),
      });
    }
    throw errors.unreadable(`${place}.kind`);
  }

  #default(value: unknown): string | undefined {
    return this.#deps.sanitizer.text(property(value, 'default'), 2000);
  }

  #input(value: unknown) {
    const { sanitizer, calls, known, localize } = this.#deps;
    const initial = this.#default(value);
    const placeholder = sanitizer.text(property(value, 'placeholder'));
    const given = property(value, 'validate');
    const validate = (text: string, draft: Draft) => {
      try {
        return calls.now(
          known,
          () =>
            typeof given === 'function'
              ? Reflect.apply(given, value, [text, handedOver(draft, known)])
              : undefined,
          (complaint) => (complaint === undefined ? undefined : sanitizer.text(complaint)),
        );
      } catch {
        return localize('The extension that provides this service cannot check the value.');
      }
    };
    return {
      ...(initial !== undefined && { default: initial }),
      ...(placeholder !== undefined && { placeholder }),
      ...(given !== undefined && { validate }),
    };
  }

  /** A step whose condition cannot be told is asked. */
  #when(value: unknown) {
    const { calls, known } = this.#deps;
    const given = property(value, 'when');
    if (typeof given !== 'function') {
      return {};
    }
    const when = (draft: Draft) => {
      try {
        return calls.now(
          known,
          () => Reflect.apply(given, value, [handedOver(draft, known)]),
          (answer) => answer !== false,
        );
      } catch {
        return true;
      }
    };
    return { when };
  }

  #options(value: unknown): Pick<Extract<FormStep, { kind: 'choice' }>, 'options'> {
    const { calls, known, activity, sanitizer } = this.#deps;
    const given = property(value, 'options');
    return {
      options: (draft, io, signal) =>
        calls.run(
          known,
          activity,
          signal,
          (callSignal) => {
            if (typeof given !== 'function') {
              throw new TypeError('options is not a function');
            }
            return Reflect.apply(given, value, [
              handedOver(draft, known),
              guardedFormIo(io, this.#deps),
              callSignal,
            ]);
          },
          (options) => sanitizer.options(options),
        ),
    };
  }
}
