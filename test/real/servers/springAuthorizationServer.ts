import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sampleSecret } from '../../servers/loopback.ts';
import { grantSentences } from '../flows/grants.ts';
import { clientsOf, introspected, type OAuthSubject } from '../flows/oauthSubject.ts';
import { notStrict } from '../flows/strict.ts';
import { tools } from '../machine.ts';
import { freePort, startProgram } from '../program.ts';
import { folderOf, installOnce, logOf, type RealServer, runClient } from '../realServer.ts';

const id = 'springAuthorizationServer';
const version = '1.5.3';
const boot = '3.5.7';
const password = sampleSecret('spring robin');
const clients = clientsOf('spring');
/** What every application that uses this server writes itself. */
const application = join(import.meta.dirname, 'spring');

export const springAuthorizationServer: RealServer<OAuthSubject> = {
  id,
  name: 'Spring Authorization Server',
  version,
  kind: 'OAuth 2.0 server',
  needs: [tools.java, tools.javac, tools.maven],
  source: `org.springframework.boot:spring-boot-starter-oauth2-authorization-server:${boot} from Maven Central, and a file of ours, compiled`,
  lacks: {
    ...Object.fromEntries(grantSentences.map((sentence) => [sentence, 'it tells of no grants'])),
    ...notStrict,
    'signs in as a client that has no secret': 'it gives such clients no refresh token',
    'tells a sign-in that the user declined':
      'it grants again what was agreed to before, also to whoever declines',
    'registers a client of its own and signs in as it, also from another port':
      'clients register with a token that another client has to get first',
  },
  install: async (say) => {
    await installOnce(id, version, async (folder) => {
      say('its packages, by Maven');
      cpSync(join(application, 'pom.xml'), join(folder, 'pom.xml'));
      await runClient(id, 'mvn', [
        '--batch-mode',
        '--quiet',
        `-Dmaven.repo.local=${folderOf('maven')}`,
        `--file=${join(folder, 'pom.xml')}`,
        'dependency:copy-dependencies',
        `-DoutputDirectory=${join(folder, 'lib')}`,
      ]);
    });
  },
  start: async () => {
    const folder = folderOf(id);
    const classes = join(folder, 'classes');
    mkdirSync(classes, { recursive: true });
    // Each time, so that it is the file as it is now.
    const source = join(application, 'AuthorizationServer.java');
    await runClient(id, 'javac', ['-parameters', '-cp', join(folder, 'lib', '*'), '-d', classes, source]);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = await startProgram({
      command: 'java',
      args: [
        '-XX:TieredStopAtLevel=1',
        '-cp',
        `${classes}:${join(folder, 'lib', '*')}`,
        'AuthorizationServer',
        `--server.port=${port}`,
        '--server.address=127.0.0.1',
      ],
      log: logOf(id),
      env: {
        ISSUER: url,
        USER_PASSWORD: password,
        CLIENT_ID: clients.secret.clientId,
        CLIENT_SECRET: clients.secret.clientSecret,
        OPEN_CLIENT_ID: clients.open.clientId,
      },
      readyAt: `${url}/.well-known/openid-configuration`,
    });
    return {
      issuer: url,
      clients,
      scopes: 'openid orders:read',
      clientScopes: 'orders:read',
      deviceScopes: 'orders:read',
      fills: { username: 'robin', password },
      person: 'robin',
      registersNobody: true,
      isAskedAbout: ['access_token', 'refresh_token'],
      isLive: (token) => introspected(`${url}/oauth2/introspect`, clients.secret, token),
      secrets: [password, clients.secret.clientSecret],
      stop: program.stop,
    };
  },
};
