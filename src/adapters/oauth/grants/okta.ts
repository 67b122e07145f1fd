import { isRecord } from '../../../core/json.ts';
import { type Item, noChildren, noLifetime } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import { mapYielding, Slices } from '../../../core/yielding.ts';
import { parsed } from '../../support/answers.ts';
import { text } from '../../support/fields.ts';
import { lazy } from '../../support/lazy.ts';
import { readRows } from '../../support/restClient.ts';
import * as z from '../../support/schema.ts';
import { serverOf } from '../discovery/server.ts';
import { word } from '../protocol/answers.ts';
import type { GrantKind, GrantSection, OwnGrant } from './grantServer.ts';
import { bySignatureAlone, linkedQuery, list, ownTokensEnd } from './parts.ts';

const client = lazy(() => z.object({ client_id: z.filled(), client_name: word(), client_uri: word() }));

/**
 * Okta's API for the clients that a user has given grants or refresh tokens, by its OpenAPI description 2026.05.1 (tag
 * UserResources, UserGrant and UserOAuth). Not compared with a real organization.
 */
export const okta: GrantKind = (issuer, settings, localize) => {
  // Tokens of other authorization servers of the organization (`/oauth2/…`) are not for its API.
  if (serverOf(settings).token_endpoint !== `${issuer.origin}/oauth2/v1/token`) {
    return undefined;
  }
  return {
    apiUrl: issuer.origin,
    probe: {
      route: '/.well-known/okta-organization',
      isIt: (answer) =>
        isRecord(answer) && typeof answer.id === 'string' && typeof answer.pipeline === 'string',
    },
    credential: 'accessToken',
    wrongToken: {
      isFor: ({ scopes }) => scopes.includes('okta.users.read'),
      sentence: needed('okta.users.read', localize),
    },
    sections: [applications(localize)],
  };
};

function applications(localize: Localize): GrantSection {
  return {
    id: 'applications',
    name: localize('Applications you have authorized'),
    isBySubject: true,
    list: ({ subject }) => ({ route: '/api/v1/users/{user}/clients', params: { user: subject } }),
    next: ({ headers }) => linkedQuery(headers.link),
    listNeeds: needed('okta.users.read', localize),
    endNeeds: needed('okta.users.manage', localize),
    rows: async (answers, own, signal) => {
      const slices = new Slices(signal);
      const all = answers.flatMap((answer) => parsed(list(), answer));
      const { rows, problems } = await readRows(client(), all, localize, slices);
      return { rows: await mapYielding(rows, (row) => clientRow(row, own, localize), slices), problems };
    },
    reach: ({ isOwnCredential }) => ({
      sentence: localize(
        'The application’s refresh tokens are revoked, and then the scopes that you granted it. You stay signed in.',
      ),
      warnings: [bySignatureAlone(localize), ...(isOwnCredential ? [ownTokensEnd(localize)] : [])],
    }),
    end: ({ id }, { subject }) =>
      ['tokens', 'grants'].map((what) => ({
        route: `/api/v1/users/{user}/clients/{client}/${what}`,
        params: { user: subject, client: id },
      })),
  };
}

function clientRow(row: z.infer<ReturnType<typeof client>>, own: OwnGrant, localize: Localize): Item {
  const isOwn = row.client_id === own.clientId;
  return {
    id: row.client_id,
    kind: 'application',
    name: row.client_name ?? row.client_id,
    status: 'active',
    lifetime: noLifetime,
    ...(isOwn && { isOwnCredential: true, remark: localize('this connection’s own client') }),
    fields: [...text(localize('Client'), row.client_id), ...text(localize('Website'), row.client_uri)],
    children: noChildren,
    actions: ['revoke'],
    identifier: row.client_id,
  };
}

function needed(scope: string, localize: Localize): string {
  return localize(
    'Okta’s API asks for the scope “{0}”: granted to the client, and asked for at sign-in.',
    scope,
  );
}
