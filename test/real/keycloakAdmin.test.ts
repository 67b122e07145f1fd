import { declareTokenServiceFlows } from './flows/tokenService.ts';
import { keycloakAdmin } from './servers/keycloakAdmin.ts';

declareTokenServiceFlows(keycloakAdmin);
