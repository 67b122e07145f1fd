import type { Memento } from 'vscode';
import { type Disposable, Emitter } from '../../core/event.ts';
import { asArray, isRecord } from '../../core/json.ts';
import { displayText } from '../../core/model/displayText.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Account, Connection, Settings } from '../../core/model/item.ts';
import type { ConnectionIndex, ConnectionStore, Unsettled } from '../../core/ports.ts';

const key = 'connections';

const usualLookEveryMs = 1000;

/**
 * The index of connections in `globalState`; it holds no credential.
 *
 * VS Code keeps a memento up to date with what other windows write, but has no event for it. So it is looked
 * at once a second: that reads a variable of this process, no disk and no network, and works alike on the
 * desktop, in a browser and with a remote, where a file or SecretStorage's event would not.
 */
export class MementoConnectionStore implements ConnectionStore, Disposable {
  readonly #state: Memento;
  readonly #changed = new Emitter<void>();
  readonly #timer: NodeJS.Timeout;
  #seen: unknown;
  readonly onDidChange = this.#changed.event;

  constructor(state: Memento, lookEveryMs = usualLookEveryMs) {
    this.#state = state;
    this.#seen = state.get(key);
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref();
  }

  dispose(): void {
    clearInterval(this.#timer);
    this.#changed.dispose();
  }

  /** Our own writes come by here, too; a listener compares with what it knows. */
  #look(): void {
    const now: unknown = this.#state.get(key);
    if (now !== this.#seen) {
      this.#seen = now;
      this.#changed.fire();
    }
  }

  /** What cannot be understood is left out, so that one damaged entry does not hide the others. */
  read(): ConnectionIndex {
    const stored: unknown = this.#state.get(key);
    if (!isRecord(stored)) {
      return { connections: [], unsettled: [] };
    }
    return {
      connections: asArray(stored.connections).filter(isConnection).map(fitToShow),
      unsettled: asArray(stored.unsettled).filter(isUnsettled),
    };
  }

  async write(index: ConnectionIndex): Promise<void> {
    try {
      await this.#state.update(key, index);
    } catch (cause) {
      throw new TokenManagerError('storage', '', { code: 'failed', cause });
    }
  }
}

// Written by hand: this runs during activation, where zod would cost more than everything else together.

function isConnection(value: unknown): value is Connection {
  return (
    isRecord(value) &&
    ['id', 'adapterId', 'serviceName', 'label'].every((name) => typeof value[name] === 'string') &&
    isAccount(value.account) &&
    isSettings(value.settings) &&
    (value.revision === undefined || typeof value.revision === 'string')
  );
}

/** Earlier versions stored names as they came, and a label as it was pasted. What needs no cleaning stays the same object. */
function fitToShow(connection: Connection): Connection {
  const { account } = connection;
  const name = displayText(account.name);
  const serviceName = displayText(connection.serviceName);
  const label = displayText(connection.label) || name || serviceName;
  const isFit = name === account.name && serviceName === connection.serviceName && label === connection.label;
  return isFit ? connection : { ...connection, serviceName, label, account: { ...account, name } };
}

function isAccount(value: unknown): value is Account {
  return isRecord(value) && typeof value.id === 'string' && typeof value.name === 'string';
}

function isSettings(value: unknown): value is Settings {
  const isText = (candidate: unknown) => typeof candidate === 'string';
  return (
    isRecord(value) &&
    Object.values(value).every((entry) => isText(entry) || (Array.isArray(entry) && entry.every(isText)))
  );
}

function isUnsettled(value: unknown): value is Unsettled {
  return isRecord(value) && typeof value.id === 'string' && typeof value.since === 'number';
}
