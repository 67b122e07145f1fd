import type { Disposable } from '../core/event.ts';
import type { PassingTime, PassingTimeDeps } from './passingTime.ts';

/** What happens by itself, loaded and begun as soon as VS Code has heard that the extension has started. */
export class LazyPassingTime implements Disposable {
  readonly #deps: PassingTimeDeps;
  readonly #first: NodeJS.Immediate;
  #passing: Promise<PassingTime> | undefined;

  constructor(deps: PassingTimeDeps) {
    this.#deps = deps;
    this.#first = setImmediate(() => {
      this.#begun().catch((thrown: unknown) => deps.report.error(thrown));
    });
  }

  /** Takes back every snoozing and muting of warnings. */
  async listenAgain(): Promise<void> {
    await (await this.#begun()).listenAgain();
  }

  dispose(): void {
    clearImmediate(this.#first);
    void this.#passing?.then((passing) => passing.dispose());
  }

  #begun(): Promise<PassingTime> {
    this.#passing ??= import('./passingTime.ts').then(({ PassingTime }) => new PassingTime(this.#deps));
    return this.#passing;
  }
}
