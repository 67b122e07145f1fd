import assert from 'node:assert/strict';
import type { DescribedServer } from '../servers/described.ts';
import { type GitLabServer, startGitLab } from '../servers/gitlab.ts';
import { json, send } from '../servers/loopback.ts';
import { startShelfService } from '../servers/shelfService.ts';
import { connected } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import type { Workbench } from './workbench.ts';

/** GitLab's API under another name, as a user would describe it, with one thing wrong at first. */
const description = (baseUrl: string, list: string) => ({
  id: 'forge',
  name: 'Forge',
  baseUrl,
  credential: { title: 'Access token', header: 'PRIVATE-TOKEN' },
  account: { route: '/api/v4/user', id: 'id', name: 'username' },
  list: { route: list, activeQuery: { state: 'active' }, paging: { style: 'page' } },
  token: { id: 'id', name: 'name', expiresAt: 'expires_at', scopes: 'scopes' },
  revoke: { route: '/api/v4/personal_access_tokens/{id}' },
});

describe('A service by description', () => {
  let server: GitLabServer;
  let shipped: readonly DescribedServer[];
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    server = await startGitLab();
    shipped = await Promise.all(['cloudflare', 'hcp-terraform', 'anthropic'].map(startShelfService));
    launched = await launch({
      settings: {
        'oauthTokens.services': [
          description(server.url, '/api/v4/personal_access_tokens'),
          { ...description(server.url, '/api/v4/user'), id: 'misread', name: 'Misread' },
          { ...description(server.url, '/api/v4/user'), id: 'unfinished', name: 'Unfinished', token: {} },
        ],
      },
    });
    workbench = launched.workbench;
    await workbench.showConnections();
  });

  after(async () => {
    await launched?.stop();
    await Promise.all([server, ...(shipped ?? [])].map((one) => one?.stop()));
  });

  story('described', () => [workbench]);

  async function begin(name: string): Promise<void> {
    await workbench.ask('OAuth Tokens: Add Service from Description…', 'Add Service from Description');
    await workbench.choose('Add Service from Description', name);
  }

  async function signIn(name: string): Promise<void> {
    await workbench.answer(`Try ${name}: API address`);
    await workbench.answer(`Try ${name}: Access token`, server.credentials.token);
  }

  it('is told what is missing in it', async () => {
    await begin('Unfinished');
    await workbench.question('The description does not fit');
    await workbench.quickInput.getByText('“token.id” is missing.').waitFor();
    await workbench.dismiss();
  });

  it('is told what does not fit when it is tried live, and led back from there to what was entered', async () => {
    await begin('Misread');
    await signIn('Misread');
    await workbench.question('The description of Misread does not fit yet');
    await workbench.quickInput.getByText('has nothing usable at “the whole answer”').waitFor();
    await workbench.picture('described-does-not-fit');
    await workbench.leave('The description of Misread does not fit yet', 'Try Misread: Access token');
    await workbench.answer('Try Misread: Access token');
    await workbench.question('The description of Misread does not fit yet');
    await workbench.dismiss();
  });

  it('is tried, kept, connected and revoked from like any other', async () => {
    await begin('Forge');
    await signIn('Forge');
    await workbench.question('The description of Forge fits');
    await workbench.picture('described-fits');
    await workbench.choose('The description of Forge fits', 'Keep the description and connect');
    await workbench.answer('Connect Forge: API address');
    await workbench.answer('Connect Forge: Access token');
    await workbench.answer('Connect Forge: Name', 'Our forge');
    await workbench.row('Release pipeline').waitFor();
    await workbench.idle();
    await workbench.menu('Release pipeline', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    await workbench.row('Release pipeline').waitFor({ state: 'detached' });
    await workbench.picture('described');
  });

  it('is found by what one would call it when it ships, revoked from, rotated and paused, and refuses in its own words', async () => {
    const [cloudflare, terraform, anthropic] = shipped;
    assert(cloudflare && terraform && anthropic);
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.picture('shelf');
    await workbench.quickInput.locator('input.input').first().fill('no such service');
    await workbench.option('Cloudflare').waitFor({ state: 'detached' });
    await workbench.option('Describe another service…').waitFor();
    await workbench.dismiss();
    await connect('wrangler', 'Cloudflare', 'API token', cloudflare);
    await workbench.menu('Laptop', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    const before = cloudflare.state.credential;
    await workbench.menu('Deploy', 'Renew Token', workbench.toast);
    await workbench.notice('Deploy');
    assert.notEqual(cloudflare.state.credential, before);
    await workbench.collapse('Cloudflare here');

    await connect('terraform cloud', 'HCP Terraform', 'User API token', terraform);
    const restore = terraform.intercept(({ request, response }) => {
      const acts = request.method === 'DELETE';
      if (acts) {
        send(response, json(403, { errors: [{ status: '403', detail: 'Ask Ada, who keeps the keys.' }] }));
      }
      return acts;
    });
    await workbench.menu('Laptop', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('Ask Ada, who keeps the keys.');
    restore();
    await workbench.menu('Laptop', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    await workbench.collapse('HCP Terraform here');

    await connect('claude', 'Anthropic', 'Admin API key', anthropic);
    await workbench.menu('Laptop', 'Pause Token…');
    await workbench.confirm('Pause');
    await workbench.notice('“Laptop” is paused.');
    await workbench.picture('shelf-paused');
    await workbench.menu('Laptop', 'Resume Token', workbench.toast);
    await workbench.notice('“Laptop” is active again.');
    await workbench.menu('Laptop', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    await workbench.picture('shelf-connected');
  });

  /** *Add Connection*, with what was typed in search of the service. */
  async function connect(
    search: string,
    name: string,
    title: string,
    { url, credentials }: DescribedServer,
  ): Promise<void> {
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.answer('Add Connection', search);
    await workbench.answer(`Connect ${name}: API address`, url);
    await workbench.answer(`Connect ${name}: ${title}`, credentials.credential);
    await workbench.answer(`Connect ${name}: Name`, `${name} here`);
    await connected(workbench, `${name} here`);
  }
});
