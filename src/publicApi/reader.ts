import type { ConnectionInfo, ConnectionsChange, Rows } from '../../api/oauth-token-manager.d.ts';
import type { OtherExtension } from '../core/adapter/extension.ts';
import type { ExtensionAccess } from '../core/adapter/extensionAccess.ts';
import type { Disposable, Event } from '../core/event.ts';
import { Limiter } from '../core/http/limiter.ts';
import type { Inventory } from '../core/inventory/inventory.ts';
import type { Branch } from '../core/inventory/tree.ts';
import { TokenManagerError } from '../core/model/errors.ts';
import type { Logger } from '../core/ports.ts';
import { connectionInfo, rowsBelow } from './views.ts';

export interface ReaderDeps {
  readonly inventory: Inventory;
  readonly access: ExtensionAccess;
  readonly logger: Logger;
  readonly changes: Event<ConnectionsChange>;
}

const readsAtOnce = 2;

/** What one other extension may see, once the user has allowed it. */
export class ExtensionReader {
  readonly #extension: OtherExtension;
  readonly #deps: ReaderDeps;
  readonly #limiter = new Limiter(readsAtOnce);

  constructor(extension: OtherExtension, deps: ReaderDeps) {
    this.#extension = extension;
    this.#deps = deps;
  }

  connections(): Promise<readonly ConnectionInfo[]> {
    return this.#allowed(async () =>
      Object.freeze(this.#deps.inventory.roots.map(({ connection }) => connectionInfo(connection))),
    );
  }

  rows(connectionId: string, path: readonly string[], more: boolean): Promise<Rows> {
    return this.#allowed(() =>
      this.#limiter.run(new AbortController().signal, async () => {
        const branch = await this.#branchAt(connectionId, path);
        if (more && branch.hasMore) {
          await this.#deps.inventory.loadMore(branch);
        }
        return rowsBelow(branch);
      }),
    );
  }

  /** VS Code's own shape of an event; a listener that throws disturbs no other. */
  readonly onDidChange = (
    listener: (change: ConnectionsChange) => unknown,
    thisArgument?: unknown,
    disposables?: Disposable[],
  ): Disposable => {
    const { access, changes, logger } = this.#deps;
    const subscription = changes((change) => {
      if (access.mayRead(this.#extension) !== true) {
        return;
      }
      // Later, so that what it throws, at once or in a promise, ends here.
      Promise.resolve(change)
        .then((told) => Reflect.apply(listener, thisArgument, [told]))
        .catch(() => logger.warn(`${this.#extension.id} onDidChange failed`));
    });
    disposables?.push(subscription);
    return subscription;
  };

  /** Asks first, and looks again afterwards: reading takes a while, and the user may take the leave back. */
  async #allowed<T>(read: () => Promise<T>): Promise<T> {
    await this.#deps.access.demand(this.#extension);
    const answer = await read();
    await this.#deps.access.demand(this.#extension);
    return answer;
  }

  async #branchAt(connectionId: string, path: readonly string[]): Promise<Branch> {
    const { inventory } = this.#deps;
    let branch = inventory.roots.find(({ connection }) => connection.id === connectionId)?.branch;
    await this.#open(branch);
    for (const id of path) {
      branch = branch?.nodes.find(({ item }) => item.id === id)?.branch;
      await this.#open(branch);
    }
    if (!branch) {
      throw new TokenManagerError('unsupported', '', { code: 'no-row' });
    }
    return branch;
  }

  /** Only the user asks for what is read on request. */
  async #open(branch: Branch | undefined): Promise<void> {
    if (branch && !branch.isLoaded && branch.isOnRequest) {
      throw new TokenManagerError('unsupported', '', { code: 'on-request' });
    }
    if (branch && hasChildren(branch)) {
      await this.#deps.inventory.open(branch);
    }
  }
}

function hasChildren({ owner }: Branch): boolean {
  return owner.kind === 'connection' || owner.item.children.kind !== 'none';
}
