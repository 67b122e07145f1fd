import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { ApiKeyStamper } from '@turnkey/api-key-stamper';
import { TurnkeyClient, TurnkeyRequestError } from '@turnkey/http';
import { startTurnkey, type TurnkeyServer } from '../../servers/turnkey.ts';

describe('the Turnkey sandbox, used through the vendor’s own client', () => {
  let server: TurnkeyServer;
  let client: TurnkeyClient;

  beforeEach(async () => {
    server = await startTurnkey();
    client = clientWith(server.credentials.publicKey, server.credentials.privateKey);
  });

  afterEach(() => server.stop());

  function clientWith(apiPublicKey: string, apiPrivateKey: string): TurnkeyClient {
    return new TurnkeyClient({ baseUrl: server.url }, new ApiKeyStamper({ apiPublicKey, apiPrivateKey }));
  }

  async function providers() {
    const { organizationId, userId } = server.credentials;
    return (await client.getOauthProviders({ organizationId, userId })).oauthProviders;
  }

  async function deletionOf(name: string) {
    const { organizationId, userId } = server.credentials;
    const doomed = (await providers()).find(({ providerName }) => providerName === name);
    const { activity } = await client.deleteOauthProviders({
      type: 'ACTIVITY_TYPE_DELETE_OAUTH_PROVIDERS',
      timestampMs: String(Date.now()),
      organizationId,
      parameters: { userId, providerIds: [doomed?.providerId ?? ''] },
    });
    return activity;
  }

  async function isListed(name: string): Promise<boolean> {
    return (await providers()).some(({ providerName }) => providerName === name);
  }

  it('tells who is calling', async () => {
    const { organizationId, userId } = server.credentials;
    assert.deepEqual(await client.getWhoami({ organizationId }), {
      organizationId,
      organizationName: 'Shopfront',
      userId,
      username: 'platform-admin',
    });
  });

  it('lists a user’s providers with every field the vendor requires', async () => {
    const rows = await providers();
    assert.deepEqual(
      rows.map(({ providerName }) => providerName),
      ['Google', 'Apple', 'Okta Workforce', 'GitLab CI', 'Auth0 staging'],
    );
    for (const { createdAt, updatedAt, issuer, audience, subject } of rows) {
      assert.match(createdAt.seconds, /^\d{10}$/);
      assert.match(updatedAt.nanos, /^\d+$/);
      assert.ok(issuer && audience && subject);
    }
  });

  it('lists users, sub-organisations page by page, and API keys', async () => {
    const { organizationId, userId } = server.credentials;
    const { users } = await client.getUsers({ organizationId });
    const first = await client.getSubOrgIds({ organizationId });
    const after = first.organizationIds.at(-1) ?? '';
    const second = await client.getSubOrgIds({ organizationId, paginationOptions: { limit: '100', after } });
    const { apiKeys } = await client.getApiKeys({ organizationId, userId });
    assert.equal(users.find((user) => user.userName === 'ci-robot')?.oauthProviders.length, 1);
    assert.equal(first.organizationIds.length, 10);
    assert.equal(new Set([...first.organizationIds, ...second.organizationIds]).size, 12);
    assert.equal(apiKeys[0]?.credential.publicKey, server.credentials.publicKey);
  });

  it('deletes a provider, and it is gone from the next list', async () => {
    const { status, result } = await deletionOf('Google');
    assert.equal(status, 'ACTIVITY_STATUS_COMPLETED');
    assert.equal(result.deleteOauthProvidersResult?.providerIds.length, 1);
    assert.equal(await isListed('Google'), false);
  });

  it('keeps a provider while its deletion is pending, and finishes after some polls', async () => {
    const { organizationId } = server.credentials;
    const { id, status } = await deletionOf('Apple');
    assert.equal(status, 'ACTIVITY_STATUS_PENDING');
    assert.equal(await isListed('Apple'), true);
    const seen: string[] = [];
    for (let poll = 0; poll < 3; poll += 1) {
      seen.push((await client.getActivity({ organizationId, activityId: id })).activity.status);
    }
    assert.deepEqual(seen, [
      'ACTIVITY_STATUS_PENDING',
      'ACTIVITY_STATUS_PENDING',
      'ACTIVITY_STATUS_COMPLETED',
    ]);
    assert.equal(await isListed('Apple'), false);
  });

  it('waits for consensus, rejects, or fails with a reason, and then the provider stays', async () => {
    const waiting = await deletionOf('Okta Workforce');
    const rejected = await deletionOf('GitLab CI');
    const failed = await deletionOf('Auth0 staging');
    assert.deepEqual(
      [waiting.status, rejected.status, failed.status],
      ['ACTIVITY_STATUS_CONSENSUS_NEEDED', 'ACTIVITY_STATUS_REJECTED', 'ACTIVITY_STATUS_FAILED'],
    );
    assert.match(failed.failure?.message ?? '', /policy engine/);
    assert.equal((await providers()).length, 5);
  });

  it('lets a parent read a sub-organisation but not change it', async () => {
    const parent = { organizationId: server.credentials.organizationId };
    const [organizationId = ''] = (await client.getSubOrgIds(parent)).organizationIds;
    const [user] = (await client.getUsers({ organizationId })).users;
    const deletion = () =>
      client.deleteOauthProviders({
        type: 'ACTIVITY_TYPE_DELETE_OAUTH_PROVIDERS',
        timestampMs: '1746736509954',
        organizationId,
        parameters: {
          userId: user?.userId ?? '',
          providerIds: [user?.oauthProviders[0]?.providerId ?? ''],
        },
      });
    await assert.rejects(deletion, refusedWith('REQUEST_NOT_AUTHORIZED'));
    server.state.subOrganizationDelete = 'mismatch';
    await assert.rejects(deletion, refusedWith('ORGANIZATION_MISMATCH'));
  });

  it('gives the same activity for the same bytes, and a new one for a new timestamp', async () => {
    const deletion = (await deletionBody('Okta Workforce')).replace('"0"', '"1"');
    const [first, same, other] = [
      await submit(deletion),
      await submit(deletion),
      await submit(deletion.replace('"1"', '"2"')),
    ];
    assert.deepEqual(first, same);
    assert.notDeepEqual(first, other);
    assert.equal(server.state.activities.length, 2);
  });

  it('wants digits in strings, and a page size too', async () => {
    const asNumber = (await deletionBody('Google')).replace('"0"', '0');
    assert.match(await submit(asNumber), /REQUEST_INVALID/);
    assert.equal(server.requests.at(-1)?.status, 400);
    const { organizationId } = server.credentials;
    const tooMany = { organizationId, paginationOptions: { limit: '101' } };
    await assert.rejects(client.getSubOrgIds(tooMany), refusedWith('REQUEST_INVALID'));
  });

  /** A deletion at the timestamp "0", as text. */
  async function deletionBody(name: string): Promise<string> {
    const { organizationId, userId } = server.credentials;
    const doomed = (await providers()).find(({ providerName }) => providerName === name);
    return JSON.stringify({
      type: 'ACTIVITY_TYPE_DELETE_OAUTH_PROVIDERS',
      timestampMs: '0',
      organizationId,
      parameters: { userId, providerIds: [doomed?.providerId ?? ''] },
    });
  }

  async function submit(body: string): Promise<string> {
    const { publicKey, privateKey } = server.credentials;
    const stamper = new ApiKeyStamper({ apiPublicKey: publicKey, apiPrivateKey: privateKey });
    const { stampHeaderName, stampHeaderValue } = await stamper.stamp(body);
    const response = await fetch(`${server.url}/public/v1/submit/delete_oauth_providers`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', [stampHeaderName]: stampHeaderValue },
      body,
    });
    return response.text();
  }

  it('refuses a key pair it does not know', async () => {
    const stranger = createECDH('prime256v1');
    stranger.generateKeys();
    client = clientWith(
      stranger.getPublicKey('hex', 'compressed'),
      stranger.getPrivateKey('hex').padStart(64, '0'),
    );
    await assert.rejects(providers, refusedWith('PUBLIC_KEY_NOT_FOUND'));
    assert.equal(server.requests.at(-1)?.status, 401);
  });

  it('refuses a stamp made for another body', async () => {
    const { organizationId, userId } = server.credentials;
    const { url, stamp } = await client.stampGetOauthProviders({ organizationId, userId });
    const response = await fetch(url, {
      method: 'POST',
      headers: { [stamp.stampHeaderName]: stamp.stampHeaderValue },
      body: JSON.stringify({ organizationId, userId, more: true }),
    });
    assert.equal(response.status, 401);
    assert.match(await response.text(), /SIGNATURE_INVALID/);
  });

  it('refuses a request without a stamp, and any method but POST', async () => {
    const url = `${server.url}/public/v1/query/whoami`;
    const unstamped = await fetch(url, { method: 'POST', body: '{}' });
    assert.equal(unstamped.status, 401);
    assert.match(await unstamped.text(), /SIGNATURE_MISSING/);
    assert.equal((await fetch(url)).status, 405);
  });
});

function refusedWith(code: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof TurnkeyRequestError && JSON.stringify(error.details).includes(`"${code}"`);
}
