import { declareTokenServiceFlows } from './flows/tokenService.ts';
import { gitea } from './servers/gitea.ts';

declareTokenServiceFlows(gitea);
