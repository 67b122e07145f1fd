import { startPlanetScale } from '../servers/planetscale.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import type { Workbench } from './workbench.ts';

const day = 24 * 60 * 60_000;

describe('a computer whose clock is wrong', () => {
  let server: Awaited<ReturnType<typeof startPlanetScale>>;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    server = await startPlanetScale({ now: () => Date.now() - 9 * day });
    launched = await launch();
    workbench = launched.workbench;
  });

  after(async () => {
    await launched?.stop();
    await server?.stop();
  });

  story('clock', () => [workbench]);

  it('is told so on the connection, and no token counts as expired that is not', async () => {
    const { serviceTokenId, serviceToken } = server.credentials;
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.choose('Add Connection', 'PlanetScale');
    await workbench.answer('API address', server.apiUrl);
    await workbench.answer('OAuth address', server.oauthUrl);
    await workbench.answer('Service token ID', serviceTokenId);
    await workbench.answer('Connect PlanetScale: Service token', serviceToken);
    await workbench.choose('Organization', 'shopfront');
    await workbench.acceptSelection('OAuth applications', 'Grafana Dashboards');
    await workbench.answer('Connect PlanetScale: Name', 'PlanetScale shop');
    await workbench.row('PlanetScale shop').getByText('clock is about 9 days ahead of the service').waitFor();
    await workbench.expand('Deploy Bot');
    await workbench.row('Release pipeline').getByText('expires in 3 days').waitFor();
    await workbench.picture('clock');
  });
});
