import type { Client as OAuthClient, ClientAuth as Proven } from 'oauth4webapi';
import type { FormIo } from '../../core/adapter/contract.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';
import { authenticate, type Client, isClientRefused, withSecretInForm } from './authentication.ts';
import { libraryError } from './refusal.ts';
import { type Call, requestThrough } from './request.ts';
import type { Server } from './server.ts';

export type Library = typeof import('./library.ts');

/** One request of the library's, sent as the given client. */
export type Send = (
  library: Library,
  server: Server,
  client: OAuthClient,
  proven: Proven,
  options: ReturnType<ServerCalls['options']>,
) => Promise<Response>;

/** How requests go to one authorization server, and how a client proves itself there. */
export class ServerCalls {
  readonly server: Server;
  readonly #io: FormIo;
  readonly #localize: Localize;
  /** Of a client whose secret the server takes in the form, though it was to be in the header. */
  #inForm: string | undefined;
  #hasTriedForm = false;
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
    send: (
      library: Library,
      server: Server,
      options: ReturnType<ServerCalls['options']>,
    ) => Promise<Response>,
  ): Promise<string> {
    try {
      const library = await import('./library.ts');
      const response = await send(library, this.server, this.options(library, call));
      return await response.text();
    } catch (thrown) {
      throw libraryError(thrown);
    }
  }

  #sent(call: Call, client: Client, send: Send): Promise<string> {
    return this.bodyFor(call, (library, server, options) =>
      send(library, server, { client_id: client.id }, authenticate(library, client), options),
    );
  }

  /** How the library sends. */
  options(library: Library, call: Call) {
    return {
      [library.customFetch]: requestThrough(this.#io, this.#localize, call),
      // Which plain-text addresses are allowed is decided where the request is sent.
      [library.allowInsecureRequests]: true,
    };
  }
}
