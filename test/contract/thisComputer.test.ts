import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { leakTables } from '../../src/adapters/leaks/tables.ts';
import { thisComputer } from '../../src/adapters/thisComputer/adapter.ts';
import { programs } from '../../src/adapters/thisComputer/programs.ts';
import { ConnectionHttp } from '../../src/core/http/client.ts';
import type { LeakTables } from '../../src/core/leaks/leakedTokens.ts';
import type { Settings } from '../../src/core/model/item.ts';
import type { ProgramFiles } from '../../src/core/ports.ts';
import { filesOf, values } from '../unit/adapters/thisComputer/files.ts';
import { FakeMachine } from '../unit/adapters/thisComputer/machine.ts';
import { generousLimits, memoryCore } from '../unit/core/memoryCore.ts';
import { localize, MemoryLogger, SkippingClock } from '../unit/fakes.ts';
import { unhurried } from './harness.ts';
import { stacks } from './stacks.ts';

/** A service that revokes by value and an OAuth server, on loopback, which keep what reaches them. */
class Loopback {
  readonly received: { readonly path: string; readonly authorization: string; readonly body: string }[] = [];
  readonly dead = new Set<string>();
  url = '';
  userStatus = 200;
  /** What the OAuth server says where tokens are revoked. */
  revocationEndpoint = '';
  readonly #server: Server = createServer(
    (request, response) =>
      void this.#answer(request).then(({ status, body }) => {
        const headers = { 'content-type': 'application/json', 'x-oauth-scopes': 'repo, read:org' };
        response.writeHead(status, headers).end(body);
      }),
  );

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    assert(typeof address === 'object' && address);
    this.url = `http://127.0.0.1:${address.port}`;
    this.revocationEndpoint = `${this.url}/revoke`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage): Promise<{ readonly status: number; readonly body: string }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(Buffer.from(chunk));
    }
    const { url: path = '', headers } = request;
    const { authorization = '' } = headers;
    const body = Buffer.concat(chunks).toString();
    this.received.push({ path, authorization, body });
    if (path === '/user') {
      const isDead = this.dead.has(authorization.replace('Bearer ', ''));
      return { status: isDead ? 401 : this.userStatus, body: JSON.stringify({ login: 'ann-at-github' }) };
    }
    if (path === '/credentials/revoke') {
      const { credentials }: { credentials: string[] } = JSON.parse(body);
      for (const value of credentials) {
        this.dead.add(value);
      }
      return { status: 202, body: '{}' };
    }
    if (path.startsWith('/.well-known/')) {
      const { url } = this;
      return {
        status: 200,
        body: JSON.stringify({
          issuer: url,
          token_endpoint: `${url}/token`,
          authorization_endpoint: `${url}/authorize`,
          revocation_endpoint: this.revocationEndpoint,
          response_types_supported: ['code'],
        }),
      };
    }
    return { status: path === '/revoke' ? 200 : 404, body: '' };
  }
}

describe('What programs keep on this computer', () => {
  const loopback = new Loopback();
  let home: string;

  before(() => loopback.start());
  after(() => loopback.stop());
  beforeEach(() => {
    loopback.received.length = 0;
    loopback.dead.clear();
    loopback.userStatus = 200;
    home = mkdtempSync(join(tmpdir(), 'oauth-tokens-home-'));
    for (const [path, text] of Object.entries(filesOf(home, `${loopback.url}/mcp`))) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      chmodSync(path, 0o600);
    }
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const everything = () =>
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]);

  /** Files of the disk, and the tables with the address of the loopback in place of the service's. */
  async function connect(settings: Settings = { programs: programs.map(({ id }) => id) }) {
    const fake = new FakeMachine({});
    const machine: ProgramFiles = {
      ...fake,
      home,
      read: async (path) => {
        try {
          return { text: readFileSync(path, 'utf8'), isOpenToOthers: false };
        } catch {
          return undefined;
        }
      },
      names: async () => [],
    };
    const tables: LeakTables = {
      ...leakTables,
      revocations: leakTables.revocations.map((each) => ({ ...each, baseUrl: loopback.url })),
    };
    const clock = new SkippingClock();
    const logger = new MemoryLogger();
    const transport = stacks.undici();
    const adapter = thisComputer({
      machine,
      tables: async () => tables,
      http: (baseUrl) =>
        new ConnectionHttp([baseUrl], {
          adapterId: 'this-computer',
          transport: async () => transport,
          limits: () => generousLimits,
          clock,
          logger,
          random: () => 0.5,
        }).client(baseUrl),
    })(localize);
    const core = memoryCore([adapter], { clock, logger });
    await core.connections.add({
      adapterId: adapter.id,
      serviceName: adapter.displayName,
      label: adapter.displayName,
      account: { id: 'desk', name: 'desk' },
      settings,
      secrets: {},
    });
    const [root] = core.inventory.roots;
    assert(root);
    await core.inventory.open(root.branch);
    const row = (name: string) => {
      const found = root.branch.nodes
        .flatMap(({ branch }) => branch.nodes)
        .find(({ item }) => item.name === name);
      assert(found, name);
      return found;
    };
    return { core, row, logger };
  }

  it('is revoked by its value, seen dead, and left in its file to the byte', async () => {
    const before = everything();
    const { core, row, logger } = await connect();
    const { sentence } = await core.revocations.reach(row('github.com'));
    assert.match(sentence, /github\.com is sent to 127\.0\.0\.1/);
    assert.deepEqual(await core.revocations.revoke(row('github.com'), unhurried()), { kind: 'revoked' });
    assert.deepEqual([...loopback.dead], [values.gh]);
    assert.deepEqual([row('github.com').item.status, row('github.com').item.actions], ['revoked', []]);
    assert.deepEqual(everything(), before);
    const log = logger.lines.map(({ message }) => message).join('\n');
    assert(Object.values(values).every((value) => !log.includes(value)));
  });

  it('is told of anew when the program has signed in again since it was revoked', async () => {
    const { core, row } = await connect();
    await core.revocations.revoke(row('github.com'), unhurried());
    const hosts = join(home, '.config', 'gh', 'hosts.yml');
    writeFileSync(hosts, readFileSync(hosts, 'utf8').replaceAll(values.gh, values.variable));
    await core.inventory.refresh(row('github.com').parent);
    assert.deepEqual(
      [row('github.com').item.status, row('github.com').item.actions],
      ['unknown', ['revoke']],
    );
  });

  it('is revoked at its OAuth server with the stored client, by RFC 7009, and not said to be seen dead', async () => {
    const before = everything();
    const { core, row } = await connect();
    assert.deepEqual(await core.revocations.revoke(row('tracker'), unhurried()), { kind: 'unverifiable' });
    const sent = loopback.received.filter(({ path }) => path === '/revoke');
    assert.equal(sent.length, 1);
    assert.equal(new URLSearchParams(sent[0]?.body).get('token'), values.mcpRefresh);
    assert.match(sent[0]?.authorization ?? '', /^Basic /);
    assert(loopback.received.every(({ path }) => !path.includes('mcp')));
    assert.deepEqual(everything(), before);
  });

  /** Of an MCP server, with tokens and a client that are stored beside its address. */
  function keep(serverUrl: string, more: object) {
    const tracker = {
      serverName: 'tracker',
      serverUrl,
      clientId: 'client-1',
      accessToken: values.mcp,
      refreshToken: values.mcpRefresh,
      ...more,
    };
    writeFileSync(
      join(home, '.claude', '.credentials.json'),
      JSON.stringify({ mcpOAuth: { 'tracker|abc': tracker } }),
    );
  }

  it('goes to the server that issued it, and not to the one that it opens', async () => {
    const resource = new Loopback();
    await resource.start();
    try {
      const discoveryState = { authorizationServerUrl: loopback.url };
      keep(`${resource.url}/mcp`, { clientSecret: values.clientSecret, discoveryState });
      const { core, row } = await connect();
      const { sentence } = await core.revocations.reach(row('tracker'));
      assert(sentence.includes(new URL(loopback.url).host), sentence);
      await core.revocations.revoke(row('tracker'), unhurried());
      const sent = loopback.received.filter(({ path }) => path === '/revoke');
      assert.equal(new URLSearchParams(sent[0]?.body).get('token'), values.mcpRefresh);
      assert.deepEqual(resource.received, []);
    } finally {
      resource.stop();
    }
  });

  it('is the access token alone where the file does not say who issued it, for the server has seen no other', async () => {
    keep(`${loopback.url}/mcp`, {});
    const { core, row } = await connect();
    const { warnings } = await core.revocations.reach(row('tracker'));
    assert.match(warnings.join(), /The refresh token beside it is not sent/);
    await core.revocations.revoke(row('tracker'), unhurried());
    const sent = loopback.received
      .map(({ path, authorization, body }) => `${path} ${authorization} ${body}`)
      .join();
    assert(sent.includes(values.mcp) && !sent.includes(values.mcpRefresh), sent);
    // A secret of the client, too, is for its issuer alone.
    keep(`${loopback.url}/mcp`, { clientSecret: values.clientSecret });
    assert.deepEqual((await connect()).row('tracker').item.actions, []);
  });

  it('is sent to no other address that its server names', async () => {
    const { core, row } = await connect();
    loopback.revocationEndpoint = 'http://127.0.0.1:9/revoke';
    await assert.rejects(core.revocations.revoke(row('tracker'), unhurried()), { kind: 'configuration' });
    assert(loopback.received.every(({ path, body }) => path.startsWith('/.well-known/') && body === ''));
    loopback.revocationEndpoint = `${loopback.url}/revoke`;
  });

  const ask = { programs: ['gh', 'npm', 'docker', 'claude-code', 'terraform'], accounts: 'ask' };

  it('is shown to no service before the user has allowed that', async () => {
    const { row } = await connect();
    assert.deepEqual(loopback.received, []);
    assert.equal(row('github.com').item.status, 'unknown');
    await connect({ ...ask, accounts: 'no' });
    assert.deepEqual(loopback.received, []);
  });

  it('is shown, once allowed, to the service that file and shape both name, which tells whose it is', async () => {
    const { row } = await connect(ask);
    assert.deepEqual(
      loopback.received.map(({ path, authorization }) => [path, authorization]),
      [
        ['/user', `Bearer ${values.gh}`],
        ['/-/whoami', `Bearer ${values.npm}`],
      ],
    );
    const { status, owner, children } = row('github.com').item;
    // The file has said so before.
    assert.deepEqual([status, owner], ['active', 'ann']);
    assert(children.kind === 'inline');
    assert.deepEqual(
      children.items.map(({ name }) => name),
      ['repo', 'read:org'],
    );
    assert.equal(row('git.example.com:8443').item.status, 'unknown');
  });

  it('is said to be inactive, and not revoked again, where its service refuses it', async () => {
    loopback.dead.add(values.gh);
    const { row } = await connect(ask);
    const { status, actions } = row('github.com').item;
    assert.deepEqual([status, actions], ['inactive', []]);
  });

  it('is not known to be anything where its service answers otherwise, and the others are listed', async () => {
    loopback.userStatus = 404;
    const { row } = await connect(ask);
    const { status, actions } = row('github.com').item;
    assert.deepEqual([status, actions], ['unknown', ['revoke']]);
    assert.equal(row('app.terraform.io').item.status, 'unknown');
  });
});
