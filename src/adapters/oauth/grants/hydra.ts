import type { Reach } from '../../../core/adapter/contract.ts';
import { type Item, noLifetime } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import { mapYielding, Slices } from '../../../core/yielding.ts';
import { parsed } from '../../support/answers.ts';
import { moment, text } from '../../support/fields.ts';
import { lazy } from '../../support/lazy.ts';
import { readRows } from '../../support/restClient.ts';
import * as z from '../../support/schema.ts';
import { word } from '../protocol/answers.ts';
import { administrationOf, consents } from './administration.ts';
import type { GrantKind, GrantSection, OwnGrant } from './grantServer.ts';
import {
  bySignatureAlone,
  flag,
  instant,
  linkedQuery,
  list,
  ownTokensEnd,
  scopeRows,
  words,
} from './parts.ts';

const consent = lazy(() =>
  z.object({
    grant_scope: words(),
    handled_at: instant(),
    remember: flag(),
    consent_request: z.object({
      client: z.object({ client_id: z.filled(), client_name: word() }),
    }),
  }),
);

/** All consents that one client was given. */
interface Application {
  readonly id: string;
  readonly name: string | undefined;
  readonly consents: z.infer<ReturnType<typeof consent>>[];
}

/** Ory Hydra's administration, for those who run it. Compared with 2.3.0 in November 2026. */
export const hydra: GrantKind = (_issuer, settings, localize) => {
  const address = administrationOf(settings);
  return address === undefined
    ? undefined
    : { apiUrl: address, credential: 'administration', sections: [applications(localize)] };
};

function applications(localize: Localize): GrantSection {
  const route = consents;
  /** How many consents an application has, by what the list said last. */
  const counts = new Map<string, number>();
  const needs = localize(
    'Ory Hydra’s administration, or a proxy in front of it, requires another credential.',
  );
  return {
    id: 'applications',
    name: localize('Applications you have authorized'),
    isBySubject: true,
    list: ({ subject }) => ({ route, query: { subject } }),
    next: ({ headers }) => linkedQuery(headers.link),
    listNeeds: needs,
    endNeeds: needs,
    rows: async (answers, own, signal) => {
      const slices = new Slices(signal);
      const all = answers.flatMap((answer) => parsed(list(), answer));
      const { rows, problems } = await readRows(consent(), all, localize, slices);
      const found = new Map<string, Application>();
      for (const row of rows) {
        const { client_id: id, client_name: name } = row.consent_request.client;
        const application = found.get(id) ?? { id, name, consents: [] };
        application.consents.push(row);
        found.set(id, application);
      }
      counts.clear();
      for (const { id, consents } of found.values()) {
        counts.set(id, consents.length);
      }
      const show = (application: Application) => applicationRow(application, own, localize);
      return { rows: await mapYielding([...found.values()], show, slices), problems };
    },
    reach: (row) => reachOf(row, counts.get(row.id), localize),
    // The server takes an empty client for all of them.
    end: ({ id }, { subject }) => (id === '' ? [] : [{ route, query: { subject, client: id } }]),
  };
}

function applicationRow({ id, name, consents }: Application, own: OwnGrant, localize: Localize): Item {
  const isOwn = id === own.clientId;
  const moments = consents.flatMap(({ handled_at: at }) => at ?? []);
  const [first, last] = moments.length > 0 ? [Math.min(...moments), Math.max(...moments)] : [];
  const isRemembered = consents.some(({ remember }) => remember);
  return {
    id,
    kind: 'application',
    name: name ?? id,
    status: 'active',
    lifetime: noLifetime,
    createdAt: first,
    ...(isOwn && { isOwnCredential: true }),
    ...(isOwn && { remark: localize('this connection’s own client') }),
    fields: [
      ...text(localize('Client'), id),
      ...text(localize('Consents'), String(consents.length)),
      ...text(localize('Asks again'), isRemembered ? localize('no') : localize('yes')),
      ...moment(localize('Authorized'), first),
      ...moment(localize('Last changed'), last),
    ],
    children: scopeRows(consents.flatMap(({ grant_scope: scopes = [] }) => scopes)),
    actions: ['revoke'],
    identifier: id,
  };
}

function reachOf({ isOwnCredential }: Item, count: number | undefined, localize: Localize): Reach {
  return {
    sentence:
      count === undefined
        ? localize(
            'All your consents to the application are deleted, and its access and refresh tokens end. It asks again next time.',
          )
        : localize(
            'All your consents to the application ({0}) are deleted, and its access and refresh tokens end. It asks again next time.',
            String(count),
          ),
    warnings: [bySignatureAlone(localize), ...(isOwnCredential ? [ownTokensEnd(localize)] : [])],
  };
}
