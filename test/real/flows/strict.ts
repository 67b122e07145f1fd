import assert from 'node:assert/strict';
import { described } from '../../../src/adapters/oauth/discovery/server.ts';
import { signingKey } from '../../../src/adapters/oauth/protocol/keys.ts';
import * as library from '../../../src/adapters/oauth/protocol/library.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import type { Visit } from './oauthVisit.ts';

/** What servers for banks and health require: the request pushed, the tokens bound to a key, the client proven by one. */
export const strictFlows = {
  'gives nothing to a request that is not pushed, not bound to a key, or not proven by one': async (
    visit: Visit,
  ) => {
    const { settings } = await visit.harness.fill(visit.browser());
    const server = described(settings);
    const { secret } = visit.subject.clients;
    assert(
      server?.token_endpoint && server.authorization_endpoint && secret.clientAuth === 'private_key_jwt',
    );

    const page = new URL(server.authorization_endpoint);
    const redirect = { redirect_uri: visit.person.redirectUri, response_type: 'code', state: 'of-a-test' };
    const challenge = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' };
    const asked = { client_id: secret.clientId, ...redirect, ...challenge, scope: visit.subject.scopes };
    page.search = new URLSearchParams(asked).toString();
    const shown = await fetch(page, { redirect: 'manual' });
    const isRefused = shown.status >= 400 || /[?&]error=/.test(shown.headers.get('location') ?? '');
    assert(isRefused, `a request that was not pushed is answered with ${shown.status}`);

    const client = { client_id: secret.clientId };
    const proof = library.PrivateKeyJwt(await signingKey(new Secret(secret.clientKey), ['ES256']));
    const loopback = { [library.allowInsecureRequests]: true };
    const unbound = await library.clientCredentialsGrantRequest(server, client, proof, {}, loopback);
    assert.equal(unbound.status, 400);

    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: secret.clientId });
    const unsigned = await fetch(server.token_endpoint, { method: 'POST', body });
    assert([400, 401].includes(unsigned.status), String(unsigned.status));
  },

  'is asked by pushed requests, for tokens bound to a key, with proofs of the client': async (
    visit: Visit,
  ) => {
    const connected = await visit.harness.connect(visit.browser());
    const [page] = visit.person.pages;
    assert.deepEqual([...(page?.searchParams.keys() ?? [])].toSorted(), ['client_id', 'request_uri']);
    const [access] = await visit.rows(connected);
    const type = access?.fields.find(({ label }) => label === 'Token type');
    assert(type && 'text' in type);
    assert.equal(type.text, 'DPoP');
    const { dpopKey, clientKey, clientSecret } = visit.stored(connected) ?? {};
    assert(dpopKey && clientKey && !clientSecret);
    // Another window, which has the key from the secret storage.
    visit.harness.sessions.close(connected.connection.id);
    assert.equal((await visit.renew(connected)).kind, 'renewed');
  },
};

export const strictSentences: readonly string[] = Object.keys(strictFlows);

/** For servers that take any sign-in. */
export const notStrict: Readonly<Record<string, string>> = Object.fromEntries(
  strictSentences.map((sentence) => [sentence, 'it is set up to require neither']),
);
