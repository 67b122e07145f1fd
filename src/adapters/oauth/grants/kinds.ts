import { authentik } from './authentik.ts';
import type { GrantKind } from './grantServer.ts';
import { hydra } from './hydra.ts';
import { keycloak } from './keycloak.ts';
import { okta } from './okta.ts';

/** What is known of more than tokens; the first that a server may be of counts. */
export const grantKinds: readonly GrantKind[] = [hydra, keycloak, authentik, okta];
