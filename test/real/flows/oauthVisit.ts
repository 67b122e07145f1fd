import assert from 'node:assert/strict';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import type { Item } from '../../../src/core/model/item.ts';
import {
  type Answers,
  assertNoSecretIn,
  type Connected,
  readAll,
  unhurried,
} from '../../contract/harness.ts';
import { Person } from '../../contract/signingIn.ts';
import type { OAuthSubject } from './oauthSubject.ts';
import { realHarness } from './realHarness.ts';

/** One person at one server, with the product between them. */
export class Visit {
  readonly subject: OAuthSubject;
  readonly harness = realHarness(oauth);
  readonly person: Person;

  constructor(subject: OAuthSubject) {
    this.subject = subject;
    this.person = new Person(subject.fills);
    this.harness.user = this.person;
  }

  browser(more: Answers = {}): Answers {
    const { issuer, clients, scopes, administration } = this.subject;
    return {
      issuer,
      ...(administration !== undefined && { administration }),
      method: 'browser',
      wayBack: 'loopback',
      client: 'own',
      ...clients.secret,
      scopes,
      ...more,
    };
  }

  device(): Answers {
    const { issuer, clients, scopes: all, deviceScopes: scopes = all } = this.subject;
    return { issuer, method: 'device', client: 'own', ...(clients.device ?? clients.secret), scopes };
  }

  clientAlone(more: Answers = {}): Answers {
    const { issuer, clients, clientScopes = '' } = this.subject;
    return {
      issuer,
      method: 'clientCredentials',
      client: 'own',
      ...(clients.alone ?? clients.secret),
      scopes: clientScopes,
      ...more,
    };
  }

  async rows({ session }: Pick<Connected, 'session'>): Promise<readonly Item[]> {
    const { items, problems } = await readAll(session, undefined);
    assert.deepEqual(problems, []);
    return items;
  }

  stored({ connection }: Connected) {
    return this.harness.credentialStore.values.get(connection.id);
  }

  async node({ root }: Connected, id: string) {
    await this.harness.inventory.open(root.branch);
    const node = root.branch.nodes.find(({ item }) => item.id === id);
    assert(node, `no row ${id}`);
    return node;
  }

  async renew(connected: Connected, id = 'access_token') {
    return this.harness.renewals.renew(await this.node(connected, id), unhurried());
  }

  dispose(): void {
    const values = [...this.harness.credentialStore.values.values()].flatMap((secrets) =>
      ['accessToken', 'refreshToken', 'idToken', 'clientSecret', 'clientKey', 'dpopKey'].flatMap(
        (name) => secrets[name]?.reveal() || [],
      ),
    );
    const { lines } = this.harness.logger;
    this.harness.dispose();
    assertNoSecretIn([lines], [...values, ...this.subject.secrets]);
  }
}
