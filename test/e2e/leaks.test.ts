import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVariant, packVariant } from '../host/variant.ts';
import {
  type CredentialRevocationServer,
  doubtfulGitHubToken,
  leakedGitHubToken,
  startCredentialRevocation,
} from '../servers/credentials.ts';
import { type Sandboxes, startSandboxes } from '../services.ts';
import { connectMage, labels } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import type { StandInFile } from './leakStandIn.ts';
import { story } from './story.ts';
import { folderPlaces } from './witness.ts';
import type { Workbench } from './workbench.ts';

describe('Revoking a leaked token', () => {
  let sandboxes: Sandboxes;
  let github: CredentialRevocationServer;
  let launched: Launched;
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-variant-'));
    [sandboxes, github] = await Promise.all([
      startSandboxes(),
      startCredentialRevocation([leakedGitHubToken, doubtfulGitHubToken]),
    ]);
    const variant = { entry: 'test/e2e/leakStandIn.ts', folder };
    await buildVariant(variant);
    const content: StandInFile = { url: github.url };
    writeFileSync(join(folder, 'stand-in.json'), JSON.stringify(content));
    launched = await launch({ extension: packVariant(variant), traces: true });
    workbench = launched.workbench;
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
  });

  after(async () => {
    await launched?.stop();
    await Promise.all([sandboxes?.stop(), github?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  story('leaks', () => [workbench]);

  const command = 'OAuth Tokens: Revoke Leaked Token…';

  async function enter(value: string): Promise<void> {
    await workbench.ask(command, 'Revoke Leaked Token');
    await workbench.choose('Revoke Leaked Token', 'Enter a Token…');
    await workbench.answer('Token to Revoke', value);
    await workbench.dialog.waitFor();
  }

  it('by its value says first where it is sent and what dies, and afterwards what was seen', async () => {
    await enter(leakedGitHubToken);
    const words = await workbench.dialog.innerText();
    await workbench.picture('leaked-token-preview');
    assert.match(words, /Revoke this GitHub personal access token \(classic\)\?/);
    assert(words.includes(`The token is sent to ${new URL(github.url).host} and nowhere else.`));
    assert.match(words, /cannot be undone/);
    assert.match(words, /sends an email to the owner/);
    assert.deepEqual(github.requests, []);
    await workbench.confirm('Revoke…');
    await workbench.answer('Revoke this GitHub personal access token (classic)?', 'GitHub');
    await workbench.notice('was revoked');
    assert(!github.live.has(leakedGitHubToken));
    assert.equal(github.requests.filter(({ method }) => method === 'POST').length, 1);
  });

  it('that has a wrong checksum is named as doubtful, and not sent when it is not meant', async () => {
    const before = github.requests.length;
    await enter(doubtfulGitHubToken);
    assert.match(await workbench.dialog.innerText(), /This may not be a real token/);
    await workbench.confirm('Cancel');
    assert.equal(github.requests.length, before);
  });

  it('that a list here has is revoked in that list', async () => {
    await connectMage(workbench, sandboxes);
    const before = github.requests.length;
    const [leaked] = sandboxes.mage.state.tokens.filter(
      ({ token }) => token !== sandboxes.mage.credentials.token,
    );
    assert(leaked);
    await workbench.page.evaluate((text) => navigator.clipboard.writeText(text), leaked.token);
    await workbench.ask(command, 'Revoke Leaked Token');
    await workbench.choose('Revoke Leaked Token', 'Clipboard');
    await workbench.dialog.waitFor();
    const words = await workbench.dialog.innerText();
    assert(words.includes(`It is the token “${labels.mage} › Access tokens › …${leaked.token.slice(-4)}”`));
    await workbench.confirm('Revoke…');
    await workbench.answer(`Revoke “…${leaked.token.slice(-4)}”?`, 'Mage AI');
    await workbench.notice('was revoked');
    assert.equal(github.requests.length, before);
  });

  it('leaves the value in no file and nowhere on the page', async () => {
    const page = await workbench.page.content();
    const places = [{ name: 'the page', text: page }, ...folderPlaces(launched.dataDir)];
    const found = places.filter(({ text }) => text.includes(leakedGitHubToken.slice(4)));
    assert.deepEqual(
      found.map(({ name }) => name),
      [],
    );
  });
});
