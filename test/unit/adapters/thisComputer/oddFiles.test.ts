import assert from 'node:assert/strict';
import { plainItem } from '../../../../src/core/model/plainItem.ts';
import { rowView } from '../../../../src/ui/tree/rows.ts';
import { itemLines } from '../../../../src/ui/tree/tooltip.ts';
import { wording } from '../../ui/wording.ts';
import { connect } from './connected.ts';
import { filesOf, values } from './files.ts';
import { FakeMachine } from './machine.ts';

const home = '/home/ann';
const lines = (...all: string[]) => [...all, ''].join('\n');

async function rowsOf(
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
) {
  const machine = new FakeMachine(files);
  machine.variables = variables;
  return connect(machine);
}

/** As the file of npm names one. */
const variable = (name: string) => ['${', name, '}'].join('');
const glab = (...text: string[]) => ({ [`${home}/.config/glab-cli/config.yml`]: lines(...text) });

describe('A token that a program keeps in place of a name', () => {
  const token = values.git;
  const pair = (name: string, password: string) => Buffer.from(`${name}:${password}`).toString('base64');
  for (const [where, files] of [
    ['with a word for its password', { '.git-credentials': `https://${token}:x-oauth-basic@github.com` }],
    ['without a password', { '.git-credentials': `https://${token}@github.com` }],
    [
      'with another token’s shape in the password',
      { '.git-credentials': `https://${values.npm}:${token}@github.com` },
    ],
    ['in .netrc', { '.netrc': `machine api.heroku.com login ${token} password x-oauth-basic` }],
    ['at Docker', { '.docker/config.json': JSON.stringify({ auths: { a: { auth: pair(token, 'x') } } }) }],
    [
      'at Docker beside an identity token',
      {
        '.docker/config.json': JSON.stringify({
          auths: { a: { auth: pair(token, ''), identitytoken: values.docker } },
        }),
      },
    ],
    [
      'as the name of a user',
      { '.config/gh/hosts.yml': lines('github.com:', `  user: ${token}`, `  oauth_token: ${values.gh}`) },
    ],
    [
      'as a context',
      { '.config/doctl/config.yaml': lines('auth-contexts:', `  ${values.doctlOther}: ${values.doctl}`) },
    ],
    [
      'as a section',
      {
        '.cache/huggingface/stored_tokens': lines(
          `[${values.huggingFace}]`,
          `hf_token = ${values.huggingFaceOther}`,
        ),
      },
    ],
  ] as const) {
    it(`is not shown: ${where}`, async () => {
      const { rows } = await rowsOf(
        Object.fromEntries(Object.entries(files).map(([path, text]) => [`${home}/${path}`, text])),
      );
      assert.equal(rows.length, 1);
      const shown = JSON.stringify(
        rows.map((row) => [row.key, plainItem(row.item), rowView(row, wording), itemLines(row, wording)]),
      );
      for (const value of Object.values(values)) {
        assert(!shown.includes(value), shown);
      }
    });
  }

  it('is what is revoked', async () => {
    const { rows } = await rowsOf({
      [`${home}/.git-credentials`]: `https://${token}:x-oauth-basic@github.com`,
    });
    assert.deepEqual(
      rows.map(({ item }) => [item.owner, item.actions]),
      [[undefined, ['revoke']]],
    );
  });
});

describe('A variable of a program', () => {
  const isFor = async (
    files: Readonly<Record<string, string>>,
    variables: Readonly<Record<string, string>>,
  ) => {
    const { rows } = await rowsOf(files, variables);
    const [name = ''] = Object.keys(variables);
    const row = rows.find(({ item }) => item.id === `${name}#${name}`);
    assert(row);
    return [row.item.name, row.item.actions];
  };
  const variables = { GITLAB_TOKEN: values.glab };

  for (const [title, files, is, name] of [
    [
      'is for the service where its program knows no other server',
      glab('hosts:', '  gitlab.com:', '    user: ann'),
      ['revoke'],
      'GitLab',
    ],
    [
      'is for the server that its program uses by itself',
      glab('host: git.example.com'),
      [],
      'git.example.com',
    ],
    [
      'is for that server also where the service is among the others',
      glab('host: https://git.example.com/', 'hosts:', '  gitlab.com:', '    user: ann'),
      [],
      'git.example.com',
    ],
    [
      'may be for any other server that its program knows',
      glab('hosts:', '  gitlab.com:', '    user: ann', '  git.example.com:', '    user: ann'),
      [],
      'GitLab',
    ],
    [
      'may be for another address of the service’s interface',
      glab('hosts:', '  gitlab.com:', '    api_host: git.example.com'),
      [],
      'GitLab',
    ],
  ] as const) {
    it(title, async () => {
      assert.deepEqual(await isFor(files, variables), [name, is]);
    });
  }

  it('is for the servers that the file of npm gives it to, and for none else', async () => {
    const npm = { NPM_TOKEN: values.npm };
    const named = `//npm.example.com/:_authToken=${variable('NPM_TOKEN')}`;
    assert.deepEqual(await isFor({ [`${home}/.npmrc`]: named }, npm), ['npm.example.com', []]);
    assert.deepEqual(await isFor({ [`${home}/.npmrc`]: 'registry=https://npm.example.com/' }, npm), [
      'npm.example.com',
      [],
    ]);
    const own = `registry=https://npm.example.com/\n//registry.npmjs.org/:_authToken="${variable('NPM_TOKEN')}"`;
    assert.deepEqual(await isFor({ [`${home}/.npmrc`]: own }, npm), ['npm', ['revoke']]);
    assert.deepEqual(await isFor({}, { ...npm, npm_config_registry: 'https://npm.example.com' }), [
      'https://npm.example.com',
      [],
    ]);
  });

  it('may be for a host with data residence that its program is signed in to', async () => {
    const files = { [`${home}/.config/gh/hosts.yml`]: lines('octo.ghe.com:', '  user: ann') };
    assert.deepEqual(await isFor(files, { GH_TOKEN: values.variable }), ['GitHub', []]);
  });

  it('is sent nowhere where the file that would tell cannot be read', async () => {
    const machine = new FakeMachine(glab('host: git.example.com'));
    machine.broken = Object.keys(machine.files);
    machine.variables = variables;
    const { rows } = await connect(machine);
    assert.deepEqual(
      rows.map(({ item }) => [item.name, item.actions]),
      [['GitLab', []]],
    );
  });

  it('takes the tokens in files along to another server', async () => {
    const { rows } = await rowsOf(
      { [`${home}/.cache/huggingface/token`]: values.huggingFace },
      { HF_ENDPOINT: 'https://hub.example.com' },
    );
    assert.deepEqual(
      rows.map(({ item }) => [item.name, item.actions]),
      [['https://hub.example.com', []]],
    );
  });
});

describe('A file of a program', () => {
  it('is told of where it is not in the format that is known, never taken for an empty one', async () => {
    const paths = Object.keys(filesOf(home)).filter(
      (path) => /json$/.test(path) && !path.includes('client_info'),
    );
    paths.push(`${home}/.cache/huggingface/token`, `${home}/.supabase/access-token`);
    assert(paths.length > 12);
    for (const path of paths) {
      const { root } = await rowsOf({ [path]: '\u0001binary' });
      assert.deepEqual(
        root.branch.problems.map(({ kind, code, detail }) => [kind, code, detail]),
        [['storage', 'file-format', path]],
      );
    }
  });

  it('of glab tells where a token is sent, until when it is good, and stays where it was on every system', async () => {
    const machine = new FakeMachine(
      glab(
        'hosts:',
        '  gitlab.com:',
        `    token: ${values.glab} # of the proxy`,
        '    api_host: proxy.example.com:8443',
        '    subfolder: git',
        '  git.example.com:',
        `    token: ${values.mcp}`,
        '    is_oauth2: "true"',
        `    oauth2_refresh_token: ${values.mcpRefresh}`,
        '    oauth2_expiry_date: 01 Jan 30 00:00 UTC',
        '  empty.example.com:',
        '    token: null',
      ),
    );
    machine.system = 'macos';
    const { core, rows } = await connect(machine);
    assert.deepEqual(
      rows.map(({ item }) => [item.name, item.actions]),
      [
        ['proxy.example.com:8443', []],
        ['git.example.com', []],
      ],
    );
    const [row, oauth] = rows;
    assert(row && oauth);
    const [choice] = await core.handOvers.choices(row);
    assert(choice && 'known' in choice);
    assert.deepEqual(choice.known.settings, { baseUrl: 'https://proxy.example.com:8443/git' });
    assert.equal(choice.known.secrets.credential?.reveal(), values.glab);
    assert.match(
      JSON.stringify(oauth.item.fields),
      new RegExp(`Access token expires","at":${Date.UTC(2030, 0, 1)}`),
    );
  });

  it('gives no machine what .netrc has for all others', async () => {
    const { core, rows } = await rowsOf({
      [`${home}/.netrc`]: lines(
        `machine api.heroku.com account login login ann password ${values.heroku}`,
        `default login anonymous password ${values.netrc}`,
      ),
    });
    assert.deepEqual(
      rows.map(({ item }) => [item.name, item.owner]),
      [['api.heroku.com', 'ann']],
    );
    const [row] = rows;
    assert(row);
    const [choice] = await core.handOvers.choices(row);
    assert(choice && 'known' in choice);
    assert.equal(choice.known.secrets.credential?.reveal(), values.heroku);
  });

  it('that has several tokens for one account gives none the identifier of another when one of them goes', async () => {
    const path = `${home}/.git-credentials`;
    const written = (...tokens: string[]) => ({
      [path]: tokens.map((token) => `https://ann:${token}@github.com`).join('\n'),
    });
    const machine = new FakeMachine(written(values.git, values.gh, values.variable));
    const files: Record<string, string> = machine.files;
    const { core, root, rows } = await connect(machine);
    const before = rows.map(({ item }) => item.id);
    assert.equal(new Set(before).size, 3);
    Object.assign(files, written(values.ghes, values.variable, values.gh));
    await core.inventory.refresh(root.branch);
    const after = root.branch.nodes.flatMap(({ branch }) => branch.nodes.map(({ item }) => item.id));
    assert.deepEqual(after.slice(1), [before[2], before[1]]);
    assert(!before.includes(after[0] ?? ''));
  });
});
