import assert from 'node:assert/strict';
import { codegen } from '../../src/adapters/codegen/index.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import type { Item, ItemPath } from '../../src/core/model/item.ts';
import { plainItem } from '../../src/core/model/plainItem.ts';
import type { Transport } from '../../src/core/ports.ts';
import { type CodegenServer, startCodegen } from '../servers/codegen.ts';
import { json, send } from '../servers/loopback.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { activeOnly, type Connected, everyRow, failure, Harness, readAll, unhurried } from './harness.ts';

describe('Codegen', () => {
  let server: CodegenServer;
  let harness: Harness;

  beforeEach(async () => {
    server = await startCodegen();
    harness = new Harness(codegen);
  });
  afterEach(async () => {
    harness.dispose();
    await server.stop();
  });

  const connect = () => harness.connect(answersFor(server));

  async function rows({ session }: Connected): Promise<readonly Item[]> {
    return (await readAll(session, undefined)).items;
  }

  describe('when connecting', () => {
    it('names the user and the organization', async () => {
      const { account, settings, secrets } = await harness.signIn(answersFor(server));
      assert.deepEqual(account, { id: '90210/4127', name: 'shopfront-dev in Shopfront' });
      assert.deepEqual(settings, {
        baseUrl: server.url,
        organization: '4127',
        organizationName: 'Shopfront',
      });
      assert.deepEqual(Object.keys(secrets), ['token']);
    });

    it('offers the organizations of all pages', async () => {
      const [shop] = server.state.organizations;
      assert(shop);
      for (let id = 1; id <= 250; id++) {
        server.state.organizations.push({ ...shop, id, name: `Organization ${id}` });
      }
      const { account } = await harness.signIn({ ...answersFor(server), organization: '250' });
      assert.equal(account.name, 'shopfront-dev in Organization 250');
    });

    it('does not ask where there is only one organization', async () => {
      server.state.organizations.splice(1);
      const { organization: _, ...answers } = answersFor(server);
      assert.equal((await harness.signIn(answers)).settings.organization, '4127');
    });

    it('says so when the token belongs to no organization', async () => {
      server.state.organizations = [];
      const error = await failure(harness.signIn(answersFor(server)));
      assert.deepEqual(
        [error.kind, error.detail],
        ['rejected', 'This API token belongs to no organization.'],
      );
    });

    it('does not take an organization that the token does not reach', async () => {
      const draft = await harness.fill(answersFor(server));
      const io = harness.sessions.formIo(harness.adapter, draft);
      const elsewhere = { ...draft, settings: { ...draft.settings, organization: '1' } };
      const error = await failure(harness.adapter.signIn(elsewhere, io, unhurried()));
      assert.equal(error.kind, 'notFound');
    });

    it('refuses a token with a line break in it before sending it', () => {
      const step = harness.adapter.form.find(({ id }) => id === 'token');
      assert(step?.kind === 'secret');
      const draft = { settings: {}, secrets: {} };
      assert.equal(step.validate?.('sk-good', draft), undefined);
      assert.notEqual(step.validate?.('sk-bad\n', draft), undefined);
      assert.notEqual(step.validate?.('', draft), undefined);
    });

    it('calls a connection without its token "credential missing"', async () => {
      const { connection } = await connect();
      await harness.credentialStore.write(connection.id, {});
      harness.sessions.close(connection.id);
      const error = await failure(harness.sessions.get(connection.id));
      assert.equal(error.kind, 'credentialMissing');
    });
  });

  describe('when listing', () => {
    it('shows connected providers without an expiry, then the other integrations', async () => {
      const shown = (await rows(await connect())).map(({ id, status, lifetime, actions }) => [
        id,
        status,
        lifetime.kind,
        ...actions,
      ]);
      assert.deepEqual(shown, [
        ['github', 'active', 'none', 'revoke'],
        ['slack', 'active', 'none', 'revoke'],
        ['linear', 'active', 'none', 'revoke'],
        ['figma', 'active', 'none', 'revoke'],
        ['clickup', 'active', 'none', 'revoke'],
        ['jira_user', 'inactive', 'none'],
        ['circleci', 'active', 'none'],
      ]);
    });

    it('tells a single integration on the row of its provider', async () => {
      const slack = (await rows(await connect())).find(({ id }) => id === 'slack');
      assert.deepEqual(slack?.fields, [
        { label: 'Integration', text: 'slack_user' },
        { label: 'Integration is active', text: 'yes' },
        { label: 'Token ID', text: '41271' },
        { label: 'team', text: 'Shopfront' },
      ]);
      assert.equal(slack.children.kind, 'none');
    });

    it('tells several integrations below it, without what looks secret', async () => {
      const linear = (await rows(await connect())).find(({ id }) => id === 'linear');
      assert(linear?.children.kind === 'inline');
      const [user, app] = linear.children.items;
      assert.deepEqual([user?.kind, user?.name, user?.identifier], ['token', 'linear_user', '41272']);
      assert.deepEqual(app?.fields, [
        { label: 'Integration', text: 'linear_app' },
        { label: 'Integration is active', text: 'yes' },
        { label: 'Installation ID', text: '2718' },
        { label: 'workspace', text: 'shopfront' },
      ]);
    });

    it('leaves out metadata that may be a credential, whatever its form', async () => {
      const circleci = shopOf(server).integrations.find(
        ({ integration_type }) => integration_type === 'circleci',
      );
      assert(circleci);
      circleci.metadata = {
        apiKey: 'abc',
        bot_token: 'abc',
        webhook_url: 'https://hooks.example/abc',
        database: 'postgres://user:abc@db.example/shop',
        nested: { name: 'abc' },
        list: ['abc'],
        project: 'gh/shopfront/web',
        builds: 12,
        beta: false,
      };
      const row = (await rows(await connect())).find(({ id }) => id === 'circleci');
      assert.deepEqual(
        row?.fields.slice(2).map((field) => ('text' in field ? `${field.label} ${field.text}` : '')),
        ['project gh/shopfront/web', 'builds 12', 'beta false'],
      );
    });

    for (const refusal of [403, 404] as const) {
      it(`shows the providers, and the problem, when the integrations answer ${refusal}`, async () => {
        const { session } = await connect();
        server.state.integrationsStatus = refusal;
        const { items, problems } = await readAll(session, undefined);
        assert.deepEqual(
          items.map(({ id }) => id),
          ['github', 'slack', 'linear', 'figma', 'clickup'],
        );
        const [problem, ...more] = problems;
        assert(problem instanceof TokenManagerError);
        assert.equal(problem.status, refusal);
        assert.notEqual(problem.detail, '');
        assert.deepEqual(more, []);
      });
    }

    it('is cancelled as a whole, not shown without its integrations', async () => {
      const { session } = await connect();
      const controller = new AbortController();
      server.intercept(({ request }) => {
        if (request.path.endsWith('/integrations')) {
          controller.abort();
          return true;
        }
        return false;
      });
      const error = await failure(session.list(undefined, undefined, activeOnly, controller.signal));
      assert.equal(error.kind, 'cancelled');
    });

    const readable: Readonly<Record<string, unknown>> = {
      'names in a list': ['github', 'linear'],
      'objects with "provider"': [{ provider: 'github', active: true }, { provider: 'linear' }],
      'objects with "name"': [{ name: 'github', is_active: true, id: 7 }, { name: 'linear' }],
      'names and objects mixed': ['github', { provider: 'linear', active: true }],
      'a name said twice': ['github', 'github', 'linear', { provider: 'linear', active: false }],
      'a list in a wrapper': { organization_id: 4127, providers: ['github', 'linear'] },
      'objects in a wrapper': { data: [{ provider: 'github' }, { provider: 'linear' }], ok: true },
      'a map to true': { github: true, linear: true },
      'a map to objects': { github: { active: true, since: 7 }, linear: { is_active: true } },
    };
    for (const [title, body] of Object.entries(readable)) {
      it(`reads a status of ${title}`, async () => {
        const connected = await connect();
        server.state.statusBody = () => body;
        const shown = (await rows(connected)).filter(({ actions }) => actions.includes('revoke'));
        assert.deepEqual(
          shown.map(({ id, status }) => [id, status]),
          [
            ['github', 'active'],
            ['linear', 'active'],
          ],
        );
      });
    }

    for (const [title, body] of Object.entries({
      objects: [{ provider: 'jira', active: false }],
      'a map to false': { jira: false },
      'a map to objects': { jira: { active: false } },
    })) {
      it(`shows a provider that a status of ${title} calls inactive, with nothing to revoke`, async () => {
        const connected = await connect();
        server.state.statusBody = () => body;
        const [jira] = await rows(connected);
        assert.deepEqual([jira?.id, jira?.status, jira?.actions], ['jira', 'inactive', []]);
      });
    }

    it('reads an empty list in a wrapper as empty', async () => {
      const connected = await connect();
      shopOf(server).integrations = [];
      server.state.statusBody = () => ({ providers: [] });
      assert.deepEqual(await rows(connected), []);
    });

    const unreadable: Readonly<Record<string, unknown>> = {
      'an empty object': {},
      'a message': { message: 'nothing to see' },
      'numbers in a list': [7],
      'an empty name': [''],
      'an object without a name': [{ id: 7 }],
      'two lists': { connected: ['github'], disconnected: ['jira'] },
      'a map to objects that say nothing': { github: { id: 7 } },
      'a map to nothing': { github: null },
      'a list in a list': [['github']],
    };
    for (const [title, body] of Object.entries(unreadable)) {
      it(`calls a status of ${title} an error, not an empty list`, async () => {
        const { session } = await connect();
        server.state.statusBody = () => body;
        assert.equal((await failure(readAll(session, undefined))).kind, 'protocol');
      });
    }

    it('names an organization and its integrations to the last digit', async () => {
      const { session } = await connect();
      server.intercept(({ request, response, answer }) => {
        if (!request.path.endsWith('/integrations')) {
          return false;
        }
        const body =
          '{"integrations":[{"integration_type":"slack","active":true,"token_id":653247040368672769}]}';
        send(response, { ...answer(), body });
        return true;
      });
      const { items } = await readAll(session, undefined);
      const fields = items.flatMap(({ fields: own }) => own);
      assert(fields.some((field) => 'text' in field && field.text === '653247040368672769'));
    });

    it('shows the other integrations beside one that cannot be read, and says so', async () => {
      const { session } = await connect();
      const before = (await readAll(session, undefined)).items.length;
      server.intercept(({ request, response, answer }) => {
        if (!request.path.endsWith('/integrations')) {
          return false;
        }
        const { integrations } = JSON.parse(String(answer().body));
        send(response, json(200, { integrations: [...integrations, { integration_type: '' }] }));
        return true;
      });
      const { items, problems } = await readAll(session, undefined);
      assert.deepEqual([items.length, problems.length], [before, 1]);
    });

    it('does not show a provider as active whose token was revoked', async () => {
      const { session } = await connect();
      const row = (await readAll(session, undefined)).items.find(({ id }) => id === 'linear');
      assert(row);
      await session.revocation?.revoke([row], unhurried());
      const after = (await readAll(session, undefined)).items.find(({ id }) => id === 'linear');
      assert.equal(after?.status ?? 'inactive', 'inactive');
    });

    it('does not take a 200 with an error for an accepted revocation', async () => {
      const { session } = await connect();
      const row = (await readAll(session, undefined)).items.find(({ id }) => id === 'linear');
      assert(row);
      server.intercept(({ request, response }) => {
        if (request.method !== 'POST') {
          return false;
        }
        send(response, json(200, { error: 'not today' }));
        return true;
      });
      const error = await failure(session.revocation?.revoke([row], unhurried()) ?? Promise.resolve());
      assert.deepEqual([error.kind, error.detail], ['rejected', 'not today']);
    });

    it('tells a refusal inside a 200 in the words of the service', async () => {
      const { session } = await connect();
      server.state.statusBody = () => ({
        detail: [{ loc: ['query'], msg: 'Field required', type: 'missing' }],
      });
      const { kind, detail } = await failure(readAll(session, undefined));
      assert.deepEqual([kind, detail], ['rejected', 'Field required']);
    });

    it("puts FastAPI's 422 in words", async () => {
      const { session } = await connect();
      const detail = [
        { type: 'missing', loc: ['query', 'org_id'], msg: 'Field required', input: null },
        { type: 'int_parsing', loc: ['path', 'org_id'], msg: 'Input should be a valid integer', input: 'x' },
      ];
      server.intercept(({ response }) => {
        send(response, json(422, { detail }));
        return true;
      });
      const error = await failure(readAll(session, undefined));
      assert.deepEqual(
        [error.kind, error.detail],
        ['rejected', 'org_id: Field required; org_id: Input should be a valid integer'],
      );
    });

    for (const body of [{ detail: 'Why not' }, { message: 'Why not' }, { error: 'Why not' }]) {
      it(`finds the vendor's words in ${Object.keys(body)}`, async () => {
        const { session } = await connect();
        server.intercept(({ response }) => {
          send(response, json(403, body));
          return true;
        });
        assert.equal((await failure(readAll(session, undefined))).detail, 'Why not');
      });
    }
  });

  describe('when revoking', () => {
    it('says that all tokens of the provider are hit, and where', async () => {
      const { session } = await connect();
      const linear = await row(session, 'linear');
      const reach = session.revocation?.reach(linear);
      assert.equal(
        reach?.sentence,
        'ALL of your tokens for “linear” in the organization “Shopfront” are marked inactive, not just one.',
      );
      assert.equal(reach.warnings.length, 1);
    });

    it('takes every token of the provider, and no other, with a query and no body', async () => {
      const { session } = await connect();
      await session.revocation?.revoke(await row(session, 'linear'), unhurried());
      const { tokens } = shopOf(server);
      assert(tokens.filter(({ provider }) => provider === 'linear').every(({ active }) => !active));
      assert(tokens.some(({ provider, active }) => provider === 'github' && active));
      const sent = server.requests.find(({ method }) => method === 'POST');
      assert.equal(sent?.path, '/v1/oauth/tokens/revoke');
      assert.deepEqual(
        [...(sent?.query ?? [])],
        [
          ['provider', 'linear'],
          ['org_id', '4127'],
        ],
      );
      assert.equal(sent?.body, '');
    });

    it('believes the status call, not an integration of the same name that stays', async () => {
      const { root, session } = await connect();
      const path = await row(session, 'github');
      const node = await harness.nodeAt(root, path);
      assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'revoked' });
      assert.deepEqual([node.item.status, node.item.actions], ['active', []]);
      assert.equal(node.item.remark, 'no OAuth token of yours');
    });

    it('says so when the provider is still listed afterwards', async () => {
      const { root, session } = await connect();
      server.state.statusBody = () => ['linear'];
      const node = await harness.nodeAt(root, await row(session, 'linear'));
      assert.deepEqual(await harness.revocations.revoke(node, unhurried()), { kind: 'stillListed' });
    });

    it('finds a row below a provider when it is read alone', async () => {
      const { session } = await connect();
      const below = (await everyRow(session)).find(({ item }) => item.name === 'linear_app');
      assert(below);
      const read = await session.read?.(below.path, unhurried());
      assert.deepEqual(read && plainItem(read), plainItem(below.item));
    });

    it('hits exactly the provider whose name is hostile', async () => {
      await server.stop();
      server = await startCodegen({ hostile: true });
      const { session } = await connect();
      const providers = (await everyRow(session)).filter(({ item }) => item.actions.includes('revoke'));
      for (const { path, item } of providers) {
        server.requests.length = 0;
        const revoking = session.revocation?.revoke(path, unhurried()) ?? Promise.resolve();
        if (item.id.isWellFormed()) {
          await revoking;
          assert.equal(server.requests[0]?.query.get('provider'), item.id);
        } else {
          // A URL cannot hold it: what arrived would be another name.
          assert.equal((await failure(revoking)).kind, 'configuration');
          assert.deepEqual(server.requests, []);
        }
      }
    });
  });

  describe("at the vendor's own address", () => {
    const rest = { token: 'sk-sample', organization: '4127' };

    for (const status of [404, 410]) {
      it(`says that the service may be gone when it answers ${status}`, async () => {
        const gone: Transport = { send: async () => ({ status, headers: {}, body: '' }) };
        const error = await failure(new Harness(codegen, new SkippingClock(), gone).signIn(rest));
        assert.deepEqual([error.kind, error.status], ['notFound', status]);
        assert.match(error.detail, /may have been shut down/);
      });
    }

    it('says so too when there is no connection to it', async () => {
      const nowhere: Transport = {
        send: async () => {
          throw new TokenManagerError('network', '', { code: 'ENOTFOUND' });
        },
      };
      const error = await failure(new Harness(codegen, new SkippingClock(), nowhere).signIn(rest));
      assert.deepEqual([error.kind, error.code], ['network', 'ENOTFOUND']);
      assert.match(error.detail, /may have been shut down/);
    });

    it("opens the vendor's page there, and none for an installation of one's own", async () => {
      const { settings, secrets } = await harness.signIn(answersFor(server));
      const open = (baseUrl: string) => {
        const config = { settings: { ...settings, baseUrl }, secrets };
        const io = harness.sessions.formIo(harness.adapter, config);
        return harness.adapter.open(config, {
          ...io,
          readSecrets: async () => ({}),
          saveSecrets: async () => undefined,
        });
      };
      assert.equal(open(server.url).webPage, undefined);
      assert.equal(open('https://api.codegen.com').webPage, 'https://codegen.com/integrations');
    });

    it('does not speculate about an installation that has moved', async () => {
      server.intercept(({ response }) => {
        send(response, json(404, { detail: 'Not Found' }));
        return true;
      });
      const error = await failure(connect());
      assert.deepEqual(
        [error.kind, error.detail],
        ['notFound', 'There is no Codegen API at this address. The server says: Not Found'],
      );
    });
  });
});

function answersFor({ url, credentials }: CodegenServer) {
  return { baseUrl: url, token: credentials.token, organization: String(credentials.organizationId) };
}

function shopOf({ state, credentials }: CodegenServer) {
  const shop = state.organizations.find(({ id }) => id === credentials.organizationId);
  assert(shop);
  return shop;
}

async function row(session: Connected['session'], id: string): Promise<ItemPath> {
  const found = (await everyRow(session)).find(({ path }) => path.length === 1 && path[0].id === id);
  assert(found, `no row ${id}`);
  return found.path;
}
