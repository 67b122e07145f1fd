import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programs } from '../../src/adapters/thisComputer/programs.ts';
import { buildVariant, packVariant } from '../host/variant.ts';
import {
  type CredentialRevocationServer,
  doubtfulGitHubToken,
  leakedGitHubToken,
  startCredentialRevocation,
} from '../servers/credentials.ts';
import { type Sandboxes, startSandboxes } from '../services.ts';
import { values } from '../unit/adapters/thisComputer/files.ts';
import { connected, connectMage, labels } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import type { StandInFile } from './leakStandIn.ts';
import { type ProgramHome, programHome } from './programHome.ts';
import { story } from './story.ts';
import { folderPlaces } from './witness.ts';
import type { Workbench } from './workbench.ts';

const plantedFiles = ['deploy.sh', '.env'];

function plantTokens(folder: string): undefined {
  writeFileSync(join(folder, '.gitignore'), '.env\n');
  writeFileSync(
    join(folder, 'deploy.sh'),
    `# deploy\nexport GH=${leakedGitHubToken}\n# ${doubtfulGitHubToken}\n`,
  );
  writeFileSync(join(folder, '.env'), `GH=${leakedGitHubToken}\n`);
}

describe('Revoking a leaked token', () => {
  let sandboxes: Sandboxes;
  let github: CredentialRevocationServer;
  let launched: Launched;
  let workbench: Workbench;
  let folder: string;
  let home: ProgramHome;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-variant-'));
    [sandboxes, github] = await Promise.all([
      startSandboxes(),
      startCredentialRevocation([leakedGitHubToken, doubtfulGitHubToken, values.gh]),
    ]);
    const { url, credentials } = sandboxes.gitlab;
    home = programHome({ url, token: credentials.token });
    const variant = { entry: 'test/e2e/leakStandIn.ts', folder };
    await buildVariant(variant);
    const content: StandInFile = { url: github.url };
    writeFileSync(join(folder, 'stand-in.json'), JSON.stringify(content));
    launched = await launch({
      extension: packVariant(variant),
      traces: true,
      prepare: plantTokens,
      env: home.env,
    });
    workbench = launched.workbench;
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
  });

  after(async () => {
    await launched?.stop();
    await Promise.all([sandboxes?.stop(), github?.stop()]);
    home?.remove();
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

  it('is found in the open folders, shown without its value, and revoked from there', async () => {
    github.live.add(leakedGitHubToken);
    const before = github.requests.length;
    await workbench.ask('OAuth Tokens: Find Leaked Tokens in Workspace…', 'Find Leaked Tokens in Workspace');
    await workbench.choose('Find Leaked Tokens in Workspace', 'Also Ignored Credential Files');
    await workbench.notice('3 possible tokens were found in 2 files.');
    const row = workbench.page.getByRole('treeitem', {
      name: 'GitHub personal access token (classic), line 2',
      exact: true,
    });
    await row.waitFor();
    await workbench.picture('leaked-tokens-found');
    await row.click();
    await workbench.page.getByRole('tab', { name: /deploy\.sh/ }).waitFor();
    assert.equal(github.requests.length, before);
    await row.getByRole('button', { name: 'Revoke This Token…' }).click();
    await workbench.confirm('Revoke…');
    await workbench.answer('Revoke this GitHub personal access token (classic)?', 'GitHub');
    await workbench.page.getByRole('treeitem', { name: /line 2 · no longer accepted/ }).waitFor();
    assert(!github.live.has(leakedGitHubToken));
    await workbench.runCommand('OAuth Tokens: Clear Results');
    await row.waitFor({ state: 'detached' });
  });

  it('of a program is listed from its own files, after a question that names each of them', async () => {
    const question = 'Connect This Computer: Programs';
    await workbench.collapse(labels.mage);
    await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
    await workbench.choose('Add Connection', 'This Computer');
    await workbench.question(question);
    const gh = workbench.option('GitHub CLI (gh)');
    await gh.getByText('~/.config/gh/hosts.yml, GH_TOKEN, GITHUB_TOKEN').waitFor();
    await workbench.picture('this-computer-programs');
    await workbench.press(
      workbench.quickInput.getByRole('checkbox').first(),
      workbench.quickInput.getByText(`${programs.length} Selected`),
    );
    await workbench.acceptSelection(question, 'GitHub CLI (gh)');
    await workbench.choose('Connect This Computer: Accounts', 'Only What the Files Say');
    await workbench.answer('Connect This Computer: Name', 'My computer');
    for (const { name } of programs) {
      await workbench.row(name).waitFor();
    }
    await workbench.expand('mcp-remote');
    await workbench.row('5d41402a').filter({ hasText: 'left by version 0.1.9' }).waitFor();
    await workbench.expand('GitHub CLI (gh)');
    await workbench.row('git.example.com:8443').waitFor();
    await workbench.idle();
    await workbench.picture('this-computer');
  });

  it('of a program is revoked at its service and seen dead, while its file stays as it is', async () => {
    await workbench.menu('github.com', 'Revoke…');
    await workbench.dialog.waitFor();
    const words = await workbench.dialog.innerText();
    assert(words.includes(`is sent to ${new URL(github.url).host}, which revokes it`), words);
    assert.match(words, /The file stays as it is/);
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    assert(!github.live.has(values.gh));
    assert.deepEqual(home.changed(), []);
    await workbench.idle();
    await workbench.collapse('GitHub CLI (gh)');
  });

  it('of a program connects to the server that its file names, without being shown', async () => {
    const { host } = new URL(sandboxes.gitlab.url);
    await workbench.expand('GitLab CLI (glab)');
    await workbench.menu(host, 'Manage Sign-In…');
    await workbench.option('Connect…').getByText(`sends it to ${host} only`).waitFor();
    await workbench.choose('Manage Sign-In', 'Connect…');
    await workbench.answer('Connect GitLab: Name', 'GitLab of glab');
    await connected(workbench, 'GitLab of glab');
    assert(sandboxes.gitlab.requests.some(({ path }) => path.startsWith('/api/v4/personal_access_tokens')));
    assert.deepEqual(home.changed(), []);
  });

  it('leaves the value in no file and nowhere on the page', async () => {
    await workbench.runCommand('View: Close All Editors');
    const page = await workbench.page.content();
    const places = [{ name: 'the page', text: page }, ...folderPlaces(launched.dataDir)];
    const secrets = [leakedGitHubToken.slice(4), ...Object.values(values)];
    const found = places
      .filter(({ text }) => secrets.some((value) => text.includes(value)))
      .filter(({ name }) => !plantedFiles.some((planted) => name.endsWith(planted)));
    assert.deepEqual(
      found.map(({ name }) => name),
      [],
    );
  });
});
