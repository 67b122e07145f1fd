import { Secret } from '../../core/model/secret.ts';
import type { ProgramFiles } from '../../core/ports.ts';
import {
  claudeCredentials,
  codexAuth,
  codexMcp,
  dockerConfig,
  ghHosts,
  glabConfig,
  mcpRemoteTokens,
  npmrc,
  opencodeAuth,
  opencodeMcp,
  type ReadSignIns,
} from './readers.ts';
import type { LocalSignIn } from './signIn.ts';

/** A program whose sign-ins are looked for, at the places that it documents and at no other. */
export interface Program {
  readonly id: string;
  readonly name: string;
  readonly variables?: readonly Variable[];
  files?(machine: ProgramFiles): readonly File[];
  /** A folder of the program's own in which each of its versions has one. */
  versions?(machine: ProgramFiles): string;
}

export interface Variable {
  readonly name: string;
  readonly service: string;
  /** Whose presence means that the value is for another server of the same product. */
  readonly hostVariable?: string;
}

export interface File {
  readonly path: string;
  readonly read: ReadSignIns;
}

/** Where something was found. */
export interface Place {
  readonly kind: 'file' | 'variable';
  readonly name: string;
  readonly isOpenToOthers: boolean | undefined;
}

export const programs: readonly Program[] = [
  {
    id: 'gh',
    name: 'GitHub CLI (gh)',
    variables: [
      { name: 'GH_TOKEN', service: 'GitHub', hostVariable: 'GH_HOST' },
      { name: 'GITHUB_TOKEN', service: 'GitHub', hostVariable: 'GH_HOST' },
    ],
    files: (machine) => [{ path: machine.join(ghFolder(machine), 'hosts.yml'), read: ghHosts }],
  },
  {
    id: 'glab',
    name: 'GitLab CLI (glab)',
    variables: [{ name: 'GITLAB_TOKEN', service: 'GitLab', hostVariable: 'GITLAB_HOST' }],
    files: (machine) => [{ path: machine.join(glabFolder(machine), 'config.yml'), read: glabConfig }],
  },
  {
    id: 'npm',
    name: 'npm',
    variables: [{ name: 'NPM_TOKEN', service: 'npm' }],
    files: (machine) => [
      {
        path: machine.variable('NPM_CONFIG_USERCONFIG') || machine.join(machine.home, '.npmrc'),
        read: npmrc,
      },
    ],
  },
  {
    id: 'docker',
    name: 'Docker',
    files: (machine) => [
      { path: inFolder(machine, 'DOCKER_CONFIG', ['.docker'], 'config.json'), read: dockerConfig },
    ],
  },
  {
    id: 'claude-code',
    name: 'Claude Code',
    variables: [{ name: 'ANTHROPIC_API_KEY', service: 'Anthropic' }],
    files: (machine) => [
      {
        path: inFolder(machine, 'CLAUDE_CONFIG_DIR', ['.claude'], '.credentials.json'),
        read: claudeCredentials,
      },
    ],
  },
  {
    id: 'codex',
    name: 'Codex',
    variables: [{ name: 'OPENAI_API_KEY', service: 'OpenAI' }],
    files: (machine) => [
      { path: inFolder(machine, 'CODEX_HOME', ['.codex'], 'auth.json'), read: codexAuth },
      { path: inFolder(machine, 'CODEX_HOME', ['.codex'], '.credentials.json'), read: codexMcp },
    ],
  },
  {
    id: 'opencode',
    name: 'opencode',
    files: (machine) => {
      const data = machine.variable('XDG_DATA_HOME') || machine.join(machine.home, '.local', 'share');
      return [
        { path: machine.join(data, 'opencode', 'auth.json'), read: opencodeAuth },
        { path: machine.join(data, 'opencode', 'mcp-auth.json'), read: opencodeMcp },
      ];
    },
  },
  {
    id: 'mcp-remote',
    name: 'mcp-remote',
    versions: (machine) =>
      machine.variable('MCP_REMOTE_CONFIG_DIR') || machine.join(machine.home, '.mcp-auth'),
  },
];

/** The exact places of a program, for the question that comes before anything is read. */
export function placesOf(program: Program, machine: ProgramFiles): readonly string[] {
  const folder = program.versions?.(machine);
  return [
    ...(program.files?.(machine) ?? []).map(({ path }) => path),
    ...(folder === undefined ? [] : [machine.join(folder, versionFolder, tokensFile)]),
    ...(program.variables ?? []).map(({ name }) => name),
  ];
}

const versionFolder = 'mcp-remote-*';
const tokensFile = '*_tokens.json';

/** A place at a time; what cannot be read is passed to `fail`, and the others are read all the same. */
export async function signInsOf(
  program: Program,
  machine: ProgramFiles,
  fail: (place: string, thrown: unknown) => void,
): Promise<readonly (LocalSignIn & { readonly place: Place })[]> {
  const found: (LocalSignIn & { readonly place: Place })[] = [];
  for (const { name, service, hostVariable } of program.variables ?? []) {
    const value = machine.variable(name);
    if (value) {
      const host = hostVariable === undefined ? undefined : machine.variable(hostVariable);
      const place = { kind: 'variable', name, isOpenToOthers: undefined } as const;
      found.push({
        key: name,
        server: host || service,
        ...(host ? {} : { service }),
        access: new Secret(value),
        place,
      });
    }
  }
  const read = async (path: string, reader: ReadSignIns) => {
    try {
      const file = await machine.read(path);
      const place = { kind: 'file', name: path, isOpenToOthers: file?.isOpenToOthers } as const;
      found.push(...(file ? reader(file.text) : []).map((signIn) => ({ ...signIn, place })));
    } catch (thrown) {
      fail(path, thrown);
    }
  };
  for (const { path, read: reader } of program.files?.(machine) ?? []) {
    await read(path, reader);
  }
  const folder = program.versions?.(machine);
  for (const version of folder === undefined ? [] : await versionsIn(folder, machine, fail)) {
    for (const name of await namesIn(machine.join(folder ?? '', version), machine, fail)) {
      const [hash] = name.split('_tokens.json');
      if (hash && name.endsWith('_tokens.json')) {
        const of = (file: string) => machine.join(folder ?? '', version, file);
        const client = await machine.read(of(`${hash}_client_info.json`)).catch(() => undefined);
        await read(of(name), (text) =>
          mcpRemoteTokens(text, hash, version.slice('mcp-remote-'.length), client?.text ?? ''),
        );
      }
    }
  }
  return found;
}

async function versionsIn(
  folder: string,
  machine: ProgramFiles,
  fail: (place: string, thrown: unknown) => void,
): Promise<readonly string[]> {
  return (await namesIn(folder, machine, fail)).filter((name) => name.startsWith('mcp-remote-'));
}

async function namesIn(
  folder: string,
  machine: ProgramFiles,
  fail: (place: string, thrown: unknown) => void,
): Promise<readonly string[]> {
  try {
    return (await machine.names(folder)).toSorted();
  } catch (thrown) {
    fail(folder, thrown);
    return [];
  }
}

/** https://cli.github.com/manual/gh_help_environment */
function ghFolder(machine: ProgramFiles): string {
  const own = machine.variable('GH_CONFIG_DIR');
  const xdg = machine.variable('XDG_CONFIG_HOME');
  const appData = machine.system === 'windows' ? machine.variable('AppData') : undefined;
  return (
    own ||
    (xdg && machine.join(xdg, 'gh')) ||
    (appData && machine.join(appData, 'GitHub CLI')) ||
    machine.join(machine.home, '.config', 'gh')
  );
}

/** https://gitlab.com/gitlab-org/cli#configuration */
function glabFolder(machine: ProgramFiles): string {
  const own = machine.variable('GLAB_CONFIG_DIR');
  const xdg = machine.variable('XDG_CONFIG_HOME');
  const local = machine.system === 'windows' ? machine.variable('LOCALAPPDATA') : undefined;
  return (
    own ||
    (xdg && machine.join(xdg, 'glab-cli')) ||
    (local && machine.join(local, 'glab-cli')) ||
    (machine.system === 'macos'
      ? machine.join(machine.home, 'Library', 'Application Support', 'glab-cli')
      : machine.join(machine.home, '.config', 'glab-cli'))
  );
}

function inFolder(machine: ProgramFiles, variable: string, usual: readonly string[], file: string): string {
  return machine.join(machine.variable(variable) || machine.join(machine.home, ...usual), file);
}
