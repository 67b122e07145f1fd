import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mage } from '../../../src/adapters/mage/index.ts';
import type { ItemPath } from '../../../src/core/model/item.ts';
import { sampleSecret } from '../../servers/loopback.ts';
import { type MageOptions, type MageServer, startMage } from '../../servers/mage.ts';
import { type Connected, everyRow, type Row } from '../harness.ts';
import { ServiceBench } from '../serviceBench.ts';

export class Bench extends ServiceBench<MageServer, MageOptions> {
  constructor() {
    super(mage, (now, options) => startMage({ now, ...options }));
  }

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
