/** As long as the services make theirs. */
const shaped = (prefix: string, name: string, length: number) =>
  prefix + `planted4${name}5Kq7Zr2Wm9Tb3Vx6Ld8Hs1Jc4Nf`.padEnd(length, 'pY').slice(0, length);

/** What must not come out. */
export const values = {
  gh: shaped('gho_', 'gh', 36),
  ghes: shaped('gho_', 'ghes', 36),
  glab: shaped('glpat-', 'glab', 20),
  npm: shaped('npm_', 'npm', 36),
  docker: 'planted-docker-password-0123',
  claude: 'sk-ant-oat01-planted-claude-access',
  claudeRefresh: 'sk-ant-ort01-planted-claude-refresh',
  mcp: 'planted-mcp-access-0123456789',
  mcpRefresh: 'planted-mcp-refresh-0123456789',
  clientSecret: 'planted-client-secret-0123456789',
  codex: 'planted-codex-access-0123456789',
  codexMcp: 'planted-codex-mcp-0123456789',
  opencodeMcp: 'planted-opencode-mcp-0123456789',
  opencode: 'planted-opencode-access-012345',
  remoteOld: 'planted-remote-old-0123456789',
  remoteNew: 'planted-remote-new-0123456789',
  variable: shaped('gho_', 'variable', 36),
  git: shaped('gho_', 'git', 36),
  huggingFace: `hf_${'plantedHuggingFaceValueAbcdefghijkl'.slice(0, 34)}`,
  huggingFaceOther: `hf_${'plantedHuggingFaceOtherAbcdefghijkl'.slice(0, 34)}`,
  codexKey: 'planted-codex-personal-0123456789',
  opencodeKey: 'planted-opencode-well-known-01234',
  heroku: 'planted-heroku-0123456789-abcdef',
  netrc: 'planted-netrc-0123456789-abcdefgh',
  terraform: 'planted-terraform.atlasv1.0123456789',
  vercel: 'planted-vercel-0123456789',
  vercelRefresh: 'planted-vercel-refresh-0123456789',
  wrangler: 'planted-wrangler-0123456789',
  wranglerRefresh: 'planted-wrangler-refresh-0123456789',
  doctl: `dop_v1_${'0123456789abcdef'.repeat(4)}`,
  doctlOther: `doo_v1_${'fedcba9876543210'.repeat(4)}`,
  databricks: 'planted-databricks-0123456789',
  databricksCache: 'planted-databricks-cache-0123456789',
  fly: 'planted-fly-0123456789',
  pulumi: 'planted-pulumi-0123456789',
  netlify: 'planted-netlify-0123456789',
  railway: 'planted-railway-0123456789',
  supabase: `sbp_${'0123456789'.repeat(4)}`,
  neon: 'planted-neon-0123456789',
};

export const soon = Date.UTC(2030, 0, 1);

/**
 * Files as each program documents them.
 * @param mcpServer the address of the MCP server that programs signed in to
 */
export function filesOf(
  home: string,
  mcpServer = 'https://mcp.example.com/sse?key=planted-in-an-address',
): Record<string, string> {
  const json = (value: unknown) => JSON.stringify(value, undefined, 2);
  const hash = '5d41402abc4b2a76b9719d911017c592';
  return {
    [`${home}/.config/gh/hosts.yml`]: [
      'github.com:',
      '    git_protocol: https',
      '    users:',
      '        ann:',
      `            oauth_token: ${values.gh}`,
      '    user: ann',
      `    oauth_token: ${values.gh}`,
      'git.example.com:8443:',
      '    user: ann',
      `    oauth_token: ${values.ghes}`,
      '',
    ].join('\n'),
    [`${home}/.config/glab-cli/config.yml`]: [
      'git_protocol: ssh',
      '# a comment',
      'hosts:',
      '    gitlab.com:',
      `        token: !!null ${values.glab}`,
      '        api_protocol: https',
      '        user: ann',
      '        is_oauth2: "false"',
      '',
    ].join('\n'),
    [`${home}/.npmrc`]: [
      'registry=https://registry.npmjs.org/',
      `//registry.npmjs.org/:_authToken=${values.npm}`,
      `//npm.example.com/:_authToken=${'$'}{OTHER_TOKEN}`,
      '',
    ].join('\n'),
    [`${home}/.docker/config.json`]: json({
      auths: {
        'https://index.docker.io/v1/': { auth: Buffer.from(`ann:${values.docker}`).toString('base64') },
        'ghcr.io': {},
      },
      credsStore: 'desktop',
    }),
    [`${home}/.claude/.credentials.json`]: json({
      claudeAiOauth: {
        accessToken: values.claude,
        refreshToken: values.claudeRefresh,
        expiresAt: soon,
        scopes: ['user:inference', 'user:profile'],
      },
      mcpOAuth: {
        'tracker|abc': {
          serverName: 'tracker',
          serverUrl: mcpServer,
          clientId: 'client-1',
          clientSecret: values.clientSecret,
          accessToken: values.mcp,
          refreshToken: values.mcpRefresh,
          expiresAt: soon,
          scope: 'issues:read issues:write',
          discoveryState: { authorizationServerUrl: new URL(mcpServer).origin },
        },
      },
    }),
    [`${home}/.codex/auth.json`]: json({
      OPENAI_API_KEY: null,
      tokens: { id_token: 'not-a-token', access_token: values.codex, account_id: 'account-1' },
      last_refresh: '2026-11-01T00:00:00Z',
      personal_access_token: values.codexKey,
    }),
    [`${home}/.codex/.credentials.json`]: json({
      'board|abc': {
        server_name: 'board',
        server_url: 'https://board.example.com/mcp',
        client_id: 'client-3',
        access_token: values.codexMcp,
        expires_at: soon,
        refresh_token: null,
        scopes: ['read'],
      },
    }),
    [`${home}/.local/share/opencode/mcp-auth.json`]: json({
      wiki: {
        tokens: { accessToken: values.opencodeMcp, expiresAt: soon / 1000, scope: 'pages:read' },
        clientInfo: { clientId: 'client-4' },
        serverUrl: 'https://wiki.example.com/mcp',
      },
    }),
    [`${home}/.local/share/opencode/auth.json`]: json({
      anthropic: { type: 'oauth', access: values.opencode, refresh: '', expires: soon },
      'https://models.example.com': { type: 'wellknown', key: 'MODELS_TOKEN', token: values.opencodeKey },
    }),
    [`${home}/.mcp-auth/mcp-remote-0.1.9/${hash}_tokens.json`]: json({ access_token: values.remoteOld }),
    [`${home}/.mcp-auth/mcp-remote-0.1.9/${hash}_client_info.json`]: json({ client_id: 'client-2' }),
    [`${home}/.mcp-auth/mcp-remote-v1/${hash}_tokens.json`]: json({
      access_token: values.remoteNew,
      token_type: 'Bearer',
    }),
    ...cloudFilesOf(home),
  };
}

function cloudFilesOf(home: string): Record<string, string> {
  const json = (value: unknown) => JSON.stringify(value, undefined, 2);
  const lines = (...all: string[]) => [...all, ''].join('\n');
  return {
    [`${home}/.git-credentials`]: lines(
      `https://ann:${values.git}@github.com`,
      'https://ann:p%40ss@git.example.com',
      'ssh://git@github.com',
    ),
    [`${home}/.cache/huggingface/token`]: values.huggingFace,
    [`${home}/.cache/huggingface/stored_tokens`]: lines('[work]', `hf_token = ${values.huggingFaceOther}`),
    [`${home}/.netrc`]: lines(
      'machine api.heroku.com',
      '  login ann@example.com',
      `  password ${values.heroku}`,
      'machine git.heroku.com',
      '  login ann@example.com',
      `  password ${values.heroku}`,
      'macdef init',
      'machine in-a-macro.example.com password no',
      '',
      `machine ftp.example.com login ann password ${values.netrc}`,
    ),
    [`${home}/.terraform.d/credentials.tfrc.json`]: json({
      credentials: { 'app.terraform.io': { token: values.terraform } },
    }),
    [`${home}/.local/share/com.vercel.cli/auth.json`]: json({
      token: values.vercel,
      refreshToken: values.vercelRefresh,
      expiresAt: soon / 1000,
    }),
    [`${home}/.config/.wrangler/config/default.toml`]: lines(
      `oauth_token = "${values.wrangler}"`,
      `expiration_time = "${new Date(soon).toISOString()}"`,
      `refresh_token = "${values.wranglerRefresh}"`,
      'scopes = [ "account:read", "user:read" ]',
    ),
    [`${home}/.config/doctl/config.yaml`]: lines(
      `access-token: ${values.doctl}`,
      'auth-contexts:',
      `  work: ${values.doctlOther}`,
      'context: default',
    ),
    [`${home}/.databrickscfg`]: lines(
      '; a comment',
      '[DEFAULT]',
      'host  = https://example.cloud.databricks.com/',
      `token = ${values.databricks}`,
      '[by-browser]',
      'host = https://other.cloud.databricks.com',
      'auth_type = databricks-cli',
    ),
    [`${home}/.databricks/token-cache.json`]: json({
      version: 1,
      tokens: {
        'https://other.cloud.databricks.com': {
          access_token: values.databricksCache,
          token_type: 'Bearer',
          expiry: new Date(soon).toISOString(),
        },
      },
    }),
    [`${home}/.fly/config.yml`]: lines(`access_token: ${values.fly}`, 'auto_update: true'),
    [`${home}/.pulumi/credentials.json`]: json({
      current: 'https://api.pulumi.com',
      accessTokens: { 'https://api.pulumi.com': values.pulumi, 'file://~': '' },
      accounts: { 'https://api.pulumi.com': { accessToken: values.pulumi, username: 'ann' } },
    }),
    [`${home}/.config/netlify/config.json`]: json({
      userId: '5e1f',
      users: {
        '5e1f': { id: '5e1f', name: 'Ann', email: 'ann@example.com', auth: { token: values.netlify } },
      },
    }),
    [`${home}/.railway/config.json`]: json({ projects: {}, user: { token: values.railway } }),
    [`${home}/.supabase/access-token`]: values.supabase,
    [`${home}/.config/neonctl/credentials.json`]: json({
      access_token: values.neon,
      expires_at: soon,
      scope: 'urn:neoncloud:projects:read',
      user_id: 'user-1',
    }),
  };
}
