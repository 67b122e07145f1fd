import assert from 'node:assert/strict';
import type { Item } from '../../../src/core/model/item.ts';
import {
  assertNoSecretIn,
  type Connected,
  everyRow,
  failure,
  type Harness,
  type Row,
  unhurried,
} from '../../contract/harness.ts';
import type { Workbench } from '../../e2e/workbench.ts';
import type { RealServer } from '../realServer.ts';
import { declareFlows } from './declare.ts';
import { realHarness } from './realHarness.ts';
import type { MadeToken, TokenServiceSubject } from './tokenServiceSubject.ts';
import { addConnection, named, revokeRow } from './workbench.ts';

/** A user of one service, with the product between them. */
export class ServiceVisit<Subject extends TokenServiceSubject = TokenServiceSubject> {
  readonly subject: Subject;
  readonly harness: Harness;
  readonly #made: string[] = [];

  constructor(subject: Subject) {
    this.subject = subject;
    this.harness = realHarness(subject.factory);
  }

  connect(): Promise<Connected> {
    return this.harness.connect(this.subject.answers);
  }

  async make(name = 'made'): Promise<MadeToken> {
    const made = await this.subject.make(name);
    this.#made.push(made.value);
    assert(await this.subject.isAccepted(made.value), 'the service does not accept what it has just made');
    return made;
  }

  async rows({ session }: Connected): Promise<readonly Row[]> {
    const { branch } = this.subject;
    const rows = await everyRow(session);
    return branch === undefined
      ? rows.filter(({ path }) => path.length === 1)
      : rows.filter(({ path }) => path.length === 2 && path[0].id === branch);
  }

  async rowOf(connected: Connected, made: MadeToken): Promise<Row> {
    const rows = (await this.rows(connected)).filter(({ item }) => made.isRow(item));
    const [row, ...others] = rows;
    assert(row && others.length === 0, `${rows.length} rows are the one that was made`);
    return row;
  }

  async revoke({ root }: Connected, { path }: Row) {
    return this.harness.revocations.revoke(await this.harness.nodeAt(root, path), unhurried());
  }

  /** What was said anywhere must hold no value of a token, and no password. */
  quiet(...told: readonly unknown[]): void {
    assertNoSecretIn([...told, this.harness.logger.lines], [...this.#made, ...this.subject.secrets]);
  }

  dispose(): void {
    this.harness.dispose();
    this.quiet();
  }
}

function lives({ status }: Item): boolean {
  return status === 'active' || status === 'unknown';
}

export const tokenServiceFlows = {
  'signs in and names the account': async (visit: ServiceVisit) => {
    const { account, settings } = await visit.harness.signIn(visit.subject.answers);
    assert.equal(account.name, visit.subject.account);
    visit.quiet(account, settings);
  },

  'lists what the service’s own client has made': async (visit: ServiceVisit) => {
    const made = [await visit.make('release'), await visit.make('backup')];
    const connected = await visit.connect();
    for (const token of made) {
      const { item } = await visit.rowOf(connected, token);
      assert(lives(item) && item.actions.includes('revoke'), item.status);
    }
    const rows = await visit.rows(connected);
    assert.equal(new Set(rows.map(({ item }) => item.id)).size, rows.length);
    visit.quiet(rows);
  },

  'revokes a token, which the service then refuses': async (visit: ServiceVisit) => {
    const [doomed, kept] = [await visit.make('doomed'), await visit.make('kept')];
    const connected = await visit.connect();
    const result = await visit.revoke(connected, await visit.rowOf(connected, doomed));
    assert.deepEqual(result, { kind: 'revoked' });
    assert(!(await visit.subject.isAccepted(doomed.value)));
    assert(await visit.subject.isAccepted(kept.value));
    await visit.rowOf(connected, kept);
  },

  'does not take credit for a token that was gone before': async (visit: ServiceVisit) => {
    const made = await visit.make('gone');
    const [one, other] = [await visit.connect(), await visit.connect()];
    const row = await visit.rowOf(one, made);
    await visit.harness.nodeAt(other.root, (await visit.rowOf(other, made)).path);
    const node = await visit.harness.nodeAt(one.root, row.path);
    assert.equal((await visit.revoke(other, row)).kind, 'revoked');
    const result = await visit.harness.revocations.revoke(node, unhurried());
    assert(['alreadyGone', 'revoked'].includes(result.kind), result.kind);
  },

  'tells a credential that the service does not accept': async (visit: ServiceVisit) => {
    const error = await failure(visit.harness.signIn(visit.subject.wrongAnswers));
    const { kind, words } = visit.subject.refusal ?? { kind: 'unauthorized', words: /.?/ };
    assert.equal(error.kind, kind);
    assert.match(error.detail, words);
    visit.quiet(error);
  },
};

/** Connects, and revokes a token that the service's own client has made. */
export async function serviceInWorkbench(workbench: Workbench, visit: ServiceVisit): Promise<void> {
  const { subject } = visit;
  const made = await visit.make('doomed');
  const connected = await visit.connect();
  const row = await visit.rowOf(connected, made);
  const { path } = row;
  await revokeNamesakes(visit, connected, row);
  await addConnection(workbench, subject.service);
  await subject.answer(workbench);
  await named(workbench, subject.service);
  for (const { name } of path.slice(0, -1)) {
    await workbench.expand(name);
  }
  await revokeRow(workbench, path.at(-1)?.name ?? '', () => subject.isAccepted(made.value));
  await workbench.notice('was revoked');
}

/** The story knows rows by their names, and some services name all alike, such as sessions by the computer. */
async function revokeNamesakes(visit: ServiceVisit, connected: Connected, { item }: Row): Promise<void> {
  const rows = await visit.rows(connected);
  for (const row of rows.filter(({ item: { id, name } }) => name === item.name && id !== item.id)) {
    assert.deepEqual(await visit.revoke(connected, row), { kind: 'revoked' });
  }
}

export function declareTokenServiceFlows(server: RealServer<TokenServiceSubject>): void {
  declareFlows({
    server,
    flows: tokenServiceFlows,
    begin: (subject) => new ServiceVisit(subject),
    inWorkbench: serviceInWorkbench,
    settings: ({ settings = {} }) => settings,
  });
}
