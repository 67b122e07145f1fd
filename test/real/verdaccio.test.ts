import { declareTokenServiceFlows } from './flows/tokenService.ts';
import { verdaccio } from './servers/verdaccio.ts';

declareTokenServiceFlows(verdaccio);
