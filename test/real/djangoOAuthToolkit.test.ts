import { declareOAuthFlows } from './flows/oauth.ts';
import { djangoOAuthToolkit } from './servers/djangoOAuthToolkit.ts';

declareOAuthFlows(djangoOAuthToolkit);
