import type { AdapterFactory } from '../../core/adapter/contract.ts';
import type { Localize } from '../../core/ports.ts';
import { describedAdapter } from '../declarative/adapter.ts';
import type { ServiceDescription, TokenMap } from '../declarative/description.ts';
import { gitlabOffer } from './offer.ts';

/** GitLab's personal access tokens: https://docs.gitlab.com/api/personal_access_tokens */
export const gitlab: AdapterFactory = (localize) => ({
  ...describedAdapter(gitlabDescription(localize), localize),
  ...gitlabOffer(localize),
});

/** https://docs.gitlab.com/security/tokens/access_token_scopes/ */
const breadth: TokenMap['breadth'] = {
  means: {
    api: 'broad',
    sudo: 'broad',
    admin_mode: 'broad',
    write_repository: 'broad',
    write_registry: 'broad',
    self_rotate: 'narrow',
  },
};

/** As the schema would have it, which need not be made for this: a test reads it by the schema. */
export function gitlabDescription(localize: Localize): ServiceDescription {
  const { id, displayName, description } = gitlabOffer(localize);
  return {
    id,
    name: displayName,
    summary: description,
    baseUrl: 'https://gitlab.com',
    credential: {
      title: localize('Personal access token'),
      prompt: localize(
        'In GitLab: Edit profile, Access tokens. It needs the scope “api”, or fine-grained access to personal access tokens.',
      ),
      header: 'PRIVATE-TOKEN',
      prefix: '',
    },
    account: { route: '/api/v4/user', id: 'id', name: 'username' },
    list: {
      route: '/api/v4/personal_access_tokens',
      query: {},
      activeQuery: { state: 'active' },
      paging: {
        style: 'page',
        parameter: 'page',
        first: 1,
        size: { parameter: 'per_page', value: 100 },
        totalHeader: 'x-total',
      },
    },
    token: {
      id: 'id',
      name: 'name',
      status: { at: 'revoked', means: { false: 'active', true: 'revoked' } },
      createdAt: 'created_at',
      lastUsedAt: 'last_used_at',
      // A plain date; the token dies with its first moment in UTC.
      expiresAt: 'expires_at',
      noExpiry: 'never',
      scopes: 'scopes',
      // A fine-grained token says `scopes: ["granular"]`: https://gitlab.com/gitlab-org/gitlab/-/issues/634390
      grants: {
        items: 'granular_scopes',
        names: 'permissions[]',
        insteadOf: 'granular',
        fields: {
          [localize('Access')]: 'access',
          [localize('Project')]: 'project_id',
          [localize('Group')]: 'group_id',
        },
      },
      breadth,
      fields: { [localize('Description')]: 'description', [localize('User ID')]: 'user_id' },
    },
    own: { route: '/api/v4/personal_access_tokens/self', id: 'id' },
    revoke: { method: 'DELETE', route: '/api/v4/personal_access_tokens/{id}' },
    // Rotating takes `{id}` with the scope `api`, or `self` with `self_rotate`; this connection has the former.
    rotate: {
      method: 'POST',
      route: '/api/v4/personal_access_tokens/{id}/rotate',
      value: 'token',
      expiresAt: 'expires_at',
      // Without it the new token lives for a week: https://docs.gitlab.com/api/personal_access_tokens
      sendExpiry: { member: 'expires_at', as: 'date' },
    },
  };
}
