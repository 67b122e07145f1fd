import { isRecord } from '../../../core/json.ts';
import type { Item } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import { mapYielding, Slices } from '../../../core/yielding.ts';
import { parsed } from '../../support/answers.ts';
import { text } from '../../support/fields.ts';
import { lazy } from '../../support/lazy.ts';
import { readRows } from '../../support/restClient.ts';
import * as z from '../../support/schema.ts';
import { word } from '../protocol/answers.ts';
import type { GrantKind, GrantSection } from './grantServer.ts';
import { bySignatureAlone, flag, instant, list, scopeRows, words } from './parts.ts';

/** Of a token's provider nothing but names is taken: its answer has the client's secret in it. */
const token = lazy(() =>
  z.object({
    pk: z.int().check(z.nonnegative()),
    provider: z.catch(z.object({ name: word(), assigned_application_name: word(), client_id: word() }), {}),
    user: z.catch(z.object({ username: word() }), {}),
    is_expired: flag(),
    revoked: flag(),
    expires: instant(),
    scope: words(),
  }),
);

const page = lazy(() =>
  z.object({
    results: list(),
    // Without it, whether there are more would not be known.
    pagination: z.object({ next: z.number() }),
  }),
);

/** authentik's API for tokens, by its OpenAPI description (tag oauth2). Not compared with a real server. */
export const authentik: GrantKind = (issuer, _settings, localize) => {
  const [, base] = /^(.*)\/application\/o\/[^/]+\/?$/.exec(issuer.pathname) ?? [];
  if (base === undefined || issuer.search !== '') {
    return undefined;
  }
  const scope = 'goauthentik.io/api';
  const needs = localize(
    'authentik’s API asks for the scope “{0}”: mapped in the provider, and asked for at sign-in.',
    scope,
  );
  return {
    apiUrl: `${issuer.origin}${base}/api/v3`,
    probe: {
      route: `${base}/api/v3/root/config/`,
      isIt: (answer) =>
        isRecord(answer) && Array.isArray(answer.capabilities) && isRecord(answer.error_reporting),
    },
    credential: 'accessToken',
    wrongToken: { isFor: ({ scopes }) => scopes.includes(scope), sentence: needs },
    sections: [
      tokens('refresh_tokens', localize('Refresh tokens at the server'), needs, localize),
      tokens('access_tokens', localize('Access tokens at the server'), needs, localize),
    ],
  };
};

function tokens(
  kind: 'refresh_tokens' | 'access_tokens',
  name: string,
  needs: string,
  localize: Localize,
): GrantSection {
  const route = `/oauth2/${kind}/`;
  return {
    id: `authentik.${kind}`,
    name,
    list: () => ({ route }),
    next: ({ body }) => {
      const { next } = parsed(page(), body).pagination;
      return next > 0 ? { page: String(next) } : undefined;
    },
    listNeeds: needs,
    endNeeds: needs,
    rows: async (answers, _own, signal) => {
      const slices = new Slices(signal);
      const all = answers.flatMap((answer) => parsed(page(), answer).results);
      const { rows, problems } = await readRows(token(), all, localize, slices);
      return { rows: await mapYielding(rows, (row) => tokenRow(row, localize), slices), problems };
    },
    reach: () => ({
      sentence:
        kind === 'refresh_tokens'
          ? localize(
              'This refresh token is deleted. Access tokens issued with it stay valid until they expire.',
            )
          : localize('This access token is deleted. A refresh token issued with it stays valid.'),
      warnings: kind === 'access_tokens' ? [bySignatureAlone(localize)] : [],
    }),
    end: ({ id }) => [{ route: `${route}{token}/`, params: { token: id } }],
  };
}

function tokenRow(row: z.infer<ReturnType<typeof token>>, localize: Localize): Item {
  const { provider, user, scope = [] } = row;
  return {
    id: String(row.pk),
    kind: 'token',
    name: provider.assigned_application_name ?? provider.name ?? provider.client_id ?? String(row.pk),
    status: row.revoked ? 'revoked' : row.is_expired ? 'inactive' : 'active',
    lifetime: row.expires ? { kind: 'expires', at: row.expires } : { kind: 'unknown' },
    owner: user.username,
    fields: [
      ...text(localize('Client'), provider.client_id),
      ...text(localize('Identifier'), String(row.pk)),
    ],
    children: scopeRows(scope),
    actions: ['revoke'],
    identifier: String(row.pk),
  };
}
