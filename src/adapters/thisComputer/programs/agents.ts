import { inFolder, xdg } from '../folders.ts';
import type { Program, ReadSignIns } from '../program.ts';
import type { LocalSignIn } from '../signIn.ts';
import { jsonObject, objectAt, secretAt, textAt } from '../texts.ts';
import { tokensIn } from '../tokens.ts';

/** What writes code, and what connects it to MCP servers. */
export const agents: readonly Program[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    // The page names the file; its members are known from what others read in it.
    sources: ['https://code.claude.com/docs/en/iam'],
    variables: [
      { name: 'ANTHROPIC_API_KEY', service: 'Anthropic', hostVariables: ['ANTHROPIC_BASE_URL'] },
      { name: 'CLAUDE_CODE_OAUTH_TOKEN', service: 'Anthropic', hostVariables: ['ANTHROPIC_BASE_URL'] },
    ],
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
    sources: [
      'https://github.com/openai/codex/blob/main/codex-rs/login/src/auth/storage.rs',
      'https://github.com/openai/codex/blob/main/codex-rs/rmcp-client/src/oauth.rs',
    ],
    variables: [{ name: 'OPENAI_API_KEY', service: 'OpenAI', hostVariables: ['OPENAI_BASE_URL'] }],
    files: (machine) => [
      { path: inFolder(machine, 'CODEX_HOME', ['.codex'], 'auth.json'), read: codexAuth },
      { path: inFolder(machine, 'CODEX_HOME', ['.codex'], '.credentials.json'), read: codexMcp },
    ],
  },
  {
    id: 'opencode',
    name: 'opencode',
    sources: [
      'https://github.com/anomalyco/opencode/blob/dev/packages/opencode/src/auth/index.ts',
      'https://github.com/anomalyco/opencode/blob/dev/packages/opencode/src/mcp/auth.ts',
    ],
    files: (machine) => {
      const data = xdg(machine, 'XDG_DATA_HOME', '.local', 'share');
      return [
        { path: machine.join(data, 'opencode', 'auth.json'), read: opencodeAuth },
        { path: machine.join(data, 'opencode', 'mcp-auth.json'), read: opencodeMcp },
      ];
    },
  },
  {
    id: 'mcp-remote',
    name: 'mcp-remote',
    sources: ['https://github.com/geelen/mcp-remote/blob/main/src/lib/mcp-auth-config.ts'],
    versions: (machine) =>
      machine.variable('MCP_REMOTE_CONFIG_DIR') || machine.join(machine.home, '.mcp-auth'),
  },
];

/** Where there is no keychain. */
const claudeCredentials: ReadSignIns = (text) => {
  const file = jsonObject(text);
  const servers = objectAt(file, 'mcpOAuth');
  return [
    ...tokensIn(objectAt(file, 'claudeAiOauth'), { key: 'claude.ai', server: 'claude.ai' }),
    ...Object.keys(servers).flatMap((key) => {
      const entry = objectAt(servers, key);
      const about = ofServer(key, textAt(entry, 'serverName'), textAt(entry, 'serverUrl'));
      const issuerUrl = textAt(objectAt(entry, 'discoveryState'), 'authorizationServerUrl');
      return tokensIn(entry, { ...about, ...(issuerUrl !== undefined && { issuerUrl }) }, entry);
    }),
  ];
};

const codexAuth: ReadSignIns = (text) => {
  const file = jsonObject(text);
  const keys = ['OPENAI_API_KEY', 'personal_access_token'].flatMap((key) => {
    const access = secretAt(file, key);
    return access ? [{ key, server: 'OpenAI', service: 'OpenAI', access }] : [];
  });
  return [...keys, ...tokensIn(objectAt(file, 'tokens'), { key: 'tokens', server: 'ChatGPT' })];
};

/** Of MCP servers, where there is no keyring and no encrypted store. */
const codexMcp: ReadSignIns = (text) => {
  const file = jsonObject(text);
  return Object.keys(file).flatMap((key) => {
    const entry = objectAt(file, key);
    return tokensIn(entry, ofServer(key, textAt(entry, 'server_name'), textAt(entry, 'server_url')), entry);
  });
};

const opencodeAuth: ReadSignIns = (text) => {
  const file = jsonObject(text);
  return Object.keys(file).flatMap((key) => {
    const entry = objectAt(file, key);
    // There the member `key` is the name of a variable.
    const tokens = textAt(entry, 'type') === 'wellknown' ? { token: entry.token } : entry;
    return tokensIn(tokens, { key, server: key });
  });
};

const opencodeMcp: ReadSignIns = (text) => {
  const file = jsonObject(text);
  return Object.keys(file).flatMap((key) => {
    const entry = objectAt(file, key);
    const about = ofServer(key, undefined, textAt(entry, 'serverUrl'));
    return tokensIn(objectAt(entry, 'tokens'), about, objectAt(entry, 'clientInfo'));
  });
};

/** The file names no server. @param client of the file beside it */
export function mcpRemoteTokens(
  text: string,
  hash: string,
  client: string,
  version: NonNullable<LocalSignIn['version']>,
): LocalSignIn[] {
  const about = { key: hash, server: hash.slice(0, 8) };
  return tokensIn(jsonObject(text), about, clientIn(client)).map((signIn) => ({ ...signIn, version }));
}

/** Without it the tokens are there all the same. */
function clientIn(text: string): unknown {
  try {
    return jsonObject(text);
  } catch {
    return undefined;
  }
}

function ofServer(key: string, name: string | undefined, serverUrl: string | undefined) {
  return { key, server: name ?? key, ...(serverUrl !== undefined && { serverUrl }) };
}
