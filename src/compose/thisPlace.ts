import type { Disposable } from '../core/event.ts';
import { ConnectionHttp } from '../core/http/client.ts';
import type { LeakTables } from '../core/leaks/leakedTokens.ts';
import type { Clock, Logger, Transport, TransportLimits } from '../core/ports.ts';
import { VscodeAccounts } from '../platform/host/editorAccounts.ts';
import { programFiles } from '../platform/host/programFiles.ts';
import type { OfThisPlace } from './lazyParts.ts';

interface ThisPlaceDeps {
  readonly transport: () => Promise<Transport>;
  readonly limits: () => TransportLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A test's, in place of the product's own. */
  readonly tables: (() => Promise<LeakTables>) | undefined;
}

/** What is connected to without a service: the editor, and what programs keep on its computer. */
export class ThisPlace implements OfThisPlace, Disposable {
  readonly accounts = new VscodeAccounts();
  readonly machine = programFiles;
  readonly tables?: () => Promise<LeakTables>;
  readonly #deps: ThisPlaceDeps;

  constructor(deps: ThisPlaceDeps) {
    this.#deps = deps;
    if (deps.tables) {
      this.tables = deps.tables;
    }
  }

  readonly http = (baseUrl: string) => {
    const { transport, limits, clock, logger } = this.#deps;
    const deps = { transport, limits, clock, logger, random: Math.random, adapterId: 'this-computer' };
    return new ConnectionHttp([baseUrl], deps).client(baseUrl);
  };

  dispose(): void {
    this.accounts.dispose();
  }
}
