import { Secret } from '../../core/model/secret.ts';
import type { LocalSignIn } from './signIn.ts';
import { jsonObject, momentAt, objectAt, scopesAt, secretAt, textAt, yamlTexts } from './texts.ts';

/** One for each kind of file. They read what the program documents, and pass over the rest. */
export type ReadSignIns = (text: string) => readonly LocalSignIn[];

/** https://cli.github.com/manual/gh_auth_login: only without a keyring, or with `--insecure-storage`. */
export const ghHosts: ReadSignIns = (text) => {
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
    return isRepeated ? [] : [ofHost(host, 'github.com', 'GitHub', value, account)];
  });
};

/** https://gitlab.com/gitlab-org/cli#configuration */
export const glabConfig: ReadSignIns = (text) => {
  const texts = yamlTexts(text);
  return [...texts].flatMap(([path, value]) => {
    const [hosts, host = '', name] = path.split('\n');
    return hosts === 'hosts' && name === 'token'
      ? [ofHost(host, 'gitlab.com', 'GitLab', value, texts.get(`hosts\n${host}\nuser`))]
      : [];
  });
};

function ofHost(host: string, known: string, service: string, value: string, account?: string): LocalSignIn {
  return {
    key: account === undefined ? host : `${host} ${account}`,
    server: host,
    ...(host === known && { service }),
    ...(account !== undefined && { account }),
    access: new Secret(value),
  };
}

/** https://docs.npmjs.com/cli/configuring-npm/npmrc: what names a variable holds no value. */
export const npmrc: ReadSignIns = (text) =>
  text.split(/\r?\n/).flatMap((line) => {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    const suffix = ':_authToken';
    if (at < 1 || !name.startsWith('//') || !name.endsWith(suffix) || value === '' || value.includes('${')) {
      return [];
    }
    const server = name.slice(2, -suffix.length).replace(/\/$/, '');
    const service = server === 'registry.npmjs.org' ? { service: 'npm' } : {};
    return [{ key: server, server, ...service, access: new Secret(value) }];
  });

/** https://docs.docker.com/reference/cli/docker/login/: where no helper keeps them. */
export const dockerConfig: ReadSignIns = (text) => {
  const auths = objectAt(jsonObject(text), 'auths');
  return Object.keys(auths).flatMap((server) => {
    const entry = objectAt(auths, server);
    const pair = Buffer.from(textAt(entry, 'auth') ?? '', 'base64').toString();
    const account = pair.slice(0, Math.max(0, pair.indexOf(':')));
    const password = pair.slice(account.length + 1);
    const identity = secretAt(entry, 'identitytoken');
    const access = identity ?? (password === '' ? undefined : new Secret(password));
    return access ? [{ key: server, server, ...(account !== '' && { account }), access }] : [];
  });
};

/** https://docs.anthropic.com/en/docs/claude-code/iam: where there is no keychain. */
export const claudeCredentials: ReadSignIns = (text) => {
  const file = jsonObject(text);
  const servers = objectAt(file, 'mcpOAuth');
  return [
    ...tokensIn(objectAt(file, 'claudeAiOauth'), 'claude.ai', 'claude.ai'),
    ...Object.keys(servers).flatMap((key) => {
      const entry = objectAt(servers, key);
      return tokensIn(entry, key, textAt(entry, 'serverName') ?? key, textAt(entry, 'serverUrl'), entry);
    }),
  ];
};

/** https://developers.openai.com/codex/auth */
export const codexAuth: ReadSignIns = (text) => {
  const file = jsonObject(text);
  const key = secretAt(file, 'OPENAI_API_KEY');
  return [
    ...(key ? [{ key: 'OPENAI_API_KEY', server: 'OpenAI', service: 'OpenAI', access: key }] : []),
    ...tokensIn(objectAt(file, 'tokens'), 'tokens', 'ChatGPT'),
  ];
};

/** Of MCP servers, where there is no keyring: https://github.com/openai/codex (codex-rs/rmcp-client/src/oauth.rs) */
export const codexMcp: ReadSignIns = (text) => {
  const file = jsonObject(text);
  return Object.keys(file).flatMap((key) => {
    const entry = objectAt(file, key);
    const tokens = { ...entry, ...objectAt(entry, 'token_response') };
    const url = textAt(entry, 'url', 'server_url');
    return tokensIn(tokens, key, textAt(entry, 'server_name') ?? key, url, entry);
  });
};

/** https://opencode.ai/docs/providers */
export const opencodeAuth: ReadSignIns = (text) => {
  const file = jsonObject(text);
  return Object.keys(file).flatMap((key) => tokensIn(objectAt(file, key), key, key));
};

export const opencodeMcp: ReadSignIns = (text) => {
  const file = jsonObject(text);
  return Object.keys(file).flatMap((key) => {
    const entry = objectAt(file, key);
    return tokensIn(
      objectAt(entry, 'tokens'),
      key,
      key,
      textAt(entry, 'serverUrl'),
      objectAt(entry, 'clientInfo'),
    );
  });
};

/** https://github.com/geelen/mcp-remote: the file names no server. @param client of the file beside it */
export function mcpRemoteTokens(text: string, hash: string, version: string, client: string): LocalSignIn[] {
  const shortened = hash.slice(0, 8);
  return tokensIn(jsonObject(text), hash, shortened, undefined, jsonObject(client)).map((signIn) => ({
    ...signIn,
    version,
  }));
}

function tokensIn(
  tokens: unknown,
  key: string,
  server: string,
  serverUrl?: string,
  client?: unknown,
): LocalSignIn[] {
  const access = secretAt(tokens, 'accessToken', 'access_token', 'access', 'key');
  const refresh = secretAt(tokens, 'refreshToken', 'refresh_token', 'refresh');
  if (!access && !refresh) {
    return [];
  }
  const scopes = scopesAt(tokens, 'scopes', 'scope');
  const expiresAt = momentAt(tokens, 'expiresAt', 'expires_at', 'expires');
  const clientId = textAt(client, 'clientId', 'client_id');
  const clientSecret = secretAt(client, 'clientSecret', 'client_secret');
  return [
    {
      key,
      server,
      ...(serverUrl !== undefined && { serverUrl }),
      ...(scopes && { scopes }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(access && { access }),
      ...(refresh && { refresh }),
      ...(clientId !== undefined && {
        client: { id: clientId, ...(clientSecret && { secret: clientSecret }) },
      }),
    },
  ];
}
