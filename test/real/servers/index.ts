import type { RealServer, Stoppable } from '../realServer.ts';
import { djangoOAuthToolkit } from './djangoOAuthToolkit.ts';
import { gitea } from './gitea.ts';
import { hydra } from './hydra.ts';
import { jupyterHub } from './jupyterHub.ts';
import { keycloak } from './keycloak.ts';
import { keycloakAdmin } from './keycloakAdmin.ts';
import { keycloakStrict } from './keycloakStrict.ts';
import { mage, mageWithPermissions } from './mage.ts';
import { oidcProvider, oidcProviderStrict } from './oidcProvider.ts';
import { springAuthorizationServer } from './springAuthorizationServer.ts';
import { verdaccio } from './verdaccio.ts';

/** In the order in which they are run. */
export const servers: readonly RealServer<Stoppable>[] = [
  oidcProvider,
  oidcProviderStrict,
  verdaccio,
  jupyterHub,
  gitea,
  mage,
  mageWithPermissions,
  djangoOAuthToolkit,
  hydra,
  springAuthorizationServer,
  keycloak,
  keycloakStrict,
  keycloakAdmin,
];
