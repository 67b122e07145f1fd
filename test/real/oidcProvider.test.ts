import { declareOAuthFlows } from './flows/oauth.ts';
import { oidcProvider } from './servers/oidcProvider.ts';

declareOAuthFlows(oidcProvider);
