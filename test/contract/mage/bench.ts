import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mage } from '../../../src/adapters/mage/index.ts';
import type { ItemPath } from '../../../src/core/model/item.ts';
import { sampleSecret } from '../../servers/loopback.ts';
import { type MageOptions, type MageServer, startMage } from '../../servers/mage.ts';
import { type Connected, everyRow, Harness, type Row } from '../harness.ts';

/** A sandbox of Mage AI, made anew for each test, and what connects to it. */
export class Bench {
  #server: MageServer | undefined;
  #harness: Harness | undefined;

  get server(): MageServer {
    assert(this.#server);
    return this.#server;
  }

  get harness(): Harness {
    assert(this.#harness);
    return this.#harness;
  }

  readonly begin = async (options: MageOptions = {}): Promise<void> => {
    const harness = new Harness(mage);
    this.#harness = harness;
    this.#server = await startMage({ now: () => harness.clock.now(), ...options });
  };

  readonly end = async (): Promise<void> => {
    this.harness.dispose();
    await this.server.stop();
  };

  readonly beginAgain = async (options: MageOptions): Promise<void> => {
    await this.end();
    await this.begin(options);
  };

  readonly connect = () => this.harness.connect(tokenAnswers(this.server));

  /** The row of one of the sample tokens. */
  readonly tokenRow = ({ session }: Connected, label: string, includeExpired = false): Promise<Row> =>
    rowOf(session, rowIdOf(sampleSecret(`mage ${label}`)), includeExpired);

  readonly pathsSent = (): string[] => this.server.requests.map(({ method, path }) => `${method} ${path}`);
}

export function tokenAnswers({ url, credentials }: MageServer) {
  return { baseUrl: url, access: 'token', token: credentials.token };
}

export function secretsOf({ state, credentials }: MageServer): string[] {
  const { token, jwt, password } = credentials;
  const stored = state.tokens.flatMap((row) => [row.token, row.refresh_token ?? []].flat());
  return [...new Set([token, jwt, password, ...stored])];
}

/** Whether the server takes a session token, or keeps a token for a provider. */
export function isLive({ state }: MageServer, path: ItemPath, now: number): boolean {
  const id = path.at(-1)?.id;
  return state.tokens.some(
    ({ token, application, expires }) => expires > now && (application === id || rowIdOf(token) === id),
  );
}

export function rowIdOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 32);
}

export async function rowOf(session: Connected['session'], id: string, includeExpired = false): Promise<Row> {
  const found = (await everyRow(session, { includeExpired })).find(({ item }) => item.id === id);
  assert(found, `no row ${id}`);
  return found;
}

export async function providerPath(session: Connected['session'], id: string): Promise<ItemPath> {
  return (await rowOf(session, id)).path;
}

export function namesAndDates(rows: readonly Row[]) {
  return rows.map(({ item }) => [item.name, item.lifetime]);
}
