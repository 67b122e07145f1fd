/** Structurally what VS Code calls a Disposable, so that both sides can use each other's. */
export interface Disposable {
  dispose(): void;
}

/** Structurally VS Code's `Event<T>`. */
export type Event<T> = (listener: (event: T) => unknown) => Disposable;

export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(event: T) => unknown>();

  readonly event: Event<T> = (listener) => {
    // Wrapped, so that registering one function twice gives two registrations.
    const registration = (event: T) => listener(event);
    this.#listeners.add(registration);
    return { dispose: () => this.#listeners.delete(registration) };
  };

  fire(event: T): void {
    for (const listener of [...this.#listeners]) {
      listener(event);
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

/** Several as one, disposed in the order given. */
export function disposeAll(disposables: readonly Disposable[]): Disposable {
  return {
    dispose: () => {
      for (const disposable of disposables) {
        disposable.dispose();
      }
    },
  };
}
