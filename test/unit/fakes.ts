import type { Act, ActStore } from '../../src/core/activity/activity.ts';
import { TokenManagerError, throwIfCancelled } from '../../src/core/model/errors.ts';
import type {
  Clock,
  ConnectionIndex,
  ConnectionStore,
  CredentialStore,
  Localize,
  Logger,
  Secrets,
} from '../../src/core/ports.ts';
import { withQuotedNames } from '../../src/core/quotation.ts';

/** The ports, in memory. Each shows what it holds, so that tests can ask. */

export class MemoryCredentialStore implements CredentialStore {
  readonly values = new Map<string, Secrets>();

  async read(connectionId: string): Promise<Secrets | undefined> {
    return this.values.get(connectionId);
  }

  async write(connectionId: string, secrets: Secrets): Promise<void> {
    this.values.set(connectionId, { ...secrets });
  }

  async delete(connectionId: string): Promise<void> {
    this.values.delete(connectionId);
  }

  async ids(): Promise<readonly string[]> {
    return [...this.values.keys()];
  }
}

export class MemoryConnectionStore implements ConnectionStore {
  index: ConnectionIndex = { connections: [], unsettled: [] };

  read(): ConnectionIndex {
    return this.index;
  }

  async write(index: ConnectionIndex): Promise<void> {
    this.index = index;
  }
}

export class MemoryActStore implements ActStore {
  readonly lines: Act[] = [];

  async append(act: Act): Promise<void> {
    this.lines.push(act);
  }

  async read(): Promise<readonly Act[]> {
    return [...this.lines];
  }

  async clear(): Promise<void> {
    this.lines.length = 0;
  }
}

interface Sleeper {
  readonly wakesAt: number;
  wake(): void;
}

/** Stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = Date.UTC(2026, 10, 20, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How many wait for a later moment. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.wakesAt <= this.#now) {
        sleeper.wake();
      }
    }
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', cancel);
        settle();
      };
      const cancel = () => end(() => reject(new TokenManagerError('cancelled')));
      const sleeper: Sleeper = { wakesAt: this.#now + ms, wake: () => end(resolve) };
      if (signal.aborted) {
        cancel();
        return;
      }
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', cancel, { once: true });
    });
  }
}

/** Nothing waits: sleeping is what moves it. */
export class SkippingClock implements Clock {
  /** Every sleep that was asked for, in milliseconds. */
  readonly sleeps: number[] = [];
  #now: number;

  constructor(now = Date.UTC(2026, 10, 20, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    throwIfCancelled(signal);
    this.sleeps.push(ms);
    this.#now += ms;
  }
}

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
}

export class MemoryLogger implements Logger {
  readonly lines: LogLine[] = [];

  trace(message: string): void {
    this.lines.push({ level: 'trace', message });
  }

  debug(message: string): void {
    this.lines.push({ level: 'debug', message });
  }

  info(message: string): void {
    this.lines.push({ level: 'info', message });
  }

  warn(message: string): void {
    this.lines.push({ level: 'warn', message });
  }

  error(message: string): void {
    this.lines.push({ level: 'error', message });
  }
}

/** The untranslated sentence with its values filled in. */
export const localize: Localize = withQuotedNames((message, ...args) =>
  message.replace(/\{(\d+)\}/g, (placeholder, index) => String(args[Number(index)] ?? placeholder)),
);

/** VS Code's memento as far as the product uses it; several stores over one play several windows. */
export class MemoryMemento {
  readonly #values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  get<T>(key: string): T | undefined;
  get<T>(key: string, fallback: T): T;
  get(key: string, fallback?: unknown): unknown {
    return this.#values.get(key) ?? fallback;
  }

  async update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
  }
}
