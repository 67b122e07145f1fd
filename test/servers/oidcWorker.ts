// The thread of `oidc.ts`: authorization servers of the package oidc-provider, each behind a port of its own.
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type MessagePort, workerData } from 'node:worker_threads';
import { type Adapter, type AdapterPayload, type Configuration, Provider } from 'oidc-provider';
import { resourceOfJwts } from './resources.ts';

export interface ServerSetup {
  /** Where the outside finds it. */
  readonly issuer: string;
  readonly clients: Configuration['clients'];
  /** Optional parts of the protocol that this one does without. */
  readonly without: readonly (
    | 'introspection'
    | 'revocation'
    | 'deviceFlow'
    | 'registration'
    | 'registrationManagement'
  )[];
  readonly accessTokenSeconds: number;
  /** Whether it insists on pushed requests, and on tokens bound to a key by proofs with its nonces. */
  readonly isStrict: boolean;
  /** Whether it signs what the browser brings back where it is asked to. */
  readonly signsAnswers: boolean;
}

export interface Forwarded {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

export type GrantedTokens = {
  readonly accessToken: string;
  readonly refreshToken: string;
};

export interface GrantFor {
  readonly clientId: string;
  readonly account: string;
  readonly scope: string;
}

const tokenModels = ['AccessToken', 'RefreshToken', 'ClientCredentials'];

/** Everything one server knows, by model and identifier. */
class Storage {
  readonly models = new Map<string, Map<string, AdapterPayload>>();

  of(model: string): Map<string, AdapterPayload> {
    const existing = this.models.get(model) ?? new Map<string, AdapterPayload>();
    this.models.set(model, existing);
    return existing;
  }

  adapter(model: string): Adapter {
    const entries = this.of(model);
    const found = (isMeant: (payload: AdapterPayload) => boolean) =>
      [...entries.values()].find((payload) => isMeant(payload));
    return {
      upsert: async (id, payload) => {
        entries.set(id, payload);
      },
      find: async (id) => entries.get(id),
      findByUserCode: async (code) => found(({ userCode }) => userCode === code),
      findByUid: async (uid) => found((payload) => payload.uid === uid),
      consume: async (id) => {
        const payload = entries.get(id);
        if (payload) {
          entries.set(id, { ...payload, consumed: Math.floor(Date.now() / 1000) });
        }
      },
      destroy: async (id) => {
        entries.delete(id);
      },
      revokeByGrantId: async (grantId) => {
        for (const [id, payload] of entries) {
          if (payload.grantId === grantId) {
            entries.delete(id);
          }
        }
      },
    };
  }

  /** Those of tokens that still stand; a consumed refresh token is kept to notice its second use. */
  values(): string[] {
    return tokenModels.flatMap((model) => [...this.of(model).keys()]);
  }
}

class Behind {
  readonly storage = new Storage();
  readonly provider: Provider;
  readonly #server: Server;

  constructor(setup: ServerSetup) {
    this.provider = new Provider(setup.issuer, configuration(setup, this.storage));
    this.#server = createServer(this.provider.callback());
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  answer({ method, path, headers, body }: Forwarded): Promise<Reply> {
    const address = this.#server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: passedOn(incoming.headers),
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** Tokens as a sign-in elsewhere would have got them. */
  async grant({ clientId, account, scope }: GrantFor): Promise<GrantedTokens> {
    const client = await this.provider.Client.find(clientId);
    if (!client) {
      throw new Error(`no client ${clientId}`);
    }
    const grant = new this.provider.Grant({ accountId: account, clientId });
    grant.addOIDCScope(scope);
    const grantId = await grant.save();
    const about = { accountId: account, client, grantId, scope, gty: 'authorization_code' };
    const claims = {};
    const accessToken = await new this.provider.AccessToken({ ...about, claims }).save();
    const refreshToken = await new this.provider.RefreshToken({ ...about, claims }).save();
    return { accessToken, refreshToken };
  }

  async isActive(value: string): Promise<boolean> {
    const { AccessToken, RefreshToken, ClientCredentials } = this.provider;
    const found =
      (await AccessToken.find(value)) ??
      (await RefreshToken.find(value)) ??
      (await ClientCredentials.find(value));
    return found?.isValid ?? false;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function configuration(setup: ServerSetup, storage: Storage): Configuration {
  const { clients, without, accessTokenSeconds, isStrict, signsAnswers } = setup;
  const has = (part: ServerSetup['without'][number]) => !without.includes(part);
  const day = 24 * 60 * 60;
  return {
    ...(clients && { clients }),
    adapter: (model) => storage.adapter(model),
    scopes: ['openid', 'offline_access', 'orders:read', 'orders:write'],
    claims: { openid: ['sub'] },
    conformIdTokenClaims: false,
    // The dates of the sample keys do not matter; making keys at each start would take seconds.
    ...(isStrict && { clientAuthMethods: ['client_secret_jwt', 'private_key_jwt'] }),
    cookies: { keys: ['sandbox'] },
    pkce: { required: () => true },
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      RefreshToken: 30 * day,
      IdToken: 60 * 60,
      Grant: 30 * day,
      Session: day,
      Interaction: 60 * 60,
      DeviceCode: 600,
      AuthorizationCode: 60,
    },
    features: {
      devInteractions: { enabled: true },
      jwtResponseModes: { enabled: signsAnswers },
      pushedAuthorizationRequests: { enabled: isStrict, requirePushedAuthorizationRequests: isStrict },
      dPoP: isStrict
        ? { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => true }
        : { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: has('introspection') },
      revocation: { enabled: has('revocation') },
      deviceFlow: { enabled: has('deviceFlow') },
      registration: { enabled: has('registration') },
      registrationManagement: {
        enabled: has('registration') && has('registrationManagement'),
        rotateRegistrationAccessToken: true,
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'orders:read orders:write',
          audience: resource,
          accessTokenTTL: accessTokenSeconds,
          accessTokenFormat: resource === resourceOfJwts ? 'jwt' : 'opaque',
        }),
        useGrantedResource: () => true,
      },
    },
  };
}

function passedOn(headers: IncomingHttpHeaders): Reply['headers'] {
  const own = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date'];
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || own.includes(name) ? [] : [[name, value] as const],
    ),
  );
}

// What it says on start is meant for those who put it on the internet.
console.warn = () => undefined;
console.info = () => undefined;

/** What the other thread may ask for. */
const servers = new Map<number, Behind>();

const acts = {
  start: async (id: number, setup: ServerSetup) => {
    const server = new Behind(setup);
    await server.listen();
    servers.set(id, server);
  },
  answer: (id: number, forwarded: Forwarded) => of(id).answer(forwarded),
  grant: (id: number, what: GrantFor) => of(id).grant(what),
  isActive: (id: number, value: string) => of(id).isActive(value),
  /** Every token that stands, by its value. */
  values: async (id: number) => of(id).storage.values(),
  /** Forgets every token there is. */
  forget: async (id: number) => {
    for (const model of tokenModels) {
      of(id).storage.of(model).clear();
    }
  },
  /** As if its time had come. */
  expire: async (id: number, value: string) => {
    for (const model of tokenModels) {
      const entries = of(id).storage.of(model);
      const payload = entries.get(value);
      if (payload) {
        entries.set(value, { ...payload, exp: Math.floor(Date.now() / 1000) - 60 });
      }
    }
  },
  clients: async (id: number) =>
    [...of(id).storage.of('Client').values()].map(({ client_id, client_secret }) => ({
      id: String(client_id),
      secret: typeof client_secret === 'string' ? client_secret : undefined,
    })),
  stop: async (id: number) => {
    servers.get(id)?.stop();
    servers.delete(id);
  },
};

export type Acts = typeof acts;

function of(id: number): Behind {
  const server = servers.get(id);
  if (!server) {
    throw new Error('this server was stopped');
  }
  return server;
}

interface Question {
  readonly act: keyof Acts;
  readonly id: number;
  readonly argument: unknown;
}

const { port, signal }: { readonly port: MessagePort; readonly signal: Int32Array } = workerData;
port.on('message', ({ act, id, argument }: Question) => {
  const work: (id: number, argument: never) => Promise<unknown> = acts[act];
  const done: Promise<unknown> = Reflect.apply(work, acts, [id, argument]);
  done
    .then(
      (value) => ({ value }),
      (error: unknown) => ({ error: String(error) }),
    )
    .then((outcome) => {
      port.postMessage(outcome);
      Atomics.store(signal, 0, 1);
      Atomics.notify(signal, 0);
    });
});
