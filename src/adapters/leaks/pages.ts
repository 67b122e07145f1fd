/**
 * Where each service lets its tokens be revoked; where that depends on the installation or the project, its page on how.
 */
export const revokePages: Readonly<Record<string, string>> = {
  '1Password': 'https://developer.1password.com/docs/service-accounts/manage-service-accounts/',
  Anthropic: 'https://console.anthropic.com/settings/keys',
  Atlassian: 'https://id.atlassian.com/manage-profile/security/api-tokens',
  Buildkite: 'https://buildkite.com/user/api-access-tokens',
  DigitalOcean: 'https://cloud.digitalocean.com/account/api/tokens',
  Doppler: 'https://docs.doppler.com/docs/service-tokens',
  GitHub: 'https://github.com/settings/tokens',
  GitLab: 'https://docs.gitlab.com/security/tokens/',
  Grafana: 'https://grafana.com/docs/grafana/latest/administration/service-accounts/',
  'HashiCorp Vault': 'https://developer.hashicorp.com/vault/docs/commands/token/revoke',
  'Hugging Face': 'https://huggingface.co/settings/tokens',
  Linear: 'https://linear.app/docs/api-and-webhooks',
  Notion: 'https://www.notion.so/profile/integrations',
  npm: 'https://docs.npmjs.com/revoking-access-tokens',
  OpenAI: 'https://platform.openai.com/api-keys',
  PlanetScale: 'https://planetscale.com/docs/api/reference/service-tokens',
  Postman: 'https://learning.postman.com/docs/developer/postman-api/authentication/',
  Pulumi: 'https://app.pulumi.com/account/tokens',
  PyPI: 'https://packaging.python.org/en/latest/specifications/pypirc/',
  RubyGems: 'https://guides.rubygems.org/api-key-scopes/',
  SendGrid: 'https://app.sendgrid.com/settings/api_keys',
  Sentry: 'https://sentry.io/settings/account/api/auth-tokens/',
  Shopify: 'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens',
  Slack: 'https://api.slack.com/apps',
};
