import { declareOAuthFlows } from './flows/oauth.ts';
import { hydra } from './servers/hydra.ts';

declareOAuthFlows(hydra);
