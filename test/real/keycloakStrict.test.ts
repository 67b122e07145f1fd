import { declareOAuthFlows } from './flows/oauth.ts';
import { keycloakStrict } from './servers/keycloakStrict.ts';

declareOAuthFlows(keycloakStrict);
