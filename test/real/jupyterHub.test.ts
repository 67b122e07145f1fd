import { declareTokenServiceFlows } from './flows/tokenService.ts';
import { jupyterHub } from './servers/jupyterHub.ts';

declareTokenServiceFlows(jupyterHub);
