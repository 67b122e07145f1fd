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
      'git.example.com:',
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
        },
      },
    }),
    [`${home}/.codex/auth.json`]: json({ OPENAI_API_KEY: null, tokens: { access_token: values.codex } }),
    [`${home}/.codex/.credentials.json`]: json({
      'board|abc': {
        server_name: 'board',
        url: 'https://board.example.com/mcp',
        client_id: 'client-3',
        token_response: { access_token: values.codexMcp, scope: 'read' },
        expires_at: soon,
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
      anthropic: { type: 'oauth', access: values.opencode, expires: soon },
    }),
    [`${home}/.mcp-auth/mcp-remote-0.1.9/${hash}_tokens.json`]: json({ access_token: values.remoteOld }),
    [`${home}/.mcp-auth/mcp-remote-0.1.9/${hash}_client_info.json`]: json({ client_id: 'client-2' }),
    [`${home}/.mcp-auth/mcp-remote-0.1.30/${hash}_tokens.json`]: json({ access_token: values.remoteNew }),
  };
}
