import type { Reach } from '../../../core/adapter/contract.ts';
import { isRecord } from '../../../core/json.ts';
import { type Item, noChildren, noLifetime } from '../../../core/model/item.ts';
import type { Localize } from '../../../core/ports.ts';
import { forEachYielding, mapYielding, Slices } from '../../../core/yielding.ts';
import { parsed } from '../../support/answers.ts';
import { moment, text } from '../../support/fields.ts';
import { momentOrNone } from '../../support/instants.ts';
import { lazy } from '../../support/lazy.ts';
import { readRows } from '../../support/restClient.ts';
import * as z from '../../support/schema.ts';
import { word } from '../protocol/answers.ts';
import type { GrantKind, GrantSection, OwnGrant } from './grantServer.ts';
import { bySignatureAlone, flag, list, ownTokensEnd, scopeRows } from './parts.ts';

const milliseconds = lazy(() => momentOrNone(z.number()));
const seconds = lazy(() =>
  momentOrNone(
    z.pipe(
      z.number(),
      z.transform((at) => at * 1000),
    ),
  ),
);

const application = lazy(() =>
  z.object({
    clientId: z.filled(),
    clientName: word(),
    description: word(),
    inUse: flag(),
    offlineAccess: flag(),
    consent: z.nullish(
      z.object({
        // The name is the key of a text where there is one to show (`${emailScopeConsentText}`).
        grantedScopes: z.orNone(z.array(z.object({ name: word(), displayText: word() }))),
        createdDate: milliseconds(),
        lastUpdatedDate: milliseconds(),
      }),
    ),
  }),
);

type Application = z.infer<ReturnType<typeof application>>;

const session = lazy(() =>
  z.object({
    id: z.filled(),
    ipAddress: word(),
    started: seconds(),
    lastAccess: seconds(),
    expires: seconds(),
    browser: word(),
    current: flag(),
    clients: z.orNone(z.array(z.object({ clientId: word(), clientName: word() }))),
  }),
);

type Session = z.infer<ReturnType<typeof session>>;

const device = lazy(() => z.object({ os: word(), osVersion: word(), device: word(), sessions: list() }));

/**
 * Keycloak's account API, as its account console uses it. Compared with 26.4.7 in November 2026; from 26.8 on it can
 * also end an application's sessions without its consent, which is not used here.
 */
export const keycloak: GrantKind = (issuer, _settings, localize) => {
  if (!/\/realms\/[^/]+\/?$/.test(issuer.pathname) || issuer.search !== '') {
    return undefined;
  }
  const address = issuer.href.replace(/\/$/, '');
  return {
    apiUrl: `${address}/account`,
    probe: {
      route: new URL(address).pathname,
      isIt: (answer) =>
        isRecord(answer) && typeof answer['account-service'] === 'string' && typeof answer.realm === 'string',
    },
    credential: 'accessToken',
    wrongToken: {
      isFor: ({ audience }) => audience.includes('account'),
      sentence: localize(
        'This access token is not for Keycloak’s account API. Give the client the scope “roles” and roles of “account”.',
      ),
    },
    sections: [applications(localize), sessions(localize)],
  };
};

function applications(localize: Localize): GrantSection {
  /** By what the list said last. */
  const consented = new Set<string>();
  return {
    id: 'applications',
    name: localize('Applications you have authorized'),
    list: () => ({ route: '/applications' }),
    listNeeds: roleNeeded('view-applications', localize),
    endNeeds: roleNeeded('manage-consent', localize),
    rows: async ([answer], own, signal) => {
      const slices = new Slices(signal);
      const { rows, problems } = await readRows(application(), parsed(list(), answer), localize, slices);
      consented.clear();
      for (const { clientId, consent } of rows) {
        if (consent) {
          consented.add(clientId);
        }
      }
      const show = (row: Application) => applicationRow(row, own, localize);
      return { rows: await mapYielding(rows.filter(isAuthorized), show, slices), problems };
    },
    reach: (row) => applicationReach(row, consented.has(row.id), localize),
    end: ({ id }) => [{ route: '/applications/{client}/consent', params: { client: id } }],
  };
}

/** The list also has what the user has only been signed in to: the realm's own applications, which ask nothing. */
function isAuthorized({ consent, offlineAccess }: Application): boolean {
  return Boolean(consent) || offlineAccess;
}

function applicationRow(row: Application, { clientId }: OwnGrant, localize: Localize): Item {
  const { consent } = row;
  const isOwn = row.clientId === clientId;
  const remarks = [
    ...(isOwn ? [localize('this connection’s own client')] : []),
    ...(row.offlineAccess ? [localize('offline access')] : []),
    ...(row.inUse ? [localize('in use')] : []),
  ];
  const scopes = (consent?.grantedScopes ?? []).flatMap(({ name, displayText }) => displayText ?? name ?? []);
  return {
    id: row.clientId,
    kind: 'application',
    name: row.clientName ?? row.clientId,
    status: 'active',
    lifetime: noLifetime,
    createdAt: consent?.createdDate,
    ...(isOwn && { isOwnCredential: true }),
    ...(remarks.length > 0 && { remark: remarks.join(' · ') }),
    fields: [
      ...text(localize('Client'), row.clientId),
      ...text(localize('Description'), row.description),
      ...text(localize('Offline access'), row.offlineAccess ? localize('yes') : localize('no')),
      ...text(localize('In use'), row.inUse ? localize('yes') : localize('no')),
      ...moment(localize('Authorized'), consent?.createdDate),
      ...moment(localize('Last changed'), consent?.lastUpdatedDate),
    ],
    children: scopeRows(scopes),
    actions: ['revoke'],
    identifier: row.clientId,
  };
}

function applicationReach({ isOwnCredential }: Item, hasConsent: boolean, localize: Localize): Reach {
  return {
    sentence: hasConsent
      ? localize(
          'Your consent is removed, and the application’s refresh tokens, offline access and sign-ins end. It asks again next time.',
        )
      : localize(
          'The application’s offline access ends. It never asked for consent, and may be signed in again.',
        ),
    warnings: [bySignatureAlone(localize), ...(isOwnCredential ? [ownTokensEnd(localize)] : [])],
  };
}

function sessions(localize: Localize): GrantSection {
  return {
    id: 'sessions',
    name: localize('Sessions and devices'),
    list: () => ({ route: '/sessions/devices' }),
    listNeeds: roleNeeded('view-profile', localize),
    endNeeds: roleNeeded('manage-account', localize),
    rows: async ([answer], _own, signal) => {
      const slices = new Slices(signal);
      const devices = await readRows(device(), parsed(list(), answer), localize, slices);
      const problems = [...devices.problems];
      const items: Item[] = [];
      for (const on of devices.rows) {
        const read = await readRows(session(), on.sessions, localize, slices);
        problems.push(...read.problems);
        await forEachYielding(read.rows, (row) => items.push(sessionRow(row, on, localize)), slices);
      }
      return { rows: items, problems };
    },
    reach: ({ isOwnCredential }) => ({
      sentence: localize(
        'The session is signed out: applications signed in by it lose their refresh tokens. Offline access stays.',
      ),
      warnings: [
        bySignatureAlone(localize),
        ...(isOwnCredential
          ? [localize('This is the session of this connection: its own tokens end with it.')]
          : []),
      ],
    }),
    end: ({ id }) => [{ route: '/sessions/{session}', params: { session: id } }],
  };
}

function sessionRow(row: Session, on: z.infer<ReturnType<typeof device>>, localize: Localize): Item {
  const system = [on.os, on.osVersion].filter(isKnown).join(' ');
  // `Firefox/128.0`, or `Other/Unknown` for programs that are no browser.
  const browser = (row.browser ?? '').split('/').filter(isKnown).join(' ');
  const where = browser !== '' && system !== '' ? localize('{0} on {1}', browser, system) : browser || system;
  const clients = (row.clients ?? []).flatMap(({ clientId, clientName }) => clientName ?? clientId ?? []);
  return {
    id: row.id,
    kind: 'token',
    name: where || row.ipAddress || localize('Unknown device'),
    status: 'active',
    // A session ends by itself within hours or days, which is nothing to warn of.
    lifetime: noLifetime,
    createdAt: row.started,
    lastUsedAt: row.lastAccess,
    ...(row.current && { isOwnCredential: true }),
    remark: row.current ? localize('this connection’s own session') : clients.join(', '),
    fields: [
      ...text(localize('IP address'), row.ipAddress),
      ...text(localize('Device'), isKnown(on.device) ? on.device : undefined),
      ...text(localize('Applications'), clients.join(', ')),
      ...moment(localize('Started'), row.started),
      ...moment(localize('Last used'), row.lastAccess),
      ...moment(localize('Expires'), row.expires),
    ],
    children: noChildren,
    actions: ['revoke'],
    identifier: row.id,
  };
}

function isKnown(name: string | undefined): name is string {
  return name !== undefined && name !== '' && name !== 'Other' && name !== 'Unknown';
}

function roleNeeded(role: string, localize: Localize): string {
  return localize(
    'Keycloak’s account API asks for the role “{0}” of the client “account”: for you, and in the client’s scope.',
    role,
  );
}
