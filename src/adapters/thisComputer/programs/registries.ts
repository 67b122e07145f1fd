import { inFolder, xdg } from '../folders.ts';
import type { Program, ReadSignIns } from '../program.ts';
import { iniSections, jsonObject, objectAt, secretAt, textAt } from '../texts.ts';
import { tokenOf } from '../tokens.ts';

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
      const own = machine.variable('HF_TOKEN_PATH');
      const home =
        machine.variable('HF_HOME') || machine.join(xdg(machine, 'XDG_CACHE_HOME', '.cache'), 'huggingface');
      // Where the file is elsewhere, so is the other one beside it; its folder is not known by name alone.
      return own
        ? [{ path: own, read: huggingFaceToken }]
        : [
            { path: machine.join(home, 'token'), read: huggingFaceToken },
            { path: machine.join(home, 'stored_tokens'), read: huggingFaceTokens },
          ];
    },
  },
];

/** What names a variable holds no value. */
const npmrc: ReadSignIns = (text) =>
  text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    const suffix = ':_authToken';
    if (at < 1 || !name.startsWith('//') || !name.endsWith(suffix) || value.includes('${')) {
      return [];
    }
    const server = name.slice(2, -suffix.length).replace(/\/$/, '');
    return tokenOf(value, {
      key: server,
      server,
      ...(server === 'registry.npmjs.org' && { service: 'npm' }),
      connects: { adapterId: 'shelf.npm', baseUrl: `https://${server}` },
    });
  });

/** Where no helper keeps them. */
const dockerConfig: ReadSignIns = (text) => {
  const auths = objectAt(jsonObject(text), 'auths');
  return Object.keys(auths).flatMap((server) => {
    const entry = objectAt(auths, server);
    const pair = Buffer.from(textAt(entry, 'auth') ?? '', 'base64').toString();
    const account = pair.slice(0, Math.max(0, pair.indexOf(':')));
    const identity = secretAt(entry, 'identitytoken');
    const about = { key: server, server, ...(account !== '' && { account }) };
    return identity ? [{ ...about, access: identity }] : tokenOf(pair.slice(account.length + 1), about);
  });
};

const huggingFace = { server: 'huggingface.co', service: 'Hugging Face' };

/** A file that holds the value alone. */
const huggingFaceToken: ReadSignIns = (text) =>
  /^\s*(?:hf|api)_\w+\s*$/.test(text) ? tokenOf(text, { key: 'active', ...huggingFace }) : [];

/** Each that was ever signed in with, by its name; the active one is among them. */
const huggingFaceTokens: ReadSignIns = (text) =>
  [...iniSections(text)].flatMap(([name, entries]) =>
    tokenOf(entries.get('hf_token'), { key: name, ...huggingFace, account: name }),
  );
