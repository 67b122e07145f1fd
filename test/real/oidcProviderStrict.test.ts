import { declareOAuthFlows } from './flows/oauth.ts';
import { oidcProviderStrict } from './servers/oidcProvider.ts';

declareOAuthFlows(oidcProviderStrict);
