import assert from 'node:assert/strict';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import type { Item } from '../../../src/core/model/item.ts';
import { json, send } from '../../servers/loopback.ts';
import { type OidcOptions, type OidcServer, startOidc } from '../../servers/oidc.ts';
import { SkippingClock } from '../../unit/fakes.ts';
import { type Answers, type Connected, Harness, readAll } from '../harness.ts';
import { Person } from '../signingIn.ts';

export const scopes = 'openid offline_access orders:read';

/** An OAuth server, made anew for each test, and what signs in to it. */
export class Bench {
  #server: OidcServer | undefined;
  #harness: Harness | undefined;
  #person: Person | undefined;

  get server(): OidcServer {
    assert(this.#server);
    return this.#server;
  }

  get harness(): Harness {
    assert(this.#harness);
    return this.#harness;
  }

  get person(): Person {
    assert(this.#person);
    return this.#person;
  }

  readonly begin = async (options: OidcOptions = {}): Promise<void> => {
    this.#server = await startOidc(options);
    this.#person = new Person();
    this.#harness = new Harness(oauth, new SkippingClock(Date.now()));
    this.#harness.user = this.#person;
  };

  readonly end = async (): Promise<void> => {
    this.harness.dispose();
    await this.server.stop();
  };

  readonly anew = async (options: OidcOptions): Promise<void> => {
    await this.end();
    await this.begin(options);
  };

  readonly browser = (more: Answers = {}): Answers => ({
    issuer: this.server.url,
    method: 'browser',
    wayBack: 'loopback',
    ...shop(this.server),
    scopes,
    ...more,
  });

  readonly paste = (more: Answers = {}): Answers => ({
    issuer: this.server.url,
    method: 'paste',
    ...shop(this.server),
    ...this.server.grant(),
    ...more,
  });

  readonly sent = (path: string) => this.server.requests.filter((request) => request.path === path);

  /** A description of the server, changed. */
  readonly describing = (change: (metadata: Record<string, unknown>) => unknown): void => {
    this.server.intercept(({ request, response, answer }) => {
      if (!request.path.includes('/.well-known/')) {
        return false;
      }
      const reply = answer();
      send(response, reply.status === 200 ? json(200, change(JSON.parse(String(reply.body)))) : reply);
      return true;
    });
  };
}

export async function rows({ session }: Pick<Connected, 'session'>): Promise<readonly Item[]> {
  return (await readAll(session, undefined)).items;
}

export function said(item: Item | undefined, label: string): string | undefined {
  const field = item?.fields.find((candidate) => candidate.label === label);
  return field && 'text' in field ? field.text : undefined;
}

export function byHand({ url }: OidcServer): Answers {
  return {
    issuer: url,
    tokenEndpoint: `${url}/token`,
    authorizationEndpoint: `${url}/auth`,
    deviceEndpoint: `${url}/device/auth`,
    revocationEndpoint: `${url}/token/revocation`,
    introspectionEndpoint: `${url}/token/introspection`,
  };
}

export function shop({ clients }: OidcServer): Answers {
  return {
    client: 'own',
    clientId: clients.shop.id,
    clientAuth: 'client_secret_basic',
    clientSecret: clients.shop.secret,
  };
}
