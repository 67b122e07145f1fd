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
import { type LargeRepository, largeRepository } from './repository.ts';
import { story } from './story.ts';
import { folderPlaces } from './witness.ts';
import type { Workbench } from './workbench.ts';

/** Of a service that revokes none by its value. */
const leakedLinearKey = 'lin_api_Zk4mQ9tRw2XbV7nYc5JpL8sDf1GhT6uAe3KoM0iB';
const plantedFiles = ['deploy.sh', '.env'];
/** Deep among the others, beside them, and one that Git ignores. */
const inLargeRepository = {
  '.gitignore': '.env\n',
  'README.md': `# Shop\n\n    curl -H "Authorization: ${leakedLinearKey}" https://api.linear.app\n`,
  'packages/shop/src/deep/client.test.ts': `// The old one.\nconst token = '${leakedGitHubToken}';\n`,
  '.env': `GH=${leakedGitHubToken}\n`,
};

function plantTokens(folder: string): undefined {
  writeFileSync(join(folder, '.gitignore'), '.env\n');
  writeFileSync(
    join(folder, 'deploy.sh'),
    `# deploy\nexport GH=${leakedGitHubToken}\n# ${doubtfulGitHubToken}\nexport LINEAR=${leakedLinearKey}\n`,
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
  let repository: LargeRepository | undefined;
  let inRepository: Workbench | undefined;

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
      // What is planted is in no commit, and VS Code would have much to tell of so many changes.
      settings: { 'git.enabled': false, 'files.watcherExclude': { '**/packages/**': true } },
    });
    workbench = launched.workbench;
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
  });

  after(async () => {
    await launched?.stop();
    await Promise.all([sandboxes?.stop(), github?.stop()]);
    home?.remove();
    repository?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  story('leaks', () => [workbench, inRepository]);

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
    await workbench.notice('4 possible tokens were found in 2 files.');
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
  });

  it('that is selected in an editor and has no way from here is named with the page to open', async () => {
    const before = github.requests.length;
    const row = workbench.page.getByRole('treeitem', { name: 'Linear API key, line 4', exact: true });
    await row.click();
    await workbench.page.getByText(/Ln 4, Col \d+ \(48 selected\)/).waitFor();
    await workbench.ask(command, 'Revoke Leaked Token');
    await workbench.choose('Revoke Leaked Token', 'Selection in the Editor');
    const told = await workbench.told('Linear does not revoke it by its value.');
    await told.getByRole('button', { name: 'Open linear.app', exact: true }).waitFor();
    await workbench.page
      .getByText('Looking for the token in your connections…')
      .waitFor({ state: 'detached' });
    await workbench.picture('leaked-token-page');
    await workbench.clearNotifications(told);
    assert.equal(github.requests.length, before);
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
    await workbench.tickAll(question, programs.length);
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

  it('is found among 20,000 files, and among those that Git ignores when that is chosen', async () => {
    repository = largeRepository(20_000, inLargeRepository);
    const before = github.requests.length;
    const window = await launched.openWindow(repository.folder);
    inRepository = window;
    const row = (name: string) => window.page.getByRole('treeitem', { name, exact: true });
    const search = async (files: string) => {
      await window.ask('OAuth Tokens: Find Leaked Tokens in Workspace…', 'Find Leaked Tokens in Workspace');
      await window.choose('Find Leaked Tokens in Workspace', files);
    };
    await search('Files That Git Does Not Ignore');
    await window.notice('2 possible tokens were found in 2 files.');
    await row('Linear API key, line 3').waitFor();
    await row('GitHub personal access token (classic), line 2').waitFor();
    await window.page
      .getByText('Not searched: files over 5 MB, and files that Git ignores, such as .env.')
      .waitFor();
    await search('Also Ignored Credential Files');
    await window.notice('3 possible tokens were found in 3 files.');
    await row('GitHub personal access token (classic), line 1').waitFor();
    await window.page.getByText('Not searched: files over 5 MB, and other files that Git ignores.').waitFor();
    await window.picture('leaked-tokens-large-repository');
    assert.equal(github.requests.length, before);
    await window.page.close();
    inRepository = undefined;
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
