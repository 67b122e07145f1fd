import { declareOAuthFlows } from './flows/oauth.ts';
import { keycloak } from './servers/keycloak.ts';

declareOAuthFlows(keycloak);
