import assert from 'node:assert/strict';
import { placesOf } from '../../../src/adapters/oauth/discovery/discovery.ts';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import { send } from '../../servers/loopback.ts';
import { type OidcServer, startOidc } from '../../servers/oidc.ts';
import { failure, unhurried } from '../harness.ts';
import { Bench, byHand, rows } from './bench.ts';

describe('An OAuth 2.0 server', () => {
  const bench = new Bench();
  const { anew, paste, describing } = bench;

  beforeEach(() => bench.begin());
  afterEach(() => bench.end());

  describe('is found', () => {
    it('where RFC 8414 and OpenID Connect put a description, with a path in the middle or in front', () => {
      assert.deepEqual(placesOf('https://id.example'), [
        'https://id.example/.well-known/oauth-authorization-server',
        'https://id.example/.well-known/openid-configuration',
      ]);
      assert.deepEqual(placesOf('https://id.example/tenant/'), [
        'https://id.example/.well-known/oauth-authorization-server/tenant',
        'https://id.example/tenant/.well-known/openid-configuration',
        'https://id.example/.well-known/openid-configuration/tenant',
        'https://id.example/tenant/.well-known/oauth-authorization-server',
      ]);
    });

    it('by the address of its description', async () => {
      const { account } = await bench.harness.signIn(
        paste({ issuer: `${bench.server.url}/.well-known/openid-configuration` }),
      );
      assert.equal(account.name, `robin at ${new URL(bench.server.url).host}`);
    });

    it('by endpoints entered by hand, when it answers every address with a page', async () => {
      bench.server.intercept(({ request, response }) => {
        const isPage = request.path.startsWith('/.well-known/');
        if (isPage) {
          send(response, { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!doctype html>' });
        }
        return isPage;
      });
      const { settings } = await bench.harness.signIn({ ...paste(), ...byHand(bench.server) });
      assert.equal(settings['.server'], 'by-hand');
    });

    it('not when its description is that of another server', async () => {
      describing((metadata) => ({ ...metadata, issuer: 'https://elsewhere.example' }));
      const error = await failure(bench.harness.signIn(paste()));
      assert.deepEqual([error.kind, error.code], ['configuration', 'issuer-mismatch']);
      assert.match(error.detail, /elsewhere\.example/);
    });

    it('not when the address of the description belongs to another issuer', async () => {
      const error = await failure(
        bench.harness.signIn(paste({ issuer: `${bench.server.url}/other/.well-known/openid-configuration` })),
      );
      assert.equal(error.kind, 'configuration');
    });

    it('not when it names an address that is neither https nor of this computer', async () => {
      describing((metadata) => ({ ...metadata, token_endpoint: 'http://id.example/token' }));
      assert.equal((await failure(bench.harness.signIn(paste()))).code, 'plain-http');
    });

    it('offers only what it describes', async () => {
      await anew({ without: ['deviceFlow', 'registration'] });
      describing((metadata) => ({ ...metadata, grant_types_supported: ['authorization_code'] }));
      await bench.harness.signIn(paste());
      const draft = await bench.harness.fill(paste());
      const step = (id: string) => bench.harness.adapter.form.find((candidate) => candidate.id === id);
      const method = step('method');
      assert(method?.kind === 'choice');
      const io = bench.harness.sessions.formIo(bench.harness.adapter, draft);
      const offered = await method.options(draft, io, unhurried());
      assert.deepEqual(
        offered.map(({ value }) => value),
        ['browser', 'paste'],
      );
      assert.equal(
        step('client')?.when?.({ ...draft, settings: { ...draft.settings, method: 'browser' } }),
        false,
      );
    });
  });

  describe('with endpoints at other addresses', () => {
    let elsewhere: OidcServer;

    beforeEach(async () => {
      elsewhere = await startOidc();
    });
    afterEach(() => elsewhere.stop());

    it('is talked to there once the user has agreed, and from then on', async () => {
      const tokens = elsewhere.grant();
      describing((metadata) => ({
        ...metadata,
        introspection_endpoint: `${elsewhere.url}/token/introspection`,
        revocation_endpoint: `${elsewhere.url}/token/revocation`,
      }));
      const connected = await bench.harness.connect(paste(tokens));
      assert.deepEqual(bench.person.trusted, [elsewhere.url]);
      assert.equal((await rows(connected))[0]?.status, 'active');
    });

    it('is not talked to there when the user does not agree', async () => {
      describing((metadata) => ({
        ...metadata,
        introspection_endpoint: `${elsewhere.url}/token/introspection`,
      }));
      bench.person.trust = async () => {
        throw new TokenManagerError('cancelled');
      };
      assert.equal((await failure(bench.harness.signIn(paste()))).kind, 'cancelled');
      assert.deepEqual(elsewhere.requests, []);
    });
  });
});
