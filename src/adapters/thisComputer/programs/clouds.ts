import type { ProgramFiles } from '../../../core/ports.ts';
import { envPathsConfig, goConfig, inFolder, portableXdg, roaming, xdg } from '../folders.ts';
import type { Program, ReadSignIns } from '../program.ts';
import { iniSections, jsonObject, netrcMachines, objectAt, textAt, valueAlone, yamlTexts } from '../texts.ts';
import { tokenOf, tokenOfPair, tokensIn } from '../tokens.ts';

/** Where programs run and data is kept. */
export const clouds: readonly Program[] = [
  {
    id: 'netrc',
    name: 'Heroku CLI and others (.netrc)',
    sources: [
      'https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html',
      'https://github.com/heroku/heroku-cli-command/pull/170',
    ],
    variables: [{ name: 'HEROKU_API_KEY', service: 'Heroku', hostVariables: ['HEROKU_HOST'] }],
    files: (machine) => [
      {
        path: machine.join(machine.home, machine.system === 'windows' ? '_netrc' : '.netrc'),
        read: netrc,
      },
    ],
  },
  {
    id: 'terraform',
    name: 'Terraform',
    sources: [
      'https://developer.hashicorp.com/terraform/cli/config/config-file',
      'https://developer.hashicorp.com/terraform/cli/commands/logout',
      'https://github.com/hashicorp/terraform/blob/main/internal/command/cliconfig/credentials.go',
    ],
    logout: 'forgets',
    variables: [{ name: 'TF_TOKEN_app_terraform_io', service: 'HCP Terraform' }],
    files: (machine) => [
      { path: machine.join(terraformFolder(machine), 'credentials.tfrc.json'), read: terraform },
    ],
  },
  {
    id: 'vercel',
    name: 'Vercel CLI',
    sources: ['https://github.com/vercel/vercel/blob/main/packages/cli-config/src/paths.ts'],
    variables: [{ name: 'VERCEL_TOKEN', service: 'Vercel' }],
    files: (machine) => [
      { path: machine.join(portableXdg(machine, 'data'), 'com.vercel.cli', 'auth.json'), read: vercel },
    ],
  },
  {
    id: 'wrangler',
    name: 'Wrangler (Cloudflare)',
    sources: [
      'https://developers.cloudflare.com/workers/wrangler/system-environment-variables/',
      'https://github.com/cloudflare/workers-sdk/blob/main/packages/workers-utils/src/global-wrangler-config-path.ts',
    ],
    variables: [{ name: 'CLOUDFLARE_API_TOKEN', service: 'Cloudflare' }],
    files: (machine) =>
      // The first where it is still there.
      [machine.home, portableXdg(machine, 'config')].map((folder) => ({
        path: machine.join(folder, '.wrangler', 'config', 'default.toml'),
        read: wrangler,
      })),
  },
  {
    id: 'doctl',
    name: 'doctl (DigitalOcean)',
    sources: ['https://github.com/digitalocean/doctl/blob/main/commands/doit.go'],
    variables: [
      {
        name: 'DIGITALOCEAN_ACCESS_TOKEN',
        service: 'DigitalOcean',
        hostVariables: ['DIGITALOCEAN_API_URL'],
      },
    ],
    files: (machine) => [{ path: machine.join(goConfig(machine), 'doctl', 'config.yaml'), read: doctl }],
  },
  {
    id: 'databricks',
    name: 'Databricks CLI',
    sources: [
      'https://docs.databricks.com/aws/en/dev-tools/auth/config-profiles',
      'https://github.com/databricks/databricks-sdk-go/blob/main/credentials/u2m/cache/file.go',
    ],
    files: (machine) => [
      {
        path: machine.variable('DATABRICKS_CONFIG_FILE') || machine.join(machine.home, '.databrickscfg'),
        read: databricksProfiles,
      },
      { path: machine.join(machine.home, '.databricks', 'token-cache.json'), read: databricksCache },
    ],
  },
  {
    id: 'fly',
    name: 'flyctl (Fly.io)',
    sources: ['https://github.com/superfly/flyctl/blob/master/internal/config/config.go'],
    variables: [
      { name: 'FLY_ACCESS_TOKEN', service: 'Fly.io' },
      { name: 'FLY_API_TOKEN', service: 'Fly.io' },
    ],
    files: (machine) => [{ path: machine.join(machine.home, '.fly', 'config.yml'), read: fly }],
  },
  {
    id: 'pulumi',
    name: 'Pulumi',
    sources: ['https://github.com/pulumi/pulumi/blob/master/sdk/go/common/workspace/creds.go'],
    variables: [
      {
        name: 'PULUMI_ACCESS_TOKEN',
        service: 'Pulumi',
        host: 'api.pulumi.com',
        hostVariables: ['PULUMI_BACKEND_URL'],
      },
    ],
    files: (machine) => {
      const folder = machine.variable('PULUMI_CREDENTIALS_PATH');
      return [
        {
          path: folder
            ? machine.join(folder, 'credentials.json')
            : inFolder(machine, 'PULUMI_HOME', ['.pulumi'], 'credentials.json'),
          read: pulumi,
          servers: (text) => {
            const current = textAt(jsonObject(text), 'current');
            return current === undefined ? [] : [URL.parse(current)?.host || current];
          },
        },
      ];
    },
  },
  {
    id: 'netlify',
    name: 'Netlify CLI',
    sources: [
      'https://github.com/netlify/cli/blob/main/src/lib/settings.ts',
      'https://github.com/netlify/cli/blob/main/src/utils/get-global-config-store.ts',
    ],
    variables: [{ name: 'NETLIFY_AUTH_TOKEN', service: 'Netlify' }],
    files: (machine) =>
      [envPathsConfig(machine, 'netlify'), machine.join(machine.home, '.netlify')].map((folder) => ({
        path: machine.join(folder, 'config.json'),
        read: netlify,
      })),
  },
  {
    id: 'railway',
    name: 'Railway CLI',
    sources: ['https://github.com/railwayapp/cli/blob/master/src/config.rs'],
    variables: [
      { name: 'RAILWAY_API_TOKEN', service: 'Railway' },
      { name: 'RAILWAY_TOKEN', service: 'Railway' },
    ],
    files: (machine) => [{ path: machine.join(machine.home, '.railway', 'config.json'), read: railway }],
  },
  {
    id: 'supabase',
    name: 'Supabase CLI',
    sources: ['https://github.com/supabase/cli/blob/develop/internal/utils/access_token.go'],
    variables: [{ name: 'SUPABASE_ACCESS_TOKEN', service: 'Supabase' }],
    files: (machine) => [
      {
        path: machine.join(machine.home, '.supabase', 'access-token'),
        read: supabase,
      },
    ],
  },
  {
    id: 'neon',
    name: 'Neon CLI (neonctl)',
    sources: ['https://neon.com/docs/reference/cli-auth'],
    variables: [{ name: 'NEON_API_KEY', service: 'Neon' }],
    files: (machine) => [
      {
        path: machine.join(xdg(machine, 'XDG_CONFIG_HOME', '.config'), 'neonctl', 'credentials.json'),
        read: (text) =>
          tokensIn(jsonObject(text), { key: 'credentials', server: 'neon.tech', service: 'Neon' }),
      },
    ],
  },
];

/** The Heroku CLI kept its token here until it took to the keychain, and leaves what is there. */
const netrc: ReadSignIns = (text) =>
  netrcMachines(text).flatMap(({ machine: server, login, password }) => {
    // The same token once more.
    if (server === 'git.heroku.com') {
      return [];
    }
    const isHeroku = server === 'api.heroku.com';
    return tokenOfPair(login, password, (account) => ({
      key: account === undefined ? server : `${server} ${account}`,
      server,
      ...(isHeroku && {
        service: 'Heroku',
        connects: { adapterId: 'shelf.heroku', baseUrl: `https://${server}` },
      }),
      ...(account !== undefined && { account }),
    }));
  });

function terraformFolder(machine: ProgramFiles): string {
  return machine.system === 'windows'
    ? machine.join(roaming(machine), 'terraform.d')
    : machine.join(machine.home, '.terraform.d');
}

const terraform: ReadSignIns = (text) => {
  const hosts = objectAt(jsonObject(text), 'credentials');
  return Object.keys(hosts).flatMap((host) =>
    tokenOf(textAt(hosts[host], 'token'), {
      key: host,
      server: host,
      ...(host === 'app.terraform.io' && { service: 'HCP Terraform' }),
      connects: { adapterId: 'shelf.hcp-terraform', baseUrl: `https://${host}/api/v2` },
    }),
  );
};

const vercel: ReadSignIns = (text) =>
  tokensIn(jsonObject(text), { key: 'auth', server: 'vercel.com', service: 'Vercel' }).map((signIn) => ({
    ...signIn,
    connects: { adapterId: 'shelf.vercel', baseUrl: 'https://api.vercel.com' },
  }));

const wrangler: ReadSignIns = (text) => {
  const texts = iniSections(text).get('');
  const tokens = {
    access: texts?.get('oauth_token') ?? texts?.get('api_token'),
    refresh: texts?.get('refresh_token'),
    expires: texts?.get('expiration_time'),
    scopes: texts
      ?.get('scopes')
      ?.replace(/["'[\]]/g, ' ')
      .trim(),
  };
  return tokensIn(tokens, { key: 'default', server: 'cloudflare.com', service: 'Cloudflare' });
};

/** The one of the context `default`, and those of the others by their name. */
const doctl: ReadSignIns = (text) =>
  [...yamlTexts(text)].flatMap(([path, value]) => {
    const [name = '', context] = path.split('\n');
    const isToken = name === 'access-token' || (name === 'auth-contexts' && context !== undefined);
    return isToken
      ? tokenOf(value, {
          key: context ?? name,
          server: 'digitalocean.com',
          service: 'DigitalOcean',
          ...(context !== undefined && { account: context }),
        })
      : [];
  });

const databricksProfiles: ReadSignIns = (text) =>
  [...iniSections(text)].flatMap(([profile, entries]) => {
    const url = URL.parse(entries.get('host') ?? '');
    return tokenOf(entries.get('token'), {
      key: profile,
      server: url?.host ?? profile,
      account: profile,
      ...(url?.protocol === 'https:' && {
        connects: { adapterId: 'shelf.databricks', baseUrl: url.origin },
      }),
    });
  });

/** By the address of the workspace, or by the name of a profile. */
const databricksCache: ReadSignIns = (text) => {
  const tokens = objectAt(jsonObject(text), 'tokens');
  return Object.keys(tokens).flatMap((key) =>
    tokensIn(tokens[key], { key, server: URL.parse(key)?.host || key }),
  );
};

const fly: ReadSignIns = (text) =>
  tokenOf(yamlTexts(text).get('access_token'), { key: 'access_token', server: 'fly.io', service: 'Fly.io' });

const pulumi: ReadSignIns = (text) => {
  const file = jsonObject(text);
  const tokens = objectAt(file, 'accessTokens');
  return Object.keys(tokens).flatMap((address) => {
    const url = URL.parse(address);
    const account = textAt(objectAt(objectAt(file, 'accounts'), address), 'username');
    return tokenOf(textAt(tokens, address), {
      key: address,
      server: url?.host || address,
      ...(url?.origin === 'https://api.pulumi.com' && { service: 'Pulumi' }),
      ...(account !== undefined && { account }),
      ...(url?.protocol === 'https:' && {
        connects: { adapterId: 'shelf.pulumi', baseUrl: url.origin },
      }),
    });
  });
};

const netlify: ReadSignIns = (text) => {
  const users = objectAt(jsonObject(text), 'users');
  return Object.keys(users).flatMap((id) => {
    const account = textAt(users[id], 'email', 'name');
    return tokenOf(textAt(objectAt(users[id], 'auth'), 'token'), {
      key: id,
      server: 'netlify.com',
      service: 'Netlify',
      ...(account !== undefined && { account }),
    });
  });
};

/** A file that holds the value alone. */
const supabase: ReadSignIns = (text) =>
  tokenOf(valueAlone(text, /^sbp_\w+$/), {
    key: 'access-token',
    server: 'supabase.com',
    service: 'Supabase',
  });

const railway: ReadSignIns = (text) =>
  tokenOf(textAt(objectAt(jsonObject(text), 'user'), 'token'), {
    key: 'user',
    server: 'railway.com',
    service: 'Railway',
  });
