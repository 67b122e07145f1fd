import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { oauth } from '../../../src/adapters/oauth/adapter.ts';
import { grantKinds } from '../../../src/adapters/oauth/grants/kinds.ts';
import { Secret } from '../../../src/core/model/secret.ts';
import { projectRoot } from '../../host/places.ts';
import {
  type GrantSandbox,
  type GrantServerName,
  grantServers,
  ownClient,
  startGrantServer,
} from '../../servers/grantServers.ts';
import { json, type Reply, send } from '../../servers/loopback.ts';
import { type AdapterContract, contractOver } from '../adapterContract.ts';
import { faultTable } from '../faults/faultTable.ts';
import {
  type Answers,
  activeOnly,
  everyRow,
  failure,
  Harness,
  type Row,
  readAll,
  unhurried,
} from '../harness.ts';

/** What differs from kind to kind; every kind of server that tells of grants has an entry, or a test of its own. */
interface Expected {
  readonly name: string;
  readonly section: string;
  readonly doomed: string;
  /** The last of the calls that end a row. */
  readonly isLastCall: RegExp;
  /** The credential's own row, where the server tells which it is. */
  readonly marksOwn: boolean;
  /** What is said of a token that may not read the list. */
  readonly missing?: RegExp;
}

const kinds: Readonly<Record<GrantServerName, Expected>> = {
  hydra: {
    name: 'Ory Hydra’s administration',
    section: 'applications',
    doomed: 'shop-desk',
    isLastCall: /\/sessions\/consent$/,
    marksOwn: true,
  },
  okta: {
    name: 'Okta’s API',
    section: 'applications',
    doomed: 'shop-desk',
    isLastCall: /\/grants$/,
    marksOwn: true,
    missing: /“okta\.users\.read”/,
  },
  authentik: {
    name: 'authentik’s API',
    section: 'authentik.refresh_tokens',
    doomed: '2',
    isLastCall: /\/refresh_tokens\/[^/]+\/$/,
    marksOwn: false,
    missing: /“goauthentik\.io\/api”/,
  },
};

for (const [id, expected] of Object.entries(kinds) as [GrantServerName, Expected][]) {
  const isListed = ({ path }: Row) => path.length === 2 && path[0].id === expected.section;

  const contract: AdapterContract = {
    async start(options) {
      const server = await startGrantServer(id, { ...options, isTogether: true });
      const { accessToken, clientSecret, administration } = server.credentials;
      return {
        factory: oauth,
        server,
        origins: server.origins,
        answers: server.answers,
        wrongAnswers: { ...server.answers, accessToken: 'of-another-server' },
        secrets: [accessToken, clientSecret, administration],
        empty: () => {
          server.state.grants = [];
        },
        isLive: ([section, row]) =>
          section.id === expected.section
            ? server.state.grants.some((grant) => grant.id === row?.id)
            : server.state.isTokenLive,
      };
    },
    credentialHeaders: ['authorization'],
    mayCarryCredential: ({ method }) => method === 'POST',
    branch: ({ path }) => path.length === 1 && path[0].id === expected.section,
    errorReply: grantServers[id].refusal,
    renews: true,
    ...(expected.marksOwn && { ownRow: ({ item }: Row) => item.id === ownClient }),
    revocations: [
      {
        title: 'what one application was granted',
        row: (row) => isListed(row) && row.item.id === expected.doomed,
        isMutation: ({ method, path }) => method === 'DELETE' && expected.isLastCall.test(path),
      },
    ],
  };

  contractOver('undici', expected.name, contract);
  faultTable('undici', expected.name, contract);

  describe(`What ${expected.name} tells of grants`, () => {
    let server: GrantSandbox;
    let harness: Harness;

    async function begin(options: Parameters<typeof startGrantServer>[1] = {}): Promise<void> {
      server = await startGrantServer(id, options);
      harness = new Harness(oauth);
    }

    async function end(): Promise<void> {
      harness.dispose();
      await server.stop();
    }

    beforeEach(() => begin());
    afterEach(end);

    it('is read to the last page, a row for each that can be ended', async () => {
      const { session } = await harness.connect(server.answers);
      const rows = (await everyRow(session)).filter(isListed);
      assert.deepEqual(
        rows.map(({ item }) => item.id),
        [...new Set(grantServers[id].ids)],
      );
    });

    it('is asked with its own credential only, and nothing else is told that one', async () => {
      const { session } = await harness.connect(server.answers);
      await everyRow(session);
      const { accessToken, administration } = server.credentials;
      const [issuer, api = issuer] = server.origins;
      const told = (value: string) =>
        new Set(
          server.requests
            .filter(({ headers }) => headers.authorization === `Bearer ${value}`)
            .map(({ origin }) => origin),
        );
      assert.deepEqual(told(accessToken), new Set(api === issuer ? [issuer] : []));
      assert.deepEqual(told(administration), new Set(api === issuer ? [] : [api]));
    });

    it('is not there where the server is of another kind', async () => {
      server.state.isOfThisKind = false;
      const { administration: _, administrationCredential: __, ...answers } = server.answers;
      const { session } = await harness.connect(answers);
      const { items } = await readAll(session, undefined);
      assert.deepEqual(
        items.map((item) => item.id),
        ['access_token'],
      );
    });

    const { missing } = expected;
    if (missing) {
      it('names the setting that is missing, and shows the tokens as before', async () => {
        await end();
        await begin({ scopes: ['openid'] });
        const { session } = await harness.connect(server.answers);
        const { items } = await readAll(session, undefined);
        assert.equal(items[0]?.status, 'active');
        const section = items.find((item) => item.id === expected.section);
        assert(section);
        const error = await failure(session.list([section], undefined, activeOnly, unhurried()));
        assert.equal(error.kind, 'forbidden');
        assert.match(error.detail, missing);
      });
    }
  });
}

describe('Ory Hydra’s administration', () => {
  it('is asked without a credential where none was entered, and says what a proxy before it wants', async () => {
    const server = await startGrantServer('hydra');
    const harness = new Harness(oauth);
    try {
      const { session } = await harness.connect({ ...server.answers, administrationCredential: '' });
      const { items } = await readAll(session, undefined);
      const section = items.find(({ id }) => id === 'applications');
      assert(section);
      const error = await failure(session.list([section], undefined, activeOnly, unhurried()));
      assert.deepEqual([error.kind, /another credential/.test(error.detail)], ['unauthorized', true]);
      assert.equal(server.requests.at(-1)?.headers.authorization, undefined);
    } finally {
      harness.dispose();
      await server.stop();
    }
  });

  /** Whether the form would ask for the credential, with this one stored. */
  async function isAskedFor(harness: Harness, answers: Answers, stored: string | undefined) {
    const { settings } = await harness.fill(answers);
    const secrets = stored === undefined ? {} : { administrationCredential: new Secret(stored) };
    const { form } = harness.adapter;
    const access = form.find(({ id }) => id === '.administrationAccess');
    const credential = form.find(({ id }) => id === 'administrationCredential');
    assert(access?.kind === 'choice' && credential && access.when?.({ settings, secrets }));
    const io = harness.sessions.formIo(harness.adapter, { settings, secrets });
    const [only, ...more] = await access.options({ settings, secrets }, io, unhurried());
    assert.deepEqual(more, []);
    return credential.when?.({ settings: { ...settings, [access.id]: only?.value ?? '' }, secrets });
  }

  it('has its credential asked for only where it takes neither none nor the one that is stored', async () => {
    const server = await startGrantServer('hydra');
    const harness = new Harness(oauth);
    const { administration } = server.credentials;
    const asked = (stored?: string) => isAskedFor(harness, server.answers, stored);
    try {
      assert.deepEqual(harness.adapter.keptSecrets, ['administrationCredential']);
      assert.deepEqual(
        [await asked(), await asked('of-another-one'), await asked(administration)],
        [true, true, false],
      );
      assert.equal((await harness.signIn(server.answers)).settings['.administrationAccess'], undefined);
      const answer = (reply: Reply) =>
        server.intercept(({ request, response }) => {
          const isIt = request.path.endsWith('/consent');
          if (isIt) {
            send(response, reply);
          }
          return isIt;
        });
      const restore = answer({ status: 503, body: '' });
      assert.deepEqual([await asked(), await asked(administration)], [true, false]);
      restore();
      answer(json(200, []));
      assert.equal(await asked(), false);
    } finally {
      harness.dispose();
      await server.stop();
    }
  });

  it('is asked about this user alone, whomever the page before names', async () => {
    const server = await startGrantServer('hydra');
    const harness = new Harness(oauth);
    try {
      const { session } = await harness.connect(server.answers);
      server.requests.length = 0;
      const restore = server.intercept(({ request, response }) => {
        const isList = request.path.endsWith('/consent');
        if (isList) {
          restore();
          send(response, json(200, [], { Link: '</consent?subject=another&page_token=1>; rel="next"' }));
        }
        return isList;
      });
      await everyRow(session);
      const asked = server.requests.filter(({ path }) => path.endsWith('/consent'));
      assert.deepEqual(
        asked.map(({ query }) => [query.get('page_token'), query.getAll('subject')]),
        [
          [null, ['robin']],
          ['1', ['robin']],
        ],
      );
    } finally {
      harness.dispose();
      await server.stop();
    }
  });

  it('merges the consents of one application, and says how many end with it', async () => {
    const server = await startGrantServer('hydra');
    const harness = new Harness(oauth);
    try {
      const { session } = await harness.connect(server.answers);
      const row = (await everyRow(session)).find(({ item }) => item.id === 'shop-desk');
      assert(row);
      assert.match(session.revocation?.reach(row.path).sentence ?? '', /\(2\)/);
    } finally {
      harness.dispose();
      await server.stop();
    }
  });
});

describe('Okta’s API', () => {
  it('is said to have revoked a part where it refuses the rest', async () => {
    const server = await startGrantServer('okta');
    const harness = new Harness(oauth);
    try {
      const { root, session } = await harness.connect(server.answers);
      const row = (await everyRow(session)).find(({ item }) => item.id === 'shop-desk');
      assert(row);
      server.intercept(({ request, response }) => {
        const isRest = request.method === 'DELETE' && request.path.endsWith('/grants');
        if (isRest) {
          send(response, json(403, { errorSummary: 'Grants are not yours to end' }));
        }
        return isRest;
      });
      const node = await harness.nodeAt(root, row.path);
      const error = await failure(harness.revocations.revoke(node, unhurried()));
      assert.equal(error.kind, 'forbidden');
      assert.match(error.detail, /^Only a part of it was revoked\. .*Grants are not yours to end/);
    } finally {
      harness.dispose();
      await server.stop();
    }
  });
});

describe('The kinds of servers that tell of grants', () => {
  it('are one file each, in a list, with a sandbox that the table runs', () => {
    const folder = join(projectRoot, 'src', 'adapters', 'oauth', 'grants');
    const shared = ['accountApi', 'administration', 'grantServer', 'kinds', 'parts', 'session'];
    const files = readdirSync(folder).map((file) => file.replace(/\.ts$/, ''));
    const own = files.filter((file) => !shared.includes(file)).toSorted();
    // Keycloak has a contract and a sandbox of its own.
    assert.deepEqual(own, [...Object.keys(kinds), 'keycloak'].toSorted());
    assert.equal(grantKinds.length, own.length);
  });
});
