import type { OAuthTokensApi, OAuthTokensExports } from '../../../api/oauth-token-manager.d.ts';
import { guardedAdapter } from '../../../src/adapters/thirdParty/adapter.ts';
import type { ProviderAdapter } from '../../../src/core/adapter/contract.ts';
import type { OtherExtension } from '../../../src/core/adapter/extension.ts';
import { type AccessDecisions, ExtensionAccess } from '../../../src/core/adapter/extensionAccess.ts';
import type { AdapterRegistry } from '../../../src/core/adapter/registry.ts';
import { choiceOf } from '../../../src/core/adapter/service.ts';
import type { Connections } from '../../../src/core/connections/connections.ts';
import type { Sessions } from '../../../src/core/connections/sessions.ts';
import type { Core } from '../../../src/core/createCore.ts';
import type { Inventory } from '../../../src/core/inventory/inventory.ts';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import type { Transport } from '../../../src/core/ports.ts';
import type { Revocations } from '../../../src/core/revoke/revoke.ts';
import { ChangeFeed } from '../../../src/publicApi/changes.ts';
import { createExports } from '../../../src/publicApi/entry.ts';
import { memoryCore } from '../core/memoryCore.ts';
import { localize, ManualClock, MemoryCredentialStore, MemoryLogger } from '../fakes.ts';

/** The product without VS Code, as far as other extensions have to do with it. */
export class ApiBench {
  readonly clock = new ManualClock();
  readonly logger = new MemoryLogger();
  readonly credentials = new MemoryCredentialStore();
  /** Whom the user was asked about, and what they answer. */
  readonly asked: OtherExtension[] = [];
  answer: (extension: OtherExtension) => Promise<boolean | undefined> = async () => true;
  decisions: AccessDecisions = {};
  /** Which extensions were started because a connection needs them, and what that does. */
  readonly started: string[] = [];
  onStart: (extensionId: string) => void = () => undefined;
  patienceMs = 1000;
  builtIn: readonly ProviderAdapter[] = [];
  readonly #core: Core;
  readonly registry: AdapterRegistry;
  readonly connections: Connections;
  readonly sessions: Sessions;
  readonly inventory: Inventory;
  readonly revocations: Revocations;
  readonly access: ExtensionAccess;
  readonly changes: ChangeFeed;
  readonly exports: OAuthTokensExports;

  constructor(transport: Transport = { send: () => Promise.reject(new TokenManagerError('network')) }) {
    this.#core = memoryCore([], {
      services: async () => this.builtIn.map(choiceOf),
      startExtension: async (extensionId) => {
        this.started.push(extensionId);
        this.onStart(extensionId);
      },
      credentialStore: this.credentials,
      clock: this.clock,
      logger: this.logger,
      network: { transport: async () => transport },
    });
    this.registry = this.#core.registry;
    this.connections = this.#core.connections;
    this.sessions = this.#core.sessions;
    this.inventory = this.#core.inventory;
    this.revocations = this.#core.revocations;
    this.access = new ExtensionAccess(
      {
        read: () => this.decisions,
        write: async (decisions) => {
          this.decisions = decisions;
        },
      },
      (extension) => {
        this.asked.push(extension);
        return this.answer(extension);
      },
    );
    this.changes = new ChangeFeed(this.inventory);
    this.exports = createExports({
      registry: this.registry,
      inventory: this.inventory,
      access: this.access,
      logger: this.logger,
      changes: this.changes.event,
      identify: (caller) => ({ id: idIn(caller), name: `Extension ${idIn(caller)}` }),
      guard: async (source) =>
        guardedAdapter(source, { localize, clock: this.clock, patienceMs: () => this.patienceMs }),
    });
  }

  /** What an extension of this id gets. */
  apiOf(id: string): OAuthTokensApi {
    // As an extension without types would call: only VS Code has a whole context.
    return Reflect.apply(this.exports.getApi, undefined, [1, { extension: { id } }]);
  }

  async connect(adapterId: string, label = 'sample', secrets = {}) {
    const connection = await this.connections.add({
      adapterId,
      serviceName: 'Sample',
      label,
      account: { id: '1', name: 'me' },
      settings: { url: 'https://service.example' },
      secrets,
    });
    const root = this.inventory.roots.find(({ key }) => key === connection.id);
    if (!root) {
      throw new Error('no root');
    }
    return root;
  }
}

function idIn(caller: unknown): string {
  const extension: unknown =
    typeof caller === 'object' && caller !== null && Reflect.get(caller, 'extension');
  return String(typeof extension === 'object' && extension !== null && Reflect.get(extension, 'id'));
}
