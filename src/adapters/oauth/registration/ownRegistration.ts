import type { AdapterIo, LeftBehind } from '../../../core/adapter/contract.ts';
import { TokenManagerError, toResult, withNothingSent } from '../../../core/model/errors.ts';
import type { Localize } from '../../../core/ports.ts';
import { type Client, provesItBySecret } from '../client/authentication.ts';
import {
  isDueAt,
  isOverAt,
  type Management,
  managementIn,
  RegistrationManager,
  type Reissued,
  type SecretEnd,
  storedManagement,
} from '../client/management.ts';

/** The client that a connection registered for itself, as far as the server lets it be managed (RFC 7592). */
export class OwnRegistration {
  readonly #client: Client;
  readonly #io: AdapterIo;
  readonly #localize: Localize;
  readonly #manager: RegistrationManager;

  #management: Management;
  /** The end of a secret in whose place the server gave no other. */
  #askedFor: number | undefined;

  constructor(client: Client, management: Management, io: AdapterIo, localize: Localize) {
    this.#client = client;
    this.#management = management;
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

  /** As it was read last. */
  get secretEnd(): SecretEnd | undefined {
    return this.#management.secretEnd;
  }

  /** Whether a server that was asked for another secret ahead of the end has given none. */
  get isAskedInVain(): boolean {
    return this.#askedFor !== undefined && this.#askedFor === this.secretEnd?.expiresAt;
  }

  /**
   * The client with a secret that has not expired. A server may give another one to a client that is registered again:
   * it is asked once ahead of the end, and each time after it.
   * @throws having sent nothing of what the client is about to ask for
   */
  async usable(): Promise<Client> {
    const secrets = await this.#io.readSecrets();
    const { clientSecret } = secrets;
    const client: Client = clientSecret ? { ...this.#client, secret: clientSecret } : this.#client;
    const management = managementIn(secrets);
    if (!management || !provesItBySecret(client)) {
      return client;
    }
    this.#management = management;
    const isOver = isOverAt(this.#now, management.secretEnd);
    if (!isOver && (this.isAskedInVain || !isDueAt(this.#now, management.secretEnd))) {
      return client;
    }
    const reissued = await toResult(this.#reissued(management));
    if (isOverAt(this.#now, this.secretEnd)) {
      throw reissued instanceof TokenManagerError ? withNothingSent(reissued, true) : this.#expired();
    }
    if (isDueAt(this.#now, this.secretEnd)) {
      this.#askedFor = this.secretEnd?.expiresAt;
    }
    const { clientSecret: secret = client.secret } = await this.#io.readSecrets();
    return secret ? { ...client, secret } : client;
  }

  #reissued(management: Management): Promise<Reissued> {
    return this.#manager.update(
      management,
      (metadata) => metadata,
      (next) => this.#save(next),
      new AbortController().signal,
    );
  }

  #expired(): TokenManagerError {
    const detail = this.#localize('The secret of the registered client has expired. Sign in again.');
    return new TokenManagerError('configuration', detail, {
      code: 'client-secret-expired',
      nothingSent: true,
    });
  }

  async #save({ management, secret }: Reissued): Promise<void> {
    this.#management = management;
    await this.#io.saveSecrets(
      { ...storedManagement(management), ...(secret && { clientSecret: secret }) },
      { isIrreplaceable: true },
    );
  }

  /** By this computer's clock, as a server's seconds are compared with when signing in. */
  get #now(): number {
    return this.#io.clock.now();
  }
}
