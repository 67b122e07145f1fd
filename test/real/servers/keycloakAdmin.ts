import * as z from 'zod';
import { shelfEntry } from '../../documents/shelf.ts';
import { sampleSecret } from '../../servers/loopback.ts';
import { describedFactory } from '../flows/described.ts';
import type { TokenServiceSubject } from '../flows/tokenServiceSubject.ts';
import type { RealServer } from '../realServer.ts';
import { keycloak, realmSettings, secretsOfTheShop, shop, startKeycloakServer } from './keycloak.ts';

const robin = '0d7d9c3c-7a0e-4d6c-9f8f-1f6a4e0c0001';
const desk = { clientId: 'desk', secret: sampleSecret('keycloak desk') };
/** As it ships. */
const { description } = shelfEntry('keycloak-admin');

/** What its administration tells of a user’s sessions, by description. */
export const keycloakAdmin: RealServer<TokenServiceSubject> = {
  id: 'keycloakAdmin',
  name: 'Keycloak, administration',
  version: keycloak.version,
  kind: 'Service with a list of tokens',
  folder: keycloak.id,
  needs: keycloak.needs,
  source: keycloak.source,
  install: keycloak.install,
  start: async () => {
    const { url, stop } = await startKeycloakServer(realmWithDesk());
    const answers = { baseUrl: url, realm: 'shop', person: robin, user: desk.clientId };
    return {
      factory: describedFactory(description),
      answers: { ...answers, credential: desk.secret },
      wrongAnswers: { ...answers, credential: 'somebody-elses' },
      account: shop.person,
      branch: 'sessions',
      service: description.name,
      settings: { 'oauthTokens.services': [{ ...description, baseUrl: url }] },
      answer: async (workbench) => {
        await workbench.answer('API address', url);
        await workbench.answer('Realm', 'shop');
        await workbench.answer('User ID', robin);
        await workbench.answer('Client ID', desk.clientId);
        await workbench.answer('Client secret', desk.secret);
      },
      make: () => signIn(url),
      isAccepted: async (value) => {
        const answer = await fetch(`${url}/realms/shop/protocol/openid-connect/userinfo`, {
          headers: { authorization: `Bearer ${value}` },
        });
        return answer.ok;
      },
      secrets: [...secretsOfTheShop, desk.secret],
      stop,
    };
  },
};

const signedIn = z.object({ access_token: z.string(), session_state: z.string() });

/** As a program does it that asks its user for the password. */
async function signIn(url: string) {
  const answer = await fetch(`${url}/realms/shop/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'till',
      scope: 'openid',
      ...shop.fills,
    }),
  });
  if (!answer.ok) {
    throw new Error(`Keycloak answered ${answer.status}: ${await answer.text()}`);
  }
  const { access_token: value, session_state: session } = signedIn.parse(await answer.json());
  return { value, isRow: ({ id }: { readonly id: string }) => id === session };
}

function realmWithDesk() {
  const settings = realmSettings();
  return {
    ...settings,
    clients: [
      { clientId: desk.clientId, secret: desk.secret, enabled: true, serviceAccountsEnabled: true },
      { clientId: 'till', enabled: true, publicClient: true, directAccessGrantsEnabled: true },
    ],
    users: [
      ...settings.users.map((user) => ({ ...user, id: robin })),
      {
        username: `service-account-${desk.clientId}`,
        enabled: true,
        serviceAccountClientId: desk.clientId,
        clientRoles: { 'realm-management': ['manage-users'] },
      },
    ],
  };
}
