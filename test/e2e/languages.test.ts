const german = 'de';

import { type Launched, launch } from './launch.ts';

describe('in German', () => {
  let launched: Launched;
  before(async () => {
    launched = await launch({ language: german });
  });
  after(async () => {
    await launched?.stop();
  });
  it('speaks', async () => {
    await launched.workbench.runCommand('OAuth-Token: Verbindung hinzufügen…');
    await launched.workbench.question('');
    await launched.workbench.picture('german');
  });
});
