import { crc32InBase36, crc32InBase62 } from '../../core/leaks/checksum.ts';
import type { TokenShape } from '../../core/leaks/recognize.ts';

const gitHubFormats =
  'https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/';
const gitHubRevoke = 'https://docs.github.com/en/rest/credentials/revoke';
const gitLabTokens = 'https://docs.gitlab.com/security/tokens/';
const slackTokens = 'https://docs.slack.dev/authentication/tokens/';
const planetScaleTokens = 'https://planetscale.com/docs/api/reference/service-tokens';
/** Rules that other scanners have tried on much text; read on 2026-11-27. */
const scannerRules =
  'https://github.com/gitleaks/gitleaks/blob/b58d3f102cf3a2c84cb7f923d05c25c9b1aed84b/config/gitleaks.toml';

const letters = '[0-9A-Za-z]';
const wordy = '[0-9A-Za-z_-]';
const hex = '[0-9a-f]';

/**
 * The shapes of the tokens that developers leave in files. A kind is here when its prefix belongs to one service
 * only: a value is sent nowhere but to the service that its prefix names.
 */
export const tokenShapes: readonly TokenShape[] = [
  gitHub('github-classic', 'personal access token (classic)', 'ghp_'),
  gitHub('github-oauth', 'OAuth access token', 'gho_'),
  gitHub('github-app-user', 'GitHub App user access token', 'ghu_'),
  gitHub('github-app-installation', 'GitHub App installation token', 'ghs_'),
  gitHub('github-app-refresh', 'GitHub App refresh token', 'ghr_'),
  {
    id: 'github-fine-grained',
    service: 'GitHub',
    kind: 'fine-grained personal access token',
    prefix: 'github_pat_',
    rest: `${letters}{22}_${letters}{59}`,
    source: gitHubRevoke,
  },
  {
    id: 'gitlab-personal-routable',
    service: 'GitLab',
    kind: 'personal access token',
    prefix: 'glpat-',
    rest: `${wordy}{27,300}\\.[0-9a-z]{2}[0-9a-z]{7}`,
    checksum: crc32InBase36,
    source: gitLabTokens,
  },
  gitLab('gitlab-personal', 'personal access token', 'glpat-', 20),
  gitLab('gitlab-deploy', 'deploy token', 'gldt-', 20),
  gitLab('gitlab-feed', 'feed token', 'glft-', 20),
  gitLab('gitlab-incoming-mail', 'incoming mail token', 'glimt-', 25),
  gitLab('gitlab-agent', 'agent for Kubernetes token', 'glagent-', 50),
  gitLab('gitlab-application-secret', 'OAuth application secret', 'gloas-', 64),
  gitLab('gitlab-scim', 'SCIM token', 'glsoat-', 20),
  gitLab('gitlab-feature-flags', 'feature flags client token', 'glffct-', 20),
  gitLab('gitlab-runner', 'runner authentication token', 'glrt-', 20),
  {
    id: 'gitlab-trigger',
    service: 'GitLab',
    kind: 'pipeline trigger token',
    prefix: 'glptt-',
    rest: `${hex}{40}`,
    source: gitLabTokens,
  },
  {
    id: 'npm',
    service: 'npm',
    kind: 'access token',
    prefix: 'npm_',
    rest: `${letters}{36}`,
    checksum: crc32InBase62('npm_'),
    source: 'https://docs.npmjs.com/about-access-tokens',
  },
  {
    id: 'slack-bot',
    service: 'Slack',
    kind: 'bot token',
    prefix: 'xoxb-',
    rest: '[0-9]{8,14}-[0-9A-Za-z-]{18,64}',
    source: slackTokens,
  },
  {
    id: 'slack-user',
    service: 'Slack',
    kind: 'user token',
    prefix: 'xoxp-',
    rest: '(?:[0-9]{10,13}-){3}[0-9A-Za-z-]{28,34}',
    source: slackTokens,
  },
  {
    id: 'slack-app',
    service: 'Slack',
    kind: 'app-level token',
    prefix: 'xapp-',
    rest: '[0-9]-[0-9A-Z]{1,24}-[0-9]{1,24}-[0-9a-z]{32,96}',
    source: slackTokens,
  },
  {
    id: 'slack-configuration-refresh',
    service: 'Slack',
    kind: 'app configuration refresh token',
    prefix: 'xoxe-',
    rest: '[0-9]-[0-9A-Za-z]{146}',
    source: slackTokens,
  },
  planetScale('planetscale-service-token', 'service token', 'pscale_tkn_'),
  planetScale('planetscale-oauth', 'OAuth token', 'pscale_oauth_'),
  planetScale('planetscale-password', 'database password', 'pscale_pw_'),
  digitalOcean('digitalocean-personal', 'personal access token', 'dop_v1_'),
  digitalOcean('digitalocean-oauth', 'OAuth access token', 'doo_v1_'),
  digitalOcean('digitalocean-refresh', 'OAuth refresh token', 'dor_v1_'),
  {
    id: 'hugging-face',
    service: 'Hugging Face',
    kind: 'user access token',
    prefix: 'hf_',
    rest: '[A-Za-z]{34}',
    source: 'https://huggingface.co/docs/hub/security-tokens',
  },
  {
    id: 'hugging-face-organization',
    service: 'Hugging Face',
    kind: 'organization API token',
    prefix: 'api_org_',
    rest: '[A-Za-z]{34}',
    source: scannerRules,
  },
  {
    id: 'anthropic-admin',
    service: 'Anthropic',
    kind: 'Admin API key',
    prefix: 'sk-ant-admin01-',
    rest: `${wordy}{93}AA`,
    source: scannerRules,
  },
  {
    id: 'anthropic',
    service: 'Anthropic',
    kind: 'API key',
    prefix: 'sk-ant-api03-',
    rest: `${wordy}{93}AA`,
    source: scannerRules,
  },
  openAi('openai-project', 'project API key', 'sk-proj-'),
  openAi('openai-service-account', 'service account API key', 'sk-svcacct-'),
  openAi('openai-admin', 'admin API key', 'sk-admin-'),
  {
    id: 'linear',
    service: 'Linear',
    kind: 'API key',
    prefix: 'lin_api_',
    rest: `${letters}{40}`,
    source: scannerRules,
  },
  {
    id: 'notion',
    service: 'Notion',
    kind: 'integration token',
    prefix: 'ntn_',
    rest: `[0-9]{11}${letters}{35}`,
    source: scannerRules,
  },
  {
    id: 'sentry-user',
    service: 'Sentry',
    kind: 'user auth token',
    prefix: 'sntryu_',
    rest: `${hex}{64}`,
    source: scannerRules,
  },
  {
    id: 'sentry-organization',
    service: 'Sentry',
    kind: 'organization auth token',
    prefix: 'sntrys_',
    rest: 'eyJ[0-9A-Za-z+/=]{40,400}_[0-9A-Za-z+/]{43}',
    source: scannerRules,
  },
  {
    id: 'doppler',
    service: 'Doppler',
    kind: 'personal token',
    prefix: 'dp.pt.',
    rest: `${letters}{43}`,
    source: 'https://docs.doppler.com/reference/auth-token-formats',
  },
  {
    id: 'doppler-service',
    service: 'Doppler',
    kind: 'service token',
    prefix: 'dp.st.',
    rest: `(?:[0-9a-z_-]{2,35}\\.)?${letters}{40,44}`,
    source: 'https://docs.doppler.com/reference/auth-token-formats',
  },
  {
    id: 'buildkite',
    service: 'Buildkite',
    kind: 'API access token',
    prefix: 'bkua_',
    rest: '[0-9a-z]{40}',
    source: 'https://buildkite.com/docs/apis/managing-api-tokens',
  },
  {
    id: 'vercel',
    service: 'Vercel',
    kind: 'access token',
    prefix: 'vcp_',
    rest: `${letters}{56}`,
    source: 'https://vercel.com/changelog/new-token-formats-and-secret-scanning',
  },
  {
    id: 'heroku',
    service: 'Heroku',
    kind: 'API token',
    prefix: 'HRKU-AA',
    rest: `${wordy}{58}`,
    source: scannerRules,
  },
  {
    id: 'crates-io',
    service: 'crates.io',
    kind: 'API token',
    prefix: 'cio',
    rest: `${letters}{32}`,
    source: 'https://github.com/rust-lang/crates.io',
  },
  {
    id: 'google-refresh',
    service: 'Google',
    kind: 'OAuth refresh token',
    prefix: '1//0',
    rest: `${wordy}{60,120}`,
    source:
      'https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/google_oauth2_refresh_token',
  },
  {
    id: 'pulumi',
    service: 'Pulumi',
    kind: 'access token',
    prefix: 'pul-',
    rest: `${hex}{40}`,
    source: scannerRules,
  },
  {
    id: 'postman',
    service: 'Postman',
    kind: 'API key',
    prefix: 'PMAK-',
    rest: `${hex}{24}-${hex}{34}`,
    source: scannerRules,
  },
  {
    id: 'grafana-service-account',
    service: 'Grafana',
    kind: 'service account token',
    prefix: 'glsa_',
    rest: `${letters}{32}_[0-9A-Fa-f]{8}`,
    source: scannerRules,
  },
  {
    id: 'shopify-admin',
    service: 'Shopify',
    kind: 'Admin API access token',
    prefix: 'shpat_',
    rest: '[0-9A-Fa-f]{32}',
    source: scannerRules,
  },
  {
    id: 'vault-service',
    service: 'HashiCorp Vault',
    kind: 'service token',
    prefix: 'hvs.',
    rest: `${wordy}{90,120}`,
    source: scannerRules,
  },
  {
    id: 'atlassian',
    service: 'Atlassian',
    kind: 'API token',
    prefix: 'ATATT3',
    rest: '[0-9A-Za-z_=-]{186}',
    source: scannerRules,
  },
  {
    id: 'pypi',
    service: 'PyPI',
    kind: 'API token',
    prefix: 'pypi-AgEIcHlwaS5vcmc',
    rest: `${wordy}{50,1000}`,
    source: scannerRules,
  },
  {
    id: 'rubygems',
    service: 'RubyGems',
    kind: 'API key',
    prefix: 'rubygems_',
    rest: `${hex}{48}`,
    source: scannerRules,
  },
  {
    id: 'sendgrid',
    service: 'SendGrid',
    kind: 'API key',
    prefix: 'SG.',
    rest: `${wordy}{22}\\.${wordy}{43}`,
    source: scannerRules,
  },
  {
    id: 'onepassword-service-account',
    service: '1Password',
    kind: 'service account token',
    prefix: 'ops_eyJ',
    rest: '[0-9A-Za-z+/]{250,2000}={0,3}',
    source: scannerRules,
  },
];

function gitHub(id: string, kind: string, prefix: string): TokenShape {
  const checksum = crc32InBase62(prefix);
  return { id, service: 'GitHub', kind, prefix, rest: `${letters}{36}`, checksum, source: gitHubFormats };
}

function gitLab(id: string, kind: string, prefix: string, length: number): TokenShape {
  return { id, service: 'GitLab', kind, prefix, rest: `${wordy}{${length}}`, source: gitLabTokens };
}

function planetScale(id: string, kind: string, prefix: string): TokenShape {
  const rest = '[0-9A-Za-z_=.-]{32,64}';
  return { id, service: 'PlanetScale', kind, prefix, rest, source: planetScaleTokens };
}

function digitalOcean(id: string, kind: string, prefix: string): TokenShape {
  return { id, service: 'DigitalOcean', kind, prefix, rest: `${hex}{64}`, source: scannerRules };
}

/** Each has the same eight characters in its middle. */
function openAi(id: string, kind: string, prefix: string): TokenShape {
  const rest = `${wordy}{20,80}T3BlbkFJ${wordy}{20,80}`;
  return { id, service: 'OpenAI', kind, prefix, rest, source: scannerRules };
}
