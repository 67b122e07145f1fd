import { declareMageFlows } from './flows/mage.ts';
import { mageWithPermissions } from './servers/mage.ts';

declareMageFlows(mageWithPermissions);
