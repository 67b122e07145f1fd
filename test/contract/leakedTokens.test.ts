import assert from 'node:assert/strict';
import { leakTables } from '../../src/adapters/leaks/tables.ts';
import { ConnectionHttp } from '../../src/core/http/client.ts';
import { type Candidate, LeakedTokens, type LeakTables } from '../../src/core/leaks/leakedTokens.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import { Secret } from '../../src/core/model/secret.ts';
import type { CredentialStore } from '../../src/core/ports.ts';
import { otherWayWords, outcomeSentence, rowQuestion, valueQuestion } from '../../src/ui/text/leaks.ts';
import { leakedGitHubToken as classic, standIn, startCredentialRevocation } from '../servers/credentials.ts';
import { type Sandboxes, type ServiceId, services, startSandboxes } from '../services.ts';
import { generousLimits } from '../unit/core/memoryCore.ts';
import { wording } from '../unit/ui/wording.ts';
import { assertNoSecretIn, type Connected, Harness, unhurried } from './harness.ts';
import { stacks } from './stacks.ts';

describe('A leaked token', () => {
  let sandboxes: Sandboxes;
  let harness: Harness;
  let connected: Connected;
  const made: Harness[] = [];

  beforeEach(async () => {
    sandboxes = await startSandboxes();
  });
  afterEach(async () => {
    for (const one of made.splice(0)) one.dispose();
    await sandboxes.stop();
  });

  async function connect(id: ServiceId): Promise<void> {
    harness = new Harness(services[id].factory);
    made.push(harness);
    connected = await harness.connect(sandboxes.running[id].answers);
    // As after a restart: nothing has been read yet.
    harness.sessions.close(connected.connection.id);
  }

  function leaked(
    tables: LeakTables = leakTables,
    credentials: Pick<CredentialStore, 'read'> = harness.credentialStore,
  ): LeakedTokens {
    const { connections, sessions, inventory, activity, clock, logger } = harness;
    const transport = stacks.undici();
    return new LeakedTokens({
      connections,
      sessions,
      inventory,
      activity,
      clock,
      credentials,
      requestIds: sessions.requestIds,
      tables: async () => tables,
      http: (baseUrl) =>
        new ConnectionHttp([baseUrl], {
          adapterId: 'leaked-token',
          transport: async () => transport,
          limits: () => generousLimits,
          clock,
          logger,
          random: () => 0,
          requestIds: sessions.requestIds,
        }).client(baseUrl),
    });
  }

  async function candidate(text: string): Promise<Candidate> {
    const [first, ...more] = await leaked().candidates(text);
    assert(first);
    assert.deepEqual(more, []);
    return first;
  }

  const examine = async (text: string, tables?: LeakTables) =>
    leaked(tables).examine(await candidate(text), unhurried());

  async function storedValue(name: string): Promise<string> {
    const secret = (await harness.credentialStore.read(connected.connection.id))?.[name];
    assert(secret, name);
    return secret.reveal();
  }

  const own: Partial<Record<ServiceId, string>> = {
    mage: 'token',
    gitlab: 'credential',
    oauth: 'accessToken',
  };

  for (const id of ['mage', 'gitlab', 'oauth'] as const) {
    it(`that a connection to ${id} holds is found in its list, and revoked from there`, async () => {
      await connect(id);
      const value = await storedValue(own[id] ?? '');
      const examined = await examine(`"${value}"`);
      assert(examined.way.kind === 'row', examined.way.kind);
      assert.deepEqual(
        examined.holders.found.map(({ connection }) => connection.id),
        [connected.connection.id],
      );
      const { row } = examined.way;
      const { sentence, warnings } = await harness.revocations.reach(row);
      const asked = rowQuestion(examined.way, [sentence, ...warnings], wording);
      assert(asked.detail.includes(sentence));
      assert(asked.question.includes(row.item.name));
      assert.equal(asked.typed, connected.connection.serviceName);
      assertNoSecretIn([asked, harness.logger], [value]);
      const result = await harness.revocations.revoke(row, unhurried()).catch((thrown: unknown) => thrown);
      // A service that cannot be read with the token any more proves that it is dead.
      assert(result instanceof TokenManagerError ? result.kind === 'unauthorized' : true);
      assert.equal((await harness.acts())[0]?.kind, 'revoke');
    });
  }

  it('that a list has told of is found by what the list said, without a request', async () => {
    await connect('mage');
    const other = sandboxes.mage.state.tokens.find(
      ({ token }) => token !== sandboxes.mage.credentials.token && token.length > 20,
    );
    assert(other);
    harness.includeExpired = true;
    await harness.inventory.open(connected.root.branch);
    for (const { branch } of connected.root.branch.nodes.slice(0, 1)) {
      await harness.inventory.loadAll(branch);
    }
    const before = sandboxes.mage.requests.length;
    const { holders } = await examine(other.token);
    assert.equal(holders.found.length, 1);
    assert(holders.found[0]?.row);
    assert.equal(sandboxes.mage.requests.length, before);
  });

  it('that nothing here holds is sent nowhere by looking for it', async () => {
    await connect('gitlab');
    await harness.inventory.open(connected.root.branch);
    const before = sandboxes.gitlab.requests.length;
    const { way, holders } = await examine(classic);
    assert.deepEqual(holders, { found: [], unread: [] });
    assert.equal(way.kind, 'value');
    assert.equal(sandboxes.gitlab.requests.length, before);
  });

  for (const id of ['planetscale', 'turnkey', 'codegen'] as const) {
    it(`that is a credential of ${id}, which lists none such, is named as one and sent nowhere`, async () => {
      await connect(id);
      const name = { planetscale: 'serviceToken', turnkey: 'apiPrivateKey', codegen: 'token' }[id];
      const before = sandboxes[id].requests.length;
      const examined = await examine(await storedValue(name));
      assert(examined.way.kind === 'page' || examined.way.kind === 'none');
      const words = otherWayWords(undefined, examined, wording);
      assert(words.includes(`credential of “${connected.connection.label}”`), words);
      assert.equal(sandboxes[id].requests.length, before);
    });
  }

  it('of a server of one’s own is not sent to the service’s public address', async () => {
    await connect('gitlab');
    const value = 'glpat-aB3dE6gH9jK2mN5pQ8sT';
    const id = connected.connection.id;
    const stored = await harness.credentialStore.read(id);
    // One that the list does not have: there is no row to revoke.
    await harness.credentialStore.write(id, { ...stored, credential2: new Secret(value) });
    const examined = await examine(value);
    assert.equal(examined.holders.found.length, 1);
    assert.equal(examined.way.kind, 'none');
  });

  it('is said not to be compared with credentials that cannot be read', async () => {
    await connect('gitlab');
    const broken = { read: async () => Promise.reject(new TokenManagerError('storage')) };
    const { holders, way } = await leaked(leakTables, broken).examine(await candidate(classic), unhurried());
    assert.deepEqual(holders.unread, [connected.connection]);
    assert(way.kind === 'value');
    const { detail } = valueQuestion(way, holders, wording);
    assert.match(detail, /was not compared with “/);
  });

  it('is revoked by its value where that is enough, and written down without it', async () => {
    await connect('gitlab');
    const server = await startCredentialRevocation([classic]);
    const { url } = server;
    const tables = standIn(leakTables, url);
    const one = await candidate(classic);
    const leaks = leaked(tables);
    const { way, holders } = await leaks.examine(one, unhurried());
    assert(way.kind === 'value');
    const asked = valueQuestion(way, holders, wording);
    assert.equal(asked.typed, 'GitHub');
    for (const part of [new URL(url).host, 'cannot be undone', 'sends an email', 'owner is not known']) {
      assert(asked.detail.includes(part), part);
    }
    const outcome = await leaks.revoke(one.value, way, unhurried());
    const told = outcomeSentence(outcome, way, wording);
    assert.equal(told.severity, 'info');
    assert.match(told.sentence, /was revoked/);
    const [act] = await harness.acts();
    assert.equal(act?.kind, 'revokeLeakedToken');
    assert.deepEqual(act?.result, { kind: 'revoked' });
    assert.equal(act?.requestId, 'C0DE:1');
    assertNoSecretIn([asked, told, act, harness.logger, outcome, one], [classic, classic.slice(4)]);
    await server.stop();
  });
});
