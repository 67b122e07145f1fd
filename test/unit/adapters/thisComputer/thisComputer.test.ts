import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { leakTables } from '../../../../src/adapters/leaks/tables.ts';
import { shelfAdapter } from '../../../../src/adapters/shelf/adapter.ts';
import { offerOf } from '../../../../src/adapters/shelf/entry.ts';
import { shelfEntries } from '../../../../src/adapters/shelf/index.ts';
import { thisComputer } from '../../../../src/adapters/thisComputer/adapter.ts';
import { placesOf } from '../../../../src/adapters/thisComputer/program.ts';
import { programs } from '../../../../src/adapters/thisComputer/programs.ts';
import type { FormStep } from '../../../../src/core/adapter/contract.ts';
import { plainItem } from '../../../../src/core/model/plainItem.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { itemLines } from '../../../../src/ui/tree/tooltip.ts';
import { projectRoot } from '../../../host/places.ts';
import { localize } from '../../fakes.ts';
import { wording } from '../../ui/wording.ts';
import { adapters } from '../brought.ts';
import { connect } from './connected.ts';
import { filesOf, soon, values } from './files.ts';
import { FakeMachine } from './machine.ts';

type ChoiceStep = Extract<FormStep, { readonly kind: 'choice' }>;

function optionsOf({ options }: ChoiceStep) {
  const io = { http: () => assert.fail(), clock: { now: () => 0, sleep: async () => undefined } };
  return options({ settings: {}, secrets: {} }, io, new AbortController().signal);
}

function formOf(adapterId: string): readonly string[] {
  const entry = shelfEntries.find((one) => offerOf(one).id === adapterId);
  const adapter = entry ? shelfAdapter(entry, localize) : adapters.find(({ id }) => id === adapterId);
  return (adapter?.form ?? []).map(({ id }) => id);
}

describe('This computer', () => {
  it('names the exact files and variables before it reads any', async () => {
    const machine = new FakeMachine(filesOf('/home/ann'));
    const adapter = thisComputer({
      machine,
      tables: async () => leakTables,
      http: () => assert.fail('nothing is sent'),
    })(localize);
    const [step] = adapter.form;
    assert(step?.kind === 'choice' && step.many);
    const options = await optionsOf(step);
    assert.deepEqual(machine.asked, []);
    const gh = options.find(({ value }) => value === 'gh');
    assert.equal(gh?.detail, '~/.config/gh/hosts.yml, GH_TOKEN, GITHUB_TOKEN');
    const remote = options.find(({ value }) => value === 'mcp-remote');
    assert.match(
      remote?.detail ?? '',
      /mcp-remote-\*\/\*_tokens\.json, .*mcp-remote-\*\/\*_client_info\.json$/,
    );
    machine.variables = { CODEX_HOME: '/home/annette/codex' };
    const codex = (await optionsOf(step)).find(({ value }) => value === 'codex');
    assert.match(codex?.detail ?? '', /^\/home\/annette\/codex\/auth\.json/);
    assert.equal(step.isOptional, false);
    const { rows } = await connect(machine, []);
    assert.deepEqual([rows, machine.asked], [[], []]);
  });

  it('lists what each program keeps: its server, account, accesses and end', async () => {
    const { root, rows } = await connect(new FakeMachine(filesOf('/home/ann')));
    assert.deepEqual(
      root.branch.nodes.map(({ item, branch }) => [item.name, branch.nodes.map((row) => row.item.name)]),
      [
        ['GitHub CLI (gh)', ['github.com', 'git.example.com:8443']],
        ['GitLab CLI (glab)', ['gitlab.com']],
        ['Git (credential store)', ['github.com', 'git.example.com']],
        ['npm', ['registry.npmjs.org']],
        ['Docker', ['https://index.docker.io/v1/']],
        ['Hugging Face CLI (hf)', ['huggingface.co', 'huggingface.co']],
        ['Claude Code', ['claude.ai', 'tracker']],
        ['Codex', ['OpenAI', 'ChatGPT', 'board']],
        ['opencode', ['anthropic', 'https://models.example.com', 'wiki']],
        ['mcp-remote', ['5d41402a', '5d41402a']],
        ['Heroku CLI and others (.netrc)', ['api.heroku.com', 'ftp.example.com']],
        ['Terraform', ['app.terraform.io']],
        ['Vercel CLI', ['vercel.com']],
        ['Wrangler (Cloudflare)', ['cloudflare.com']],
        ['doctl (DigitalOcean)', ['digitalocean.com', 'digitalocean.com']],
        ['Databricks CLI', ['example.cloud.databricks.com', 'other.cloud.databricks.com']],
        ['flyctl (Fly.io)', ['fly.io']],
        ['Pulumi', ['api.pulumi.com']],
        ['Netlify CLI', ['netlify.com']],
        ['Railway CLI', ['railway.com']],
        ['Supabase CLI', ['supabase.com']],
        ['Neon CLI (neonctl)', ['neon.tech']],
      ],
    );
    const named = (name: string) => rows.find(({ item }) => item.name === name)?.item;
    assert.equal(named('github.com')?.owner, 'ann');
    assert.deepEqual(named('anthropic')?.lifetime, { kind: 'expires', at: soon });
    // In seconds here, in milliseconds there.
    assert.deepEqual(named('wiki')?.lifetime, { kind: 'expires', at: soon });
    assert.deepEqual(named('board')?.lifetime, { kind: 'expires', at: soon });
    // It can be renewed: the end of its access token is not its own.
    assert.deepEqual(named('tracker')?.lifetime, { kind: 'unknown' });
    const { children } = named('tracker') ?? {};
    assert(children?.kind === 'inline');
    assert.deepEqual(
      children.items.map(({ name }) => name),
      ['issues:read', 'issues:write'],
    );
    assert.deepEqual(
      rows.flatMap(({ item }) => item.remark ?? []),
      ['left by version 0.1.9'],
    );
  });

  it('shows no value, nor what an address holds besides its host', async () => {
    const { rows } = await connect(new FakeMachine(filesOf('/home/ann')));
    const shown = JSON.stringify(
      rows.map((row) => [row.key, plainItem(row.item), rowView(row, wording), itemLines(row, wording)]),
    );
    for (const value of [...Object.values(values), 'planted-in-an-address']) {
      assert(!shown.includes(value) && !shown.includes(Buffer.from(value).toString('base64')), value);
    }
    assert.match(shown, /mcp\.example\.com/);
  });

  it('keeps what an address holds besides its place out of names and identifiers', async () => {
    const address = 'https://ann:planted@example.com/state?sig=planted';
    const machine = new FakeMachine({
      '/home/ann/.pulumi/credentials.json': JSON.stringify({ accessTokens: { [address]: values.pulumi } }),
      '/home/ann/.docker/config.json': JSON.stringify({
        auths: { [address]: { identitytoken: values.docker } },
      }),
      '/home/ann/.local/share/opencode/auth.json': JSON.stringify({
        [address]: { type: 'wellknown', token: values.opencodeKey },
      }),
    });
    machine.variables = { PULUMI_ACCESS_TOKEN: values.pulumi, PULUMI_BACKEND_URL: address };
    const { rows } = await connect(machine);
    assert.equal(rows.length, 4);
    const shown = JSON.stringify(rows.map((row) => [row.key, plainItem(row.item), itemLines(row, wording)]));
    assert(!shown.includes('planted'), shown);
    assert.match(shown, /https:\/\/example\.com\/state/);
  });

  it('keeps a password before a host, and a path that is a key, out of names and identifiers', async () => {
    const secret = 'planted0123456789planted';
    const host = `ann:${secret}@example.com`;
    const address = `https://example.com/s/${secret}/mcp`;
    const json = (value: unknown) => JSON.stringify(value);
    const machine = new FakeMachine({
      '/home/ann/.npmrc': `//${host}/:_authToken=${values.npm}`,
      '/home/ann/.docker/config.json': json({ auths: { [host]: { identitytoken: values.docker } } }),
      '/home/ann/.config/gh/hosts.yml': `${host}:\n  user: bob\n  oauth_token: ${values.gh}`,
      '/home/ann/.terraform.d/credentials.tfrc.json': json({
        credentials: { [host]: { token: values.terraform } },
      }),
      '/home/ann/.netrc': `machine ${host} login bob password ${values.netrc}`,
      '/home/ann/.claude/.credentials.json': json({
        mcpOAuth: {
          [`${address}|abc`]: { serverName: address, serverUrl: address, accessToken: values.mcp },
        },
      }),
    });
    const { rows } = await connect(machine);
    assert.equal(rows.length, 6);
    const shown = JSON.stringify(rows.map((row) => [row.key, plainItem(row.item), itemLines(row, wording)]));
    assert(!shown.includes(secret), shown);
    assert.match(shown, /example\.com bob/);
  });

  it('names each service that could be shown a token before the user allows that', async () => {
    const { adapter } = await connect(new FakeMachine({}));
    const step = adapter.form.find(
      (one): one is ChoiceStep => one.kind === 'choice' && one.id === 'accounts',
    );
    assert(step);
    const detail = (await optionsOf(step)).map((option) => option.detail ?? '').join('\n');
    const shown = leakTables.revocations.flatMap(({ probe, shapes }) => (probe ? shapes : []));
    for (const { id, service } of leakTables.shapes) {
      assert(!shown.includes(id) || detail.includes(service), service);
    }
  });

  it('revokes by value only where the file names that very service', async () => {
    const { rows } = await connect(new FakeMachine(filesOf('/home/ann')));
    const revocable = rows.filter(({ item }) => item.actions.includes('revoke'));
    assert.deepEqual(
      revocable.map(({ item }) => item.name),
      [
        'github.com',
        'gitlab.com',
        'github.com',
        'registry.npmjs.org',
        'huggingface.co',
        'huggingface.co',
        'tracker',
        'board',
        'wiki',
        'digitalocean.com',
      ],
    );
  });

  it('takes a variable for another server where its host says so', async () => {
    const machine = new FakeMachine({});
    machine.variables = { GH_TOKEN: values.variable };
    const { rows } = await connect(machine);
    assert.deepEqual(rows[0]?.item.actions, ['revoke']);
    machine.variables = { GH_TOKEN: values.variable, GH_HOST: 'git.example.com' };
    const other = await connect(machine);
    assert.deepEqual([other.rows[0]?.item.name, other.rows[0]?.item.actions], ['git.example.com', []]);
    for (const [host, name, actions] of [
      ['https://git.example.com', 'https://git.example.com', []],
      ['https://github.com', 'GitHub', ['revoke']],
    ] as const) {
      machine.variables = { GITHUB_TOKEN: values.variable, GITHUB_SERVER_URL: host };
      const { rows: inJob } = await connect(machine);
      assert.deepEqual(
        inJob.map(({ item }) => [item.name, item.actions]),
        [[name, actions]],
      );
    }
    for (const name of ['GITLAB_HOST', 'GL_HOST', 'GITLAB_URI', 'GITLAB_API_HOST']) {
      machine.variables = { GITLAB_TOKEN: values.glab, [name]: 'git.example.com' };
      const { rows: elsewhere } = await connect(machine);
      assert.deepEqual(
        elsewhere.map(({ item }) => [item.name, item.actions]),
        [['git.example.com', []]],
        name,
      );
    }
  });

  it('tells tokens apart that a file has for one account', async () => {
    const lines = [values.git, values.gh].map((value) => `https://ann:${value}@github.com`);
    const { rows } = await connect(new FakeMachine({ '/home/ann/.git-credentials': lines.join('\n') }));
    assert.equal(new Set(rows.map(({ item }) => item.id)).size, 2);
  });

  it('asks no address to revoke that is none of the web', async () => {
    for (const serverUrl of [
      'stdio:tracker',
      'file:///opt/tracker',
      'http://tracker.example.com',
      'tracker',
    ]) {
      const entry = { serverUrl, accessToken: values.mcp, clientId: 'desk' };
      const { rows } = await connect(
        new FakeMachine({
          '/home/ann/.claude/.credentials.json': JSON.stringify({ mcpOAuth: { tracker: entry } }),
        }),
      );
      const [row] = rows;
      assert(row);
      assert.deepEqual(row.item.actions, [], serverUrl);
    }
  });

  it('reads the chosen programs only, by their documented paths, and names a file that cannot be read', async () => {
    const machine = new FakeMachine(filesOf('/home/ann'));
    machine.broken = ['/home/ann/.npmrc'];
    const { root } = await connect(machine, ['npm', 'docker']);
    assert.deepEqual(machine.asked, ['/home/ann/.npmrc', '/home/ann/.docker/config.json']);
    assert.deepEqual(
      root.branch.problems.map(({ kind, detail }) => [kind, detail]),
      [['storage', '/home/ann/.npmrc']],
    );
    assert.deepEqual(
      root.branch.nodes.map(({ item }) => item.name),
      ['Docker'],
    );
  });

  it('follows the variables and the system that decide where a program keeps its files', () => {
    const machine = new FakeMachine({});
    machine.system = 'windows';
    machine.variables = {
      AppData: 'C:/Users/ann/AppData/Roaming',
      CODEX_HOME: 'D:/codex',
      NPM_CONFIG_USERCONFIG: 'D:/npmrc',
      MCP_REMOTE_CONFIG_DIR: 'D:/mcp',
      HF_TOKEN_PATH: 'D:/hf/token',
    };
    const places = programs.flatMap((program) => placesOf(program, machine));
    for (const place of [
      'C:/Users/ann/AppData/Roaming/GitHub CLI/hosts.yml',
      'D:/codex/auth.json',
      'D:/hf/token',
      'D:/hf/stored_tokens',
      'D:/npmrc',
      'D:/mcp/mcp-remote-*/*_tokens.json',
      '/home/ann/_netrc',
      'C:/Users/ann/AppData/Roaming/terraform.d/credentials.tfrc.json',
      'C:/Users/ann/AppData/Roaming/xdg.data/com.vercel.cli/auth.json',
      'C:/Users/ann/AppData/Roaming/xdg.config/.wrangler/config/default.toml',
      'C:/Users/ann/AppData/Roaming/doctl/config.yaml',
      'C:/Users/ann/AppData/Roaming/netlify/Config/config.json',
    ]) {
      assert(places.includes(place), place);
    }
  });

  it('has places on macOS of its own, too', () => {
    const machine = new FakeMachine({});
    machine.system = 'macos';
    const places = programs.flatMap((program) => placesOf(program, machine));
    for (const place of [
      '/home/ann/Library/Application Support/com.vercel.cli/auth.json',
      '/home/ann/Library/Preferences/.wrangler/config/default.toml',
      '/home/ann/Library/Application Support/doctl/config.yaml',
      '/home/ann/Library/Preferences/netlify/config.json',
      '/home/ann/.netrc',
    ]) {
      assert(places.includes(place), place);
    }
  });

  it('names the pages or sources of each program’s places, and each place in its documentation', () => {
    const page = readFileSync(join(projectRoot, 'docs', 'this-computer.md'), 'utf8');
    for (const program of programs) {
      const { id, name, sources, variables = [] } = program;
      assert(sources.length > 0 && sources.every((source) => source.startsWith('https://')), id);
      const row = page.split('\n').find((line) => line.startsWith(`| ${name} `));
      assert(row, name);
      for (const variable of variables) {
        assert(row.includes(`\`${variable.name}\``), variable.name);
      }
      for (const place of placesOf(program, new FakeMachine({}))) {
        assert(row.includes(place.split('/').at(-1) ?? place), `${name}: ${place}`);
      }
    }
  });

  it('offers to connect with a token to the service at the address that the file names, and to no other', async () => {
    const { core, rows } = await connect(new FakeMachine(filesOf('/home/ann')));
    const offered: unknown[] = [];
    for (const row of rows) {
      for (const choice of await core.handOvers.choices(row)) {
        if ('adapterId' in choice) {
          const { credential } = choice.known.secrets;
          assert(credential && !JSON.stringify(choice).includes(credential.reveal()));
          offered.push([choice.adapterId, choice.known.settings, credential.reveal()]);
        }
      }
    }
    const at = (baseUrl: string) => ({ baseUrl });
    assert.deepEqual(offered, [
      ['gitlab', at('https://gitlab.com'), values.glab],
      ['shelf.npm', at('https://registry.npmjs.org'), values.npm],
      ['shelf.heroku', at('https://api.heroku.com'), values.heroku],
      ['shelf.hcp-terraform', at('https://app.terraform.io/api/v2'), values.terraform],
      ['shelf.vercel', at('https://api.vercel.com'), values.vercel],
      ['shelf.databricks', at('https://example.cloud.databricks.com'), values.databricks],
      ['shelf.pulumi', at('https://api.pulumi.com'), values.pulumi],
    ]);
    // That there are those services, with these steps in their forms.
    for (const [id] of new Map(offered.map((one) => [Array.isArray(one) ? String(one[0]) : '', one]))) {
      const form = formOf(id);
      assert(form.includes('baseUrl') && form.includes('credential'), id);
    }
  });

  it('says whether others can read the file, shows it, and leads to a page of ours where it cannot revoke', async () => {
    const machine = new FakeMachine(filesOf('/home/ann'));
    machine.isOpenToOthers = true;
    const { core, rows } = await connect(machine);
    const npm = rows.find(({ item }) => item.name === 'registry.npmjs.org');
    assert(npm);
    assert.match(JSON.stringify(npm.item.fields), /Others on this computer can read the file","text":"yes"/);
    for (const choice of await core.handOvers.choices(npm)) {
      if ('run' in choice) {
        await choice.run();
      }
    }
    assert.deepEqual(machine.shown, ['/home/ann/.npmrc']);
    assert.deepEqual(machine.opened, [leakTables.pages.npm]);
  });

  it('passes over what is no such file, and over members of other types', async () => {
    const broken = [
      '',
      '{',
      'null',
      '[]',
      '{"auths":7,"tokens":[1],"mcpOAuth":{"a":null}}',
      ':\n  - a: b\n\t:',
      'machine\n[\n[]\n=\n[a]\nhf_token\nmacdef',
    ];
    for (const text of broken) {
      const files = Object.fromEntries(Object.keys(filesOf('/home/ann')).map((path) => [path, text]));
      const { rows, root } = await connect(new FakeMachine(files));
      assert.deepEqual([rows.length, root.branch.error], [0, undefined], text);
    }
  });
});
