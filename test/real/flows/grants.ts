import assert from 'node:assert/strict';
import {
  activeOnly,
  type Connected,
  everyRow,
  failure,
  type Row,
  unhurried,
} from '../../contract/harness.ts';
import type { Visit } from './oauthVisit.ts';

/** What servers add to the RFCs: the applications that a user has authorized, and where the user is signed in. */
export const grantFlows = {
  'shows which applications the user has authorized, and ends one with its offline access': async (
    visit: Visit,
  ) => {
    const other = await signedInElsewhere(visit);
    const connected = await visit.harness.connect(visit.browser());
    const { secret, open } = visit.subject.clients;
    const row = (await rowsOf(connected, 'applications')).find(({ item }) => item.id === open.clientId);
    assert(row, `${open.clientId} is not listed`);
    if (visit.subject.administration === undefined) {
      assert.match(row.item.remark ?? '', /offline access/);
    }
    assert.deepEqual(await revoke(visit, connected, row), { kind: 'revoked' });
    const left = (await rowsOf(connected, 'applications')).map(({ item }) => item);
    assert(!left.some(({ id }) => id === open.clientId));
    assert(left.some(({ id, isOwnCredential }) => id === secret.clientId && isOwnCredential));
    await isOver(visit, other);
  },

  'shows where the user is signed in, and signs out one session': async (visit: Visit) => {
    const scopes = 'openid';
    const other = await signedInElsewhere(visit, scopes);
    // Another browser, and so another session.
    visit.person.forget();
    const connected = await visit.harness.connect(visit.browser({ scopes }));
    const rows = await rowsOf(connected, 'sessions');
    const own = rows.filter(({ item }) => item.isOwnCredential);
    assert.equal(own.length, 1);
    const doomed = rows.filter(({ item }) => item.remark === visit.subject.clients.open.clientId);
    assert.notEqual(doomed.length, 0);
    for (const row of doomed) {
      assert.deepEqual(await revoke(visit, connected, row), { kind: 'revoked' });
    }
    await isOver(visit, other);
    assert.equal((await visit.renew(connected)).kind, 'renewed');
  },

  'names the setting of a client that may not see what the user has authorized': async (visit: Visit) => {
    const { session } = await signedInElsewhere(visit);
    const { items } = await session.list(undefined, undefined, activeOnly, unhurried());
    assert.equal(items[0]?.status, 'active');
    const section = items.find(({ id }) => id === 'applications');
    assert(section);
    const error = await failure(session.list([section], undefined, activeOnly, unhurried()));
    assert.equal(error.kind, 'forbidden');
    assert.match(error.detail, /“roles”/);
  },
};

export const grantSentences: readonly string[] = Object.keys(grantFlows);

/** As the other application of the server, which holds tokens of its own. */
export function signedInElsewhere(visit: Visit, scopes = visit.subject.scopes): Promise<Connected> {
  return visit.harness.connect(visit.browser({ ...visit.subject.clients.open, scopes }));
}

async function rowsOf({ session }: Connected, section: string): Promise<readonly Row[]> {
  const rows = await everyRow(session);
  return rows.filter(({ path }) => path.length === 2 && path[0].id === section);
}

async function revoke({ harness }: Visit, { root }: Connected, { path }: Row) {
  return harness.revocations.revoke(await harness.nodeAt(root, path), unhurried());
}

/** What the other application holds is worth nothing any more. */
export async function isOver(visit: Visit, other: Connected): Promise<void> {
  const error = await failure(visit.renew(other));
  assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_grant']);
}
