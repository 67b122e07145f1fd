import assert from 'node:assert/strict';
import { described } from '../../../src/adapters/oauth/discovery/server.ts';
import type { Item } from '../../../src/core/model/item.ts';
import { failure, unhurried } from '../../contract/harness.ts';
import type { Workbench } from '../../e2e/workbench.ts';
import type { RealServer } from '../realServer.ts';
import { declareFlows } from './declare.ts';
import { grantFlows, isOver, signedInElsewhere } from './grants.ts';
import { type OAuthSubject, unproven } from './oauthSubject.ts';
import { Visit } from './oauthVisit.ts';
import { strictFlows } from './strict.ts';
import { addConnection, copied, named } from './workbench.ts';

function field(item: Item | undefined, label: string): string | undefined {
  const found = item?.fields.find((candidate) => candidate.label === label);
  return found && 'text' in found ? found.text : undefined;
}

const flows = {
  'is found by its issuer': async ({ harness, subject }: Visit) => {
    const { issuer, clients } = subject;
    const { settings } = await harness.fill({
      issuer,
      method: 'paste',
      ...clients.secret,
      accessToken: 'not-used',
      refreshToken: '',
    });
    const server = described(settings);
    assert.equal(server?.issuer.replace(/\/$/, ''), issuer.replace(/\/$/, ''));
    for (const endpoint of [
      server?.token_endpoint,
      server?.authorization_endpoint,
      server?.revocation_endpoint,
    ]) {
      assert.match(endpoint ?? 'none', /^https?:/);
    }
  },

  'signs in by the browser, back to a port of this computer': async (visit: Visit) => {
    const { harness, subject } = visit;
    const connected = await harness.connect(visit.browser());
    const [access, refresh] = await visit.rows(connected);
    assert.deepEqual([access?.id, refresh?.id], ['access_token', 'refresh_token']);
    assert.deepEqual([access?.status, access?.lifetime.kind], ['active', 'expires']);
    assert.deepEqual(access?.actions, ['revoke', 'renew']);
    if (subject.person !== undefined) {
      assert.equal(connected.connection.account.name, `${subject.person} at ${new URL(subject.issuer).host}`);
    }
  },

  'signs in as a client that has no secret': async (visit: Visit) => {
    const connected = await visit.harness.connect(visit.browser(visit.subject.clients.open));
    const [access, refresh] = await visit.rows(connected);
    assert.deepEqual([access?.id, refresh?.id], ['access_token', 'refresh_token']);
    assert.equal((await visit.renew(connected)).kind, 'renewed');
  },

  'signs in with a code on another device': async (visit: Visit) => {
    const { harness, person } = visit;
    let entering: Promise<void> | undefined;
    person.showDeviceCode = (code) => {
      person.codes.push(code);
      entering = person.enterCode();
    };
    const connected = await harness.connect(visit.device());
    await entering;
    assert.match(person.codes[0]?.code ?? '', /^[\w-]{4,}$/);
    assert.equal((await visit.rows(connected))[0]?.status, 'active');
  },

  'gets a token for the client alone, and another': async (visit: Visit) => {
    const connected = await visit.harness.connect(visit.clientAlone());
    const [access, ...others] = await visit.rows(connected);
    assert.deepEqual(
      [others.map(({ id }) => id), access?.status, access?.actions],
      [[], 'active', ['revoke', 'renew']],
    );
    assert.equal((await visit.renew(connected)).kind, 'renewed');
  },

  'registers a client of its own and signs in as it, also from another port': async (visit: Visit) => {
    const { harness, person, subject } = visit;
    const { issuer, scopes, registeredScopes = scopes } = subject;
    const { settings, secrets } = await harness.signIn({
      issuer,
      method: 'browser',
      wayBack: 'loopback',
      client: 'register',
      scopes: registeredScopes,
    });
    assert.notEqual(settings.clientId, '');
    assert(secrets.accessToken);
    person.redirectUri = 'http://127.0.0.1:50505/callback';
    const io = harness.sessions.signInIo(harness.adapter, { settings, secrets }, person);
    const again = await harness.adapter.signIn({ settings, secrets }, io, unhurried());
    assert(again.secrets.accessToken && !again.secrets.accessToken.equals(secrets.accessToken));
  },

  'shows what the server knows of a token': async (visit: Visit) => {
    const connected = await visit.harness.connect(visit.browser());
    const rows = await visit.rows(connected);
    for (const id of visit.subject.isAskedAbout) {
      const row = rows.find((item) => item.id === id);
      assert.equal(field(row, 'Client'), visit.subject.clients.secret.clientId);
      assert.match(field(row, 'Source') ?? '', /introspection/);
    }
  },

  'renews, and keeps what the server rotated': async (visit: Visit) => {
    const connected = await visit.harness.connect(visit.browser());
    const before = visit.stored(connected);
    const result = await visit.renew(connected);
    assert(result.kind === 'renewed' && result.item.status === 'active', result.kind);
    const after = visit.stored(connected);
    assert(before?.refreshToken && after?.refreshToken && before.accessToken);
    assert(!after.refreshToken.equals(before.refreshToken));
    assert(!after.accessToken?.equals(before.accessToken));
    assert.equal((await visit.renew(connected)).kind, 'renewed');
  },

  'says that a refresh token was used before': async (visit: Visit) => {
    const { harness } = visit;
    const connected = await harness.connect(visit.browser());
    const old = visit.stored(connected);
    await visit.renew(connected);
    await harness.connections.saveSecrets(connected.connection.id, { ...old });
    harness.sessions.close(connected.connection.id);
    const error = await failure(visit.renew(connected));
    assert.deepEqual([error.kind, error.code], ['unauthorized', 'invalid_grant']);
    await harness.inventory.refresh(connected.root.branch);
    assert.deepEqual(
      connected.root.branch.problems.map(({ kind, code }) => [kind, code]),
      [['unauthorized', 'invalid_grant']],
    );
  },

  'revokes an access token, which the server then does not accept': async (visit: Visit) => {
    const { harness, subject } = visit;
    const connected = await harness.connect(visit.browser());
    const value = visit.stored(connected)?.accessToken?.reveal() ?? '';
    assert(await subject.isLive(value));
    const result = await harness.revocations.revoke(await visit.node(connected, 'access_token'), unhurried());
    const isSeen = subject.isAskedAbout.includes('access_token');
    assert.deepEqual(result, { kind: isSeen ? 'revoked' : 'unverifiable' });
    assert(!(await subject.isLive(value)));
    assert.equal(visit.stored(connected)?.accessToken === undefined, isSeen);
  },

  'revokes a refresh token and the access token with it': async (visit: Visit) => {
    const { harness, subject } = visit;
    const connected = await harness.connect(visit.browser());
    const value = visit.stored(connected)?.accessToken?.reveal() ?? '';
    const result = await harness.revocations.revoke(
      await visit.node(connected, 'refresh_token'),
      unhurried(),
    );
    const isSeen = subject.isAskedAbout.includes('refresh_token');
    assert.deepEqual(result, { kind: isSeen ? 'revoked' : 'unverifiable' });
    assert(!(await subject.isLive(value)));
    assert.equal(visit.stored(connected)?.refreshToken === undefined, isSeen);
  },

  ...strictFlows,

  ...grantFlows,

  'tells a sign-in that the user declined': async (visit: Visit) => {
    visit.person.says = 'no';
    const error = await failure(visit.harness.signIn(visit.browser()));
    assert.deepEqual([error.kind, error.code], ['rejected', 'access_denied']);
    assert.match(error.detail, visit.subject.declined ?? /.?/);
  },

  'tells a client that cannot prove itself': async (visit: Visit) => {
    const { secret, alone = secret } = visit.subject.clients;
    const error = await failure(visit.harness.signIn(visit.clientAlone({ ...unproven(alone) })));
    assert.equal(error.kind, 'unauthorized');
    const signingIn = await failure(visit.harness.signIn(visit.browser({ ...unproven(secret) })));
    assert.equal(signingIn.kind, 'unauthorized');
  },

  'tells a scope that it does not know, in its own words': async (visit: Visit) => {
    const error = await failure(visit.harness.signIn(visit.browser({ scopes: 'openid no:such:scope' })));
    // Keycloak calls it an invalid request where the request is pushed.
    assert(['invalid_scope', 'invalid_request'].includes(error.code ?? ''), error.code);
    assert.match(error.detail, /scope/i);
  },

  'tells a client that it does not know': async (visit: Visit) => {
    const error = await failure(visit.harness.signIn(visit.clientAlone({ clientId: 'nobody-knows' })));
    assert.equal(error.kind, 'unauthorized');
  },
};

async function inWorkbench(workbench: Workbench, visit: Visit): Promise<void> {
  const { subject, person } = visit;
  const other = subject.tellsGrants ? await signedInElsewhere(visit) : undefined;
  const client = subject.clients.secret;
  const { clientId } = client;
  await addConnection(workbench, 'OAuth 2.0 server');
  await workbench.answer('Server address', subject.issuer);
  for (const endpoint of subject.undescribed ?? []) {
    await workbench.answer(endpoint);
  }
  await workbench.choose('Tokens', 'Sign in with the browser');
  await workbench.choose('Redirect', 'An address of this computer');
  if (!subject.registersNobody) {
    await workbench.choose('Client', 'Enter a client ID');
  }
  await workbench.answer('Client ID', clientId);
  if (client.clientAuth === 'private_key_jwt') {
    await workbench.choose('Client authentication', 'Proof made with a private key');
    await workbench.answer('Private key', client.clientKey);
  } else {
    await workbench.choose('Client authentication', 'Client secret in the header');
    await workbench.answer('Client secret', client.clientSecret);
  }
  await workbench.answer('Scopes', subject.scopes);
  await workbench.answer('Resource or audience');
  if (subject.administration !== undefined) {
    await workbench.answer('Administration address', subject.administration);
  }
  await person.visit(await copied(workbench, 'Copy the Address of the Page'));
  await named(workbench, 'OAuth 2.0 server');
  await workbench.row('Access token').waitFor();
  if (other) {
    await workbench.expand('Applications you have authorized');
    await workbench.row(clientId).waitFor();
    await workbench.menu(subject.clients.open.clientId, 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    await isOver(visit, other);
  }
  await workbench.menu('Access token', 'Renew Token', workbench.toast);
  await workbench.notice('was renewed');
  await workbench.idle();
  await workbench.menu('Refresh token', 'Revoke…');
  await workbench.confirm('Revoke');
  const isSeen = subject.isAskedAbout.includes('refresh_token');
  await workbench.notice(isSeen ? 'was revoked' : /accepted/);
}

export function declareOAuthFlows(server: RealServer<OAuthSubject>): void {
  declareFlows({ server, flows, begin: (subject) => new Visit(subject), inWorkbench });
}
