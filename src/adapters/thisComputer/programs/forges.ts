import type { ProgramFiles } from '../../../core/ports.ts';
import { xdg } from '../folders.ts';
import type { Program, ReadSignIns } from '../program.ts';
import type { LocalSignIn } from '../signIn.ts';
import { yamlTexts } from '../texts.ts';
import { tokenOf } from '../tokens.ts';

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
      { name: 'GH_TOKEN', service: 'GitHub', hostVariables: ['GH_HOST'] },
      { name: 'GITHUB_TOKEN', service: 'GitHub', hostVariables: ['GH_HOST'] },
    ],
    files: (machine) => [{ path: machine.join(ghFolder(machine), 'hosts.yml'), read: ghHosts }],
  },
  {
    id: 'glab',
    name: 'GitLab CLI (glab)',
    sources: ['https://gitlab.com/gitlab-org/cli#configuration', 'https://docs.gitlab.com/cli/auth/logout/'],
    logout: 'forgets',
    variables: [
      {
        name: 'GITLAB_TOKEN',
        service: 'GitLab',
        hostVariables: ['GITLAB_HOST', 'GL_HOST', 'GITLAB_URI', 'GITLAB_API_HOST'],
      },
    ],
    files: (machine) => [{ path: machine.join(glabFolder(machine), 'config.yml'), read: glabConfig }],
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

function glabFolder(machine: ProgramFiles): string {
  const own = machine.variable('GLAB_CONFIG_DIR');
  const config = machine.variable('XDG_CONFIG_HOME');
  const local = machine.system === 'windows' ? machine.variable('LOCALAPPDATA') : undefined;
  return (
    own ||
    (config && machine.join(config, 'glab-cli')) ||
    (local && machine.join(local, 'glab-cli')) ||
    (machine.system === 'macos'
      ? machine.join(machine.home, 'Library', 'Application Support', 'glab-cli')
      : machine.join(machine.home, '.config', 'glab-cli'))
  );
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

const glabConfig: ReadSignIns = (text) => {
  const texts = yamlTexts(text);
  return [...texts].flatMap(([path, value]) => {
    const [hosts, host = '', name] = path.split('\n');
    if (hosts !== 'hosts' || name !== 'token') {
      return [];
    }
    const about = (member: string) => texts.get(`hosts\n${host}\n${member}`);
    // A token of its OAuth sign-in goes into another header than the one that a connection sends.
    const connects = about('is_oauth2') !== 'true' && {
      connects: { adapterId: 'gitlab', baseUrl: `${about('api_protocol') ?? 'https'}://${host}` },
    };
    return ofHost(host, value, about('user')).map((signIn) => ({ ...signIn, ...connects }));
  });
};

const knownHosts: ReadonlyMap<string, string> = new Map([
  ['github.com', 'GitHub'],
  ['gitlab.com', 'GitLab'],
  ['huggingface.co', 'Hugging Face'],
]);

function ofHost(host: string, value: string, account?: string): LocalSignIn[] {
  const service = knownHosts.get(host);
  return tokenOf(value, {
    key: account === undefined ? host : `${host} ${account}`,
    server: host,
    ...(service !== undefined && { service }),
    ...(account !== undefined && { account }),
  });
}

/** An address with user name and password a line, both encoded. */
const gitCredentials: ReadSignIns = (text) =>
  text.split(/\r?\n/).flatMap((line) => {
    const url = URL.parse(line.trim());
    return url && url.protocol === 'https:' && url.password !== ''
      ? ofHost(url.host, decoded(url.password), decoded(url.username) || undefined)
      : [];
  });

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
