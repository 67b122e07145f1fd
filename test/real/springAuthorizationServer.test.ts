import { declareOAuthFlows } from './flows/oauth.ts';
import { springAuthorizationServer } from './servers/springAuthorizationServer.ts';

declareOAuthFlows(springAuthorizationServer);
