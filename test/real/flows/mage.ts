import assert from 'node:assert/strict';
import type { Answers } from '../../contract/harness.ts';
import { everyRow, failure, unhurried } from '../../contract/harness.ts';
import type { RealServer } from '../realServer.ts';
import { declareFlows } from './declare.ts';
import { ServiceVisit, serviceInWorkbench, tokenServiceFlows } from './tokenService.ts';
import type { TokenServiceSubject } from './tokenServiceSubject.ts';

export interface MageSubject extends TokenServiceSubject {
  /** With a session token that somebody has already. */
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

  'shows no traceback when the server crashes': async (visit: Visit) => {
    const error = await failure(
      visit.harness.signIn({ ...visit.subject.answers, baseUrl: `${visit.subject.answers.baseUrl}/api` }),
    );
    assert.doesNotMatch(`${error.message} ${error.detail}`, /Traceback|File "|site-packages/);
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

export function declareMageFlows(server: RealServer<MageSubject>): void {
  declareFlows<MageSubject, Visit>({
    server,
    flows: { ...tokenServiceFlows, ...flows },
    begin: (subject) => new ServiceVisit(subject),
    inWorkbench: serviceInWorkbench,
  });
}
