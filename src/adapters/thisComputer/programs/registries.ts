import { inFolder, xdg } from '../folders.ts';
import type { Program, ReadSignIns } from '../program.ts';
import { iniSections, jsonObject, objectAt, secretAt, textAt, unquoted, valueAlone } from '../texts.ts';
import { tokenOf, tokenOfPair } from '../tokens.ts';

const npmHost = 'registry.npmjs.org';

/** Where packages, images and models are published. */
export const registries: readonly Program[] = [
  {
    id: 'npm',
    name: 'npm',
    sources: [
      'https://docs.npmjs.com/cli/configuring-npm/npmrc',
      'https://docs.npmjs.com/cli/commands/npm-logout',
    ],
    logout: 'revokes',
    variables: [
      {
        name: 'NPM_TOKEN',
        service: 'npm',
        host: npmHost,
        hostVariables: ['NPM_CONFIG_REGISTRY', 'npm_config_registry'],
      },
    ],
    files: (machine) => [
      {
        // npm reads its variables in either case.
        path:
          machine.variable('NPM_CONFIG_USERCONFIG') ||
          machine.variable('npm_config_userconfig') ||
          machine.join(machine.home, '.npmrc'),
        read: npmrc,
        servers: npmServers,
      },
    ],
  },
  {
    id: 'docker',
    name: 'Docker',
    sources: ['https://docs.docker.com/reference/cli/docker/login/'],
    files: (machine) => [
      { path: inFolder(machine, 'DOCKER_CONFIG', ['.docker'], 'config.json'), read: dockerConfig },
    ],
  },
  {
    id: 'hugging-face',
    name: 'Hugging Face CLI (hf)',
    sources: [
      'https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables',
      'https://github.com/huggingface/huggingface_hub/blob/main/src/huggingface_hub/constants.py',
    ],
    variables: [{ name: 'HF_TOKEN', service: 'Hugging Face', hostVariables: ['HF_ENDPOINT'] }],
    files: (machine) => {
      const home =
        machine.variable('HF_HOME') || machine.join(xdg(machine, 'XDG_CACHE_HOME', '.cache'), 'huggingface');
      const token = machine.variable('HF_TOKEN_PATH') || machine.join(home, 'token');
      // The files do not say which server their tokens are for.
      const server = machine.variable('HF_ENDPOINT') || undefined;
      return [
        { path: token, read: huggingFaceToken(server) },
        { path: machine.join(token, '..', 'stored_tokens'), read: huggingFaceTokens(server) },
      ];
    },
  },
];

/** What names a variable holds no value. */
const npmrc: ReadSignIns = (text) =>
  npmTokens(text).flatMap(({ server, value }) =>
    value.includes('${')
      ? []
      : tokenOf(value, {
          key: server,
          server,
          ...(server === npmHost && { service: 'npm' }),
          connects: { adapterId: 'shelf.npm', baseUrl: `https://${server}` },
        }),
  );

/** The variable is for the servers that the file gives it to, or else for the one that is used for everything. */
const npmServers = (text: string): readonly string[] => {
  const named = npmTokens(text).flatMap(({ server, value }) =>
    value.includes('${NPM_TOKEN') ? [server] : [],
  );
  const registry = npmEntries(text).find(([name]) => name === 'registry')?.[1];
  return named.length > 0 || registry === undefined ? named : [URL.parse(registry)?.host ?? registry];
};

function npmTokens(text: string): readonly { readonly server: string; readonly value: string }[] {
  const suffix = ':_authToken';
  return npmEntries(text).flatMap(([name, value]) =>
    name.startsWith('//') && name.endsWith(suffix)
      ? [{ server: name.slice(2, -suffix.length).replace(/\/$/, ''), value }]
      : [],
  );
}

function npmEntries(text: string): readonly (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf('=');
    return at < 1 ? [] : [[line.slice(0, at).trim(), unquoted(line.slice(at + 1).trim())] as const];
  });
}

/** Where no helper keeps them. */
const dockerConfig: ReadSignIns = (text) => {
  const auths = objectAt(jsonObject(text), 'auths');
  return Object.keys(auths).flatMap((server) => {
    const entry = objectAt(auths, server);
    const pair = Buffer.from(textAt(entry, 'auth') ?? '', 'base64').toString();
    const colon = pair.indexOf(':');
    const account = pair.slice(0, Math.max(0, colon));
    const identity = secretAt(entry, 'identitytoken');
    const about = (name: string | undefined) => ({ key: server, server, ...(name && { account: name }) });
    return identity
      ? [{ ...about(account), access: identity }]
      : tokenOfPair(account, colon < 0 ? undefined : pair.slice(colon + 1), about);
  });
};

function huggingFace(server: string | undefined) {
  return server === undefined ? { server: 'huggingface.co', service: 'Hugging Face' } : { server };
}

/** A file that holds the value alone. */
const huggingFaceToken =
  (server: string | undefined): ReadSignIns =>
  (text) =>
    tokenOf(valueAlone(text, /^(?:hf|api)_\w+$/), { key: 'active', ...huggingFace(server) });

/** Each that was ever signed in with, by its name; the active one is among them. */
const huggingFaceTokens =
  (server: string | undefined): ReadSignIns =>
  (text) =>
    [...iniSections(text)].flatMap(([name, entries]) =>
      tokenOf(entries.get('hf_token'), { key: name, ...huggingFace(server), account: name }),
    );
