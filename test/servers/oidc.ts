import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ClientMetadata } from 'oidc-provider';
import {
  type Interceptor,
  listen,
  type RecordedRequest,
  type Reply,
  type SandboxOptions,
  sampleSecret,
  Traffic,
} from './loopback.ts';
import type { Acts, GrantedTokens, GrantFor, ServerSetup } from './oidcWorker.ts';

export interface OidcOptions extends Pick<SandboxOptions, 'port'> {
  readonly without?: ServerSetup['without'];
  /** False for a server that does not describe itself. */
  readonly describesItself?: boolean;
  readonly accessTokenSeconds?: number;
  /** Insists on pushed requests, tokens bound to a key, and clients that prove themselves by assertions; has these. */
  readonly strictClients?: readonly ClientMetadata[];
  /** Signs what the browser brings back where it is asked to (JARM). */
  readonly signsAnswers?: boolean;
}

/**
 * A real authorization server, the package oidc-provider, on a loopback port that tests can look into.
 *
 * Compared in November 2026 with Keycloak 26.4.7, Ory Hydra 2.3.0 and Django OAuth Toolkit 3.4.1, which do these
 * otherwise: Django answers `active: false` for every refresh token, has the endpoints for revocation and introspection
 * in one of its two metadata documents only, names no device endpoint, and wants `client_id` in the form there also
 * beside HTTP Basic; Hydra lets no client introspect, and tells of scopes that it does not know, as the other two do;
 * Keycloak calls a wrong secret `unauthorized_client` with 401, and registers no client with the scope `openid`.
 * Pushed requests, DPoP and private_key_jwt were compared with Keycloak, which also wants a code challenge where a code
 * is entered on another device. Not compared: mutual TLS, several issuers at one address.
 */
export interface OidcServer {
  readonly url: string;
  readonly requests: RecordedRequest[];
  readonly clients: typeof sampleClients;
  /** Tokens from elsewhere, to be pasted. */
  grant(what?: Partial<GrantFor>): GrantedTokens;
  isActive(token: string): boolean;
  /** The values of all tokens there are. */
  values(): string[];
  /** Forgets all tokens there are. */
  forget(): void;
  expire(token: string): void;
  /** Those that have registered themselves. */
  registered(): { readonly id: string; readonly secret: string | undefined }[];
  intercept(interceptor: Interceptor): () => void;
  stop(): Promise<void>;
}

const allGrants = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
];

export const sampleClients = {
  /** Proves itself in the header. */
  shop: { id: 'shop-desk', secret: sampleSecret('oidc shop desk') },
  /** Proves itself in the form. */
  post: { id: 'shop-post', secret: sampleSecret('oidc shop post') },
  /** Cannot keep a secret. */
  open: { id: 'shop-open', secret: '' },
} as const;

export async function startOidc(options: OidcOptions = {}): Promise<OidcServer> {
  const { without = [], describesItself = true, accessTokenSeconds = 3600, strictClients } = options;
  const traffic = new Traffic();
  const id = nextId();
  const listener = await listen(
    (request) => {
      if (!describesItself && request.path.startsWith('/.well-known/')) {
        return { status: 404, body: 'Not Found' };
      }
      const query = request.query.toString();
      const path = query === '' ? request.path : `${request.path}?${query}`;
      const { method, headers, body } = request;
      return ask('answer', id, { method, path, headers, body }) satisfies Reply;
    },
    traffic,
    { port: options.port ?? 0, now: Date.now },
  );
  const issuer = listener.origin;
  ask('start', id, {
    issuer,
    clients: strictClients ? [...strictClients] : clientSetups(without),
    without,
    accessTokenSeconds,
    isStrict: strictClients !== undefined,
    signsAnswers: options.signsAnswers ?? false,
  });
  return {
    url: issuer,
    requests: traffic.requests,
    clients: sampleClients,
    grant: (what = {}) =>
      ask('grant', id, {
        clientId: sampleClients.shop.id,
        account: 'robin',
        scope: 'openid offline_access orders:read',
        ...what,
      }),
    isActive: (token) => ask('isActive', id, token),
    values: () => ask('values', id, undefined),
    forget: () => ask('forget', id, undefined),
    expire: (token) => ask('expire', id, token),
    registered: () => ask('clients', id, undefined),
    intercept: (interceptor) => traffic.intercept(interceptor),
    stop: async () => {
      await listener.stop();
      ask('stop', id, undefined);
    },
  };
}

function clientSetups(without: ServerSetup['without']): ServerSetup['clients'] {
  const device = 'urn:ietf:params:oauth:grant-type:device_code';
  const grants = allGrants.filter((grant) => grant !== device || !without.includes('deviceFlow'));
  const common = {
    application_type: 'native' as const,
    grant_types: grants,
    redirect_uris: ['http://127.0.0.1/callback'],
    response_types: ['code' as const],
  };
  const { shop, post, open } = sampleClients;
  return [
    {
      ...common,
      client_id: shop.id,
      client_secret: shop.secret,
      token_endpoint_auth_method: 'client_secret_basic',
    },
    {
      ...common,
      client_id: post.id,
      client_secret: post.secret,
      token_endpoint_auth_method: 'client_secret_post',
    },
    {
      ...common,
      client_id: open.id,
      grant_types: grants.filter((grant) => grant !== 'client_credentials'),
      token_endpoint_auth_method: 'none',
    },
  ];
}

/**
 * The servers live in a thread of their own, so that this one can wait for them: a test that plays faults asks for
 * an answer and has it before going on, as with the other sandboxes.
 */
interface Thread {
  readonly port: MessagePort;
  readonly signal: Int32Array;
  lastId: number;
}

const thread: { current: Thread | undefined } = { current: undefined };

function running(): Thread {
  if (!thread.current) {
    const { port1, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(new URL('oidcWorker.ts', import.meta.url), {
      workerData: { port: port2, signal },
      transferList: [port2],
    });
    worker.unref();
    port1.unref();
    thread.current = { port: port1, signal, lastId: 0 };
  }
  return thread.current;
}

function nextId(): number {
  const current = running();
  current.lastId++;
  return current.lastId;
}

function ask<Act extends keyof Acts>(
  act: Act,
  id: number,
  argument: Parameters<Acts[Act]>[1],
): Awaited<ReturnType<Acts[Act]>> {
  const { port, signal } = running();
  Atomics.store(signal, 0, 0);
  port.postMessage({ act, id, argument });
  // What wakes this up may be the end of the answer before, which came before it was waited for.
  while (Atomics.load(signal, 0) === 0) {
    if (Atomics.wait(signal, 0, 0, 20_000) === 'timed-out') {
      throw new Error(`the authorization server does not answer: ${act}`);
    }
  }
  const { message } = receiveMessageOnPort(port) ?? { message: { error: 'nothing came' } };
  if (message.error !== undefined) {
    throw new Error(message.error);
  }
  return message.value;
}
