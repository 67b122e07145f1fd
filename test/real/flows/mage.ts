import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import type { Answers } from '../../contract/harness.ts';
import { everyRow, unhurried } from '../../contract/harness.ts';
import type { RealServer } from '../realServer.ts';
import { declareFlows } from './declare.ts';
import { ServiceVisit, serviceInWorkbench, tokenServiceFlows } from './tokenService.ts';
import type { TokenServiceSubject } from './tokenServiceSubject.ts';

export interface MageSubject extends TokenServiceSubject {
  /** With a session token that is there already. */
  tokenAnswers(token: string): Answers;
  /** A user who is not the owner. */
  readonly userAnswers: Answers;
  /** Stores a token of another service, as its page does after a sign-in there. */
  keepProviderToken(provider: 'github' | 'gitlab'): Promise<void>;
}

type Visit = ServiceVisit<MageSubject>;

async function reset(visit: Visit, provider: 'github' | 'gitlab') {
  await visit.subject.keepProviderToken(provider);
  const connected = await visit.connect();
  const row = (await everyRow(connected.session)).find(({ item }) => item.id === provider);
  assert(row, `${provider} is not listed`);
  assert(row.item.actions.includes('revoke'), row.item.status);
  const node = await visit.harness.nodeAt(connected.root, row.path);
  return visit.harness.revocations.revoke(node, unhurried());
}

const flows = {
  'names the account of a pasted token': async (visit: Visit) => {
    const { value } = await visit.make();
    const { account } = await visit.harness.signIn(visit.subject.tokenAnswers(value));
    assert.equal(account.name, visit.subject.account);
  },

  'ends the session that is its own, and says so where it stands': async (visit: Visit) => {
    const { value } = await visit.make();
    const connected = await visit.harness.connect(visit.subject.tokenAnswers(value));
    const own = (await visit.rows(connected)).filter(({ item }) => item.isOwnCredential);
    const [row] = own;
    assert(row && own.length === 1, `${own.length} rows are its own`);
    await visit.revoke(connected, row);
    assert(!(await visit.subject.isAccepted(value)));
    await visit.harness.inventory.refresh(connected.root.branch);
    const kinds = [connected.root.branch, ...connected.root.branch.nodes.map(({ branch }) => branch)].map(
      ({ error }) => error?.kind,
    );
    assert(kinds.includes('unauthorized'), String(kinds));
  },

  'resets a provider that the server can sign in to': async (visit: Visit) => {
    assert.deepEqual(await reset(visit, 'github'), { kind: 'revoked' });
  },

  'resets a provider that the server has no client for': async (visit: Visit) => {
    assert.deepEqual(await reset(visit, 'gitlab'), { kind: 'revoked' });
  },

  'shows no traceback when the server crashes over a reset of nothing': async (visit: Visit) => {
    await visit.subject.keepProviderToken('gitlab');
    const connected = await visit.connect();
    const row = (await everyRow(connected.session)).find(({ item }) => item.id === 'gitlab');
    assert(row);
    await connected.session.revocation?.revoke(row.path, unhurried());
    const again = connected.session.revocation?.revoke(row.path, unhurried());
    const told = await (again ?? Promise.reject()).then(JSON.stringify, (error: unknown) =>
      error instanceof TokenManagerError ? `${error.message} ${error.detail}` : String(error),
    );
    assert.doesNotMatch(`${told} ${inspect(visit.harness.logger.lines)}`, /Traceback|File "|site-packages/);
  },

  'finds the server from the address that a browser shows': async (visit: Visit) => {
    const { answers, account } = visit.subject;
    const shown = `${answers.baseUrl}/pipelines`;
    assert.equal((await visit.harness.signIn({ ...answers, baseUrl: shown })).account.name, account);
  },

  'tells what a user may not who needs permissions': async (visit: Visit) => {
    const outcome = await visit.harness.connect(visit.subject.userAnswers).then(
      async (connected) => {
        await visit.harness.inventory.open(connected.root.branch);
        for (const node of connected.root.branch.nodes) {
          await visit.harness.inventory.open(node.branch);
        }
        return [connected.root.branch, ...connected.root.branch.nodes.map(({ branch }) => branch)].flatMap(
          ({ error }) => error?.kind ?? [],
        );
      },
      (error: unknown) => [error instanceof Error && 'kind' in error ? error.kind : error],
    );
    assert.deepEqual([...new Set(outcome)], ['forbidden']);
  },
};

const allFlows = { ...tokenServiceFlows, ...flows };
export const mageSentences: readonly string[] = Object.keys(allFlows);

export function declareMageFlows(server: RealServer<MageSubject>): void {
  declareFlows<MageSubject, Visit>({
    server,
    flows: allFlows,
    begin: (subject) => new ServiceVisit(subject),
    inWorkbench: serviceInWorkbench,
  });
}
