import { join } from 'node:path';
import { sampleSecret } from '../../servers/loopback.ts';
import { grantSentences } from '../flows/grants.ts';
import { clientsOf, introspected, type OAuthSubject } from '../flows/oauthSubject.ts';
import { notStrict } from '../flows/strict.ts';
import { tools } from '../machine.ts';
import { freePort, startProgram } from '../program.ts';
import { emptyDataFolder, logOf, type RealServer } from '../realServer.ts';
import { installFromPyPI, pythonOf } from './python.ts';

const id = 'djangoOAuthToolkit';
const version = '3.4.1';
const password = sampleSecret('django robin');
const { secret, open } = clientsOf('django');
const alone = { ...secret, clientId: 'shop-nightly' };
const device = { clientId: 'shop-till', clientAuth: 'none' } as const;

export const djangoOAuthToolkit: RealServer<OAuthSubject> = {
  id,
  name: 'Django OAuth Toolkit',
  version,
  kind: 'OAuth 2.0 server',
  needs: [tools.python],
  source: `django-oauth-toolkit==${version} from PyPI`,
  lacks: {
    ...Object.fromEntries(
      grantSentences.map((sentence) => [sentence, 'it tells of grants on its own pages only']),
    ),
    ...notStrict,
    'signs in with a code on another device': 'its metadata does not tell where such a sign-in begins',
  },
  install: (say) => installFromPyPI(id, version, [`django-oauth-toolkit==${version}`, 'Django==5.2.*'], say),
  start: async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = await startProgram({
      command: pythonOf(id),
      args: [join(import.meta.dirname, 'django', 'site.py'), String(port), emptyDataFolder(id)],
      log: logOf(id),
      env: { SETUP: JSON.stringify({ user: 'robin', password, clients: applications() }) },
      readyAt: `${url}/o/.well-known/openid-configuration`,
    });
    return {
      issuer: `${url}/o`,
      clients: { secret, open, alone, device },
      scopes: 'openid orders:read',
      clientScopes: 'orders:read',
      // It signs no ID tokens for clients that have registered themselves, and fails with 500 when one is due.
      registeredScopes: 'orders:read',
      fills: { username: 'robin', password },
      isAskedAbout: ['access_token'],
      isLive: (token) => introspected(`${url}/o/introspect/`, secret, token),
      secrets: [password, secret.clientSecret],
      stop: program.stop,
    };
  },
};

/** Each may get tokens in one way only. */
function applications() {
  const redirect_uris = 'http://127.0.0.1/callback';
  const client_secret = secret.clientSecret;
  const confidential = { client_type: 'confidential', client_secret };
  const grant = (authorization_grant_type: string) => ({ authorization_grant_type });
  return [
    { client_id: secret.clientId, ...confidential, ...grant('authorization-code'), redirect_uris },
    { client_id: open.clientId, client_type: 'public', ...grant('authorization-code'), redirect_uris },
    { client_id: alone.clientId, ...confidential, ...grant('client-credentials') },
    {
      client_id: device.clientId,
      client_type: 'public',
      ...grant('urn:ietf:params:oauth:grant-type:device_code'),
    },
  ];
}
