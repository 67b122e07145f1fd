import type { AdapterIo, LeftBehind } from '../../../core/adapter/contract.ts';
import { TokenManagerError, toResult, withNothingSent } from '../../../core/model/errors.ts';
import type { Localize, Secrets } from '../../../core/ports.ts';
import type { Client } from '../client/authentication.ts';
import {
  type Management,
  managementIn,
  RegistrationManager,
  storedManagement,
} from '../client/management.ts';
import { isOverAt } from './registration.ts';

/** The client that a connection registered for itself, as far as the server lets it be managed (RFC 7592). */
export class OwnRegistration {
  readonly #client: Client;
  readonly #io: AdapterIo;
  readonly #localize: Localize;
  readonly #manager: RegistrationManager;

  constructor(client: Client, io: AdapterIo, localize: Localize) {
    this.#client = client;
    this.#io = io;
    this.#localize = localize;
    this.#manager = new RegistrationManager(io, localize);
  }

  get leftBehind(): LeftBehind {
    return {
      sentence: this.#localize(
        'This connection registered the client {0} there. Unregistering it usually ends all its tokens.',
        this.#client.id,
      ),
      action: this.#localize('Unregister Client'),
      end: async (signal) => {
        const management = managementIn(await this.#io.readSecrets());
        if (!management) {
          throw new TokenManagerError('unsupported', '', { code: 'unregister' });
        }
        return this.#manager.unregister(management, signal);
      },
    };
  }

  /**
   * The client with a secret that has not expired; a server gives another one to a client that is registered again.
   * @throws having sent nothing of what the client is about to ask for
   */
  async usable(): Promise<Client> {
    const secrets = await this.#io.readSecrets();
    const { clientSecret: secret } = secrets;
    const client: Client = secret ? { ...this.#client, secret } : this.#client;
    const management = managementIn(secrets);
    const isOver = (management?.secretExpiresAt ?? Number.POSITIVE_INFINITY) <= this.#now;
    if (!management || !isOver || client.auth === 'none') {
      return client;
    }
    const reissued = await toResult(this.#reissued(management));
    if (reissued instanceof TokenManagerError) {
      throw withNothingSent(reissued, true);
    }
    return reissued ? { ...client, secret: reissued } : client;
  }

  async #reissued(management: Management) {
    const reissued = await this.#manager.update(
      management,
      (metadata) => metadata,
      (next) => this.#save(next, undefined),
      new AbortController().signal,
    );
    await this.#save(reissued.management, reissued.secret);
    if (isOverAt(this.#now, reissued)) {
      throw new TokenManagerError(
        'configuration',
        this.#localize('The secret of the registered client has expired. Sign in again.'),
        { code: 'client-secret-expired' },
      );
    }
    return reissued.secret;
  }

  #save(management: Management, clientSecret: Secrets[string] | undefined): Promise<void> {
    return this.#io.saveSecrets(
      { ...storedManagement(management), ...(clientSecret && { clientSecret }) },
      { isIrreplaceable: true },
    );
  }

  /** By this computer's clock, as a server's seconds are compared with when signing in. */
  get #now(): number {
    return this.#io.clock.now();
  }
}
