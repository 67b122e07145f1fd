import { declareMageFlows } from './flows/mage.ts';
import { mage } from './servers/mage.ts';

declareMageFlows(mage);
