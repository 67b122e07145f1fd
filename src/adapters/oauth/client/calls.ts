import type { DPoPHandle, Client as OAuthClient, ClientAuth as Proven } from 'oauth4webapi';
import type { FormIo } from '../../../core/adapter/contract.ts';
import { TokenManagerError, toResult } from '../../../core/model/errors.ts';
import type { Secret } from '../../../core/model/secret.ts';
import type { Localize } from '../../../core/ports.ts';
import type { Server } from '../discovery/server.ts';
import { keyPair } from '../protocol/keys.ts';
import { type Asked, libraryError } from '../protocol/refusal.ts';
import { type Call, requestThrough } from '../protocol/request.ts';
import { authenticate, type Client, isClientRefused, withSecretInForm } from './authentication.ts';

export type Library = typeof import('../protocol/library.ts');

/** One request of the library's, sent as the given client. */
export type Send = (
  library: Library,
  server: Server,
  client: OAuthClient,
  proven: Proven,
  options: CallOptions,
) => Promise<Response>;

export type CallOptions = Awaited<ReturnType<ServerCalls['options']>>;

interface Proof {
  readonly key: Secret;
  /** Whether tokens that are bound to no key would do as well. */
  readonly isOptional: boolean;
  readonly handle?: DPoPHandle;
}

/** What the key of a connection is proven for. */
const boundKinds: readonly Asked[] = ['token', 'pushedRequest'];

/** How requests go to one authorization server, and how a client proves itself there. */
export class ServerCalls {
  readonly server: Server;
  readonly #io: FormIo;
  readonly #localize: Localize;
  /** Of a client whose secret the server takes in the form, though it was to be in the header. */
  #inForm: string | undefined;
  #hasTriedForm = false;
  /** The key that tokens are bound to, and the nonces that go with it. */
  #proof: Proof | undefined;
  isUnbound = false;
  /** A client whose secret has been replaced since it was given to whatever asks. */
  #replaced: Client | undefined;

  constructor(server: Server, io: FormIo, localize: Localize) {
    this.server = server;
    this.#io = io;
    this.#localize = localize;
  }

  /** The client as the server has accepted it so far. */
  accepted(given: Client): Client {
    const secret = this.#replaced?.id === given.id ? this.#replaced.secret : undefined;
    const client = secret ? { ...given, secret } : given;
    return this.#inForm === client.id ? (withSecretInForm(client, this.server) ?? client) : client;
  }

  replaceSecret(client: Client): void {
    this.#replaced = client;
  }

  get isInForm(): boolean {
    return this.#inForm !== undefined;
  }

  /** The body of an answer that is a success. */
  async body(call: Call, client: Client, send: Send): Promise<string> {
    const first = await toResult(this.#sent(call, this.accepted(client), send));
    if (!(first instanceof TokenManagerError)) {
      return first;
    }
    // In a connection the place is known to be right, except where nothing was asked yet of pasted tokens.
    const mayBeWrong = !this.#hasTriedForm && (call.asked === 'token' || this.#io.user !== undefined);
    const other = mayBeWrong ? withSecretInForm(this.accepted(client), this.server) : undefined;
    if (!other || !isClientRefused(first)) {
      throw first;
    }
    // A client that was not accepted was given nothing (RFC 6749 section 5.2), and nothing of it was used up.
    this.#hasTriedForm = true;
    const second = await toResult(this.#sent(call, other, send));
    if (second instanceof TokenManagerError && (isClientRefused(second) || second.kind === 'cancelled')) {
      throw first;
    }
    this.#inForm = client.id;
    if (second instanceof TokenManagerError) {
      throw second;
    }
    return second;
  }

  /** The same for what is not asked as a client. */
  async bodyFor(
    call: Call,
    send: (library: Library, server: Server, options: CallOptions) => Promise<Response>,
  ): Promise<string> {
    try {
      const library = await import('../protocol/library.ts');
      const isBound = this.#proof !== undefined && boundKinds.includes(call.asked);
      const response = await send(library, this.server, await this.options(library, call, isBound));
      // Only a server that wants its nonce in the proof is answered so, and it has done nothing else.
      const last = response.ok
        ? response
        : await send(library, this.server, await this.options(library, call, false));
      return await last.text();
    } catch (thrown) {
      throw libraryError(thrown);
    }
  }

  /** What the browser brought from the server, read by `read`, which may ask for the server's keys. */
  async brought<T>(
    signal: AbortSignal,
    client: Client,
    read: (library: Library, server: Server, client: OAuthClient, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const library = await import('../protocol/library.ts');
    const call: Call = { secrets: [], repeat: 'reads', signal, asked: 'metadata' };
    return read(
      library,
      this.server,
      this.#withClock(library, client),
      await this.options(library, call, false),
    );
  }

  #sent(call: Call, client: Client, send: Send): Promise<string> {
    return this.bodyFor(call, (library, server, options) =>
      authenticate(library, client, server).then((proven) =>
        send(library, server, this.#withClock(library, client), proven, options),
      ),
    );
  }

  /** Proofs and assertions are good for a short time of the server's. */
  #withClock(library: Library, { id, signedBy }: Client) {
    return {
      client_id: id,
      [library.clockSkew]: Math.round((this.#io.clock.offsetMs ?? 0) / 1000),
      ...(signedBy !== undefined && { authorization_signed_response_alg: signedBy }),
    };
  }

  /** From now on what is asked for is bound to this key (RFC 9449). */
  bindTo(key: Secret, isOptional: boolean): void {
    this.#proof = { key, isOptional };
  }

  /** From now on it is bound to none. @returns whether it was, and need not be */
  unbind(): boolean {
    if (!this.#proof?.isOptional) {
      return false;
    }
    this.#proof = undefined;
    this.isUnbound = true;
    return true;
  }

  /** The digest of that key, which binds the code as well. */
  async thumbprint(): Promise<string | undefined> {
    const library = await import('../protocol/library.ts');
    return (await this.#handle(library))?.calculateThumbprint();
  }

  async #handle(library: Library): Promise<DPoPHandle | undefined> {
    if (this.#proof && !this.#proof.handle) {
      const clock = this.#withClock(library, { id: '', auth: 'none' });
      this.#proof = { ...this.#proof, handle: library.DPoP(clock, await keyPair(this.#proof.key)) };
    }
    return this.#proof?.handle;
  }

  /** How the library sends. */
  async options(library: Library, call: Call, answersNonce: boolean) {
    const handle = boundKinds.includes(call.asked) ? await this.#handle(library) : undefined;
    return {
      ...(handle && { DPoP: handle }),
      [library.customFetch]: requestThrough(this.#io, this.#localize, { ...call, answersNonce }),
      // Which plain-text addresses are allowed is decided where the request is sent.
      [library.allowInsecureRequests]: true,
    };
  }
}
