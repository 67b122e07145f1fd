import type { ProgramFiles } from '../../../core/ports.ts';
import { xdg } from '../folders.ts';
import type { Program, ReadSignIns } from '../program.ts';
import type { LocalSignIn } from '../signIn.ts';
import { yamlTexts } from '../texts.ts';
import { tokenOf, tokenOfPair, tokensIn } from '../tokens.ts';

/** Where source code lives. */
export const forges: readonly Program[] = [
  {
    id: 'gh',
    name: 'GitHub CLI (gh)',
    sources: [
      'https://cli.github.com/manual/gh_help_environment',
      'https://cli.github.com/manual/gh_auth_login',
      'https://cli.github.com/manual/gh_auth_logout',
    ],
    logout: 'forgets',
    variables: [
      { name: 'GH_TOKEN', service: 'GitHub', host: 'github.com', hostVariables: ['GH_HOST'] },
      {
        name: 'GITHUB_TOKEN',
        service: 'GitHub',
        host: 'github.com',
        // The second is set where GitHub Enterprise Server runs a job or a codespace:
        // https://docs.github.com/en/actions/reference/workflows-and-actions/variables
        hostVariables: ['GH_HOST', 'GITHUB_SERVER_URL'],
      },
    ],
    files: (machine) => [
      { path: machine.join(ghFolder(machine), 'hosts.yml'), read: ghHosts, servers: ghServers },
    ],
  },
  {
    id: 'glab',
    name: 'GitLab CLI (glab)',
    sources: ['https://gitlab.com/gitlab-org/cli#configuration', 'https://docs.gitlab.com/cli/auth/logout/'],
    logout: 'forgets',
    variables: ['GITLAB_TOKEN', 'GITLAB_ACCESS_TOKEN', 'OAUTH_TOKEN'].map((name) => ({
      name,
      service: 'GitLab',
      host: 'gitlab.com',
      hostVariables: ['GITLAB_HOST', 'GL_HOST', 'GITLAB_URI', 'GITLAB_API_HOST'],
    })),
    files: (machine) =>
      glabFolders(machine).map((folder) => ({
        path: machine.join(folder, 'config.yml'),
        read: glabConfig,
        servers: glabServers,
      })),
  },
  {
    id: 'git',
    name: 'Git (credential store)',
    sources: ['https://git-scm.com/docs/git-credential-store'],
    files: (machine) => [
      { path: machine.join(machine.home, '.git-credentials'), read: gitCredentials },
      {
        path: machine.join(xdg(machine, 'XDG_CONFIG_HOME', '.config'), 'git', 'credentials'),
        read: gitCredentials,
      },
    ],
  },
];

function ghFolder(machine: ProgramFiles): string {
  const own = machine.variable('GH_CONFIG_DIR');
  const config = machine.variable('XDG_CONFIG_HOME');
  const appData = machine.system === 'windows' ? machine.variable('AppData') : undefined;
  return (
    own ||
    (config && machine.join(config, 'gh')) ||
    (appData && machine.join(appData, 'GitHub CLI')) ||
    machine.join(machine.home, '.config', 'gh')
  );
}

/** It goes on with the older folder, the first one, on every system where that has a file. */
function glabFolders(machine: ProgramFiles): readonly string[] {
  const own = machine.variable('GLAB_CONFIG_DIR');
  if (own) {
    return [own];
  }
  const usual = machine.join(machine.home, '.config');
  const local = machine.system === 'windows' ? machine.variable('LOCALAPPDATA') : undefined;
  const config =
    machine.variable('XDG_CONFIG_HOME') ||
    local ||
    (machine.system === 'macos' ? machine.join(machine.home, 'Library', 'Application Support') : usual);
  return [...new Set([usual, config].map((folder) => machine.join(folder, 'glab-cli')))];
}

/** Only without a keyring, or with `--insecure-storage`. */
const ghHosts: ReadSignIns = (text) => {
  const texts = yamlTexts(text);
  return [...texts].flatMap(([path, value]) => {
    const [host = '', ...below] = path.split('\n');
    if (below.at(-1) !== 'oauth_token') {
      return [];
    }
    const account = below[0] === 'users' ? below[1] : texts.get(`${host}\nuser`);
    // The file repeats the token of the active account.
    const isRepeated =
      below.length === 1 && [...texts].some(([other, same]) => other !== path && same === value);
    return isRepeated ? [] : ofHost(host, value, account);
  });
};

/** https://cli.github.com/manual/gh_help_environment: its variables are for these hosts, too. */
const ghServers = (text: string): readonly string[] => [
  'github.com',
  ...[...yamlTexts(text).keys()].map(hostIn).filter((host) => host.endsWith('.ghe.com')),
];

function hostIn(path: string): string {
  return path.split('\n').at(0) ?? '';
}

/** A variable of it is used for whichever of its hosts a repository is of. */
const glabServers = (text: string): readonly string[] => {
  const texts = yamlTexts(text);
  const main = texts.get('host') ?? 'gitlab.com';
  const hosts = [...texts].flatMap(([path, value]) => {
    const [name, host = '', member] = path.split('\n');
    return name !== 'hosts' ? [] : member === 'api_host' ? [value] : [host];
  });
  return [URL.parse(main)?.host || main, ...hosts];
};

const glabConfig: ReadSignIns = (text) => {
  const texts = yamlTexts(text);
  return [...texts].flatMap(([path, value]) => {
    const [hosts, host = '', name] = path.split('\n');
    if (hosts !== 'hosts' || name !== 'token') {
      return [];
    }
    const about = (member: string) => texts.get(`hosts\n${host}\n${member}`);
    // It sends the token there and not to the host.
    const api = about('api_host') ?? host;
    if (about('is_oauth2') === 'true') {
      // Such a token goes into another header than the one that a connection sends.
      const tokens = {
        access: value,
        refresh: about('oauth2_refresh_token'),
        expires: about('oauth2_expiry_date'),
      };
      return tokensIn(tokens, aboutHost(api, about('user')));
    }
    const below = about('subfolder')?.split('/').filter(Boolean) ?? [];
    const baseUrl = [`${about('api_protocol') ?? 'https'}://${api}`, ...below].join('/');
    return ofHost(api, value, about('user')).map((signIn) => ({
      ...signIn,
      connects: { adapterId: 'gitlab', baseUrl },
    }));
  });
};

const knownHosts: ReadonlyMap<string, string> = new Map([
  ['github.com', 'GitHub'],
  ['gitlab.com', 'GitLab'],
  ['huggingface.co', 'Hugging Face'],
]);

function ofHost(host: string, value: string, account?: string): LocalSignIn[] {
  return tokenOf(value, aboutHost(host, account));
}

function aboutHost(host: string, account: string | undefined) {
  const service = knownHosts.get(host);
  return {
    key: account === undefined ? host : `${host} ${account}`,
    server: host,
    ...(service !== undefined && { service }),
    ...(account !== undefined && { account }),
  };
}

/** An address with user name and password a line, both encoded. */
const gitCredentials: ReadSignIns = (text) =>
  text.split(/\r?\n/).flatMap((line) => {
    const url = URL.parse(line.trim());
    return url && url.protocol === 'https:'
      ? tokenOfPair(decoded(url.username), decoded(url.password), (account) => aboutHost(url.host, account))
      : [];
  });

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
