import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVariant, packVariant } from '../host/variant.ts';
import { type Sandboxes, startSandboxes } from '../services.ts';
import { attachRefreshToken, connectPlanetScale, labels, signInToCodegen } from './connecting.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import type { Workbench } from './workbench.ts';

describe('Without a secret storage that keeps', () => {
  let sandboxes: Sandboxes;
  let launched: Launched;
  let workbench: Workbench;
  let folder: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-variant-'));
    sandboxes = await startSandboxes();
    const variant = { entry: 'test/e2e/brokenStorage.ts', folder };
    await buildVariant(variant);
    launched = await launch({ extension: packVariant(variant) });
    workbench = launched.workbench;
    await workbench.showConnections();
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
  });

  after(async () => {
    await launched?.stop();
    await sandboxes?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  story('storage', () => [workbench]);

  it('no connection is made behind the user’s back', async () => {
    await signInToCodegen(workbench, sandboxes);
    await workbench.answer('Connect Codegen: Name', labels.codegen);
    await workbench.dialog.waitFor();
    const words = await workbench.dialog.innerText();
    assert.match(words, /could not be stored/);
    assert.match(words, /no keyring is running/);
    assert(!words.includes(sandboxes.codegen.credentials.token));
    await workbench.picture('storage-refuses');
    await workbench.confirm('Cancel');
    await workbench.notice('Secret storage failed');
    await workbench.page.getByRole('button', { name: 'Add Connection', exact: true }).waitFor();
  });

  it('a connection is kept for the session when the user wants that, and its row says so', async () => {
    await signInToCodegen(workbench, sandboxes);
    await workbench.answer('Connect Codegen: Name', labels.codegen);
    await workbench.confirm('Keep for This Session');
    await workbench.row('linear').waitFor();
    await workbench.row(labels.codegen).getByText('for this session only').waitFor();
    await workbench.idle();
    await workbench.picture('session-only');
  });

  it('and after a restart says what is missing and how to enter it again', async () => {
    await workbench.reload();
    await workbench.showConnections();
    await workbench.row('Credential missing').waitFor();
    await workbench.idle();
    await workbench.picture('credential-missing');
    await workbench.take('Credential missing', workbench.quickInput);
    await workbench.answer(`Update ${labels.codegen}`, sandboxes.codegen.credentials.token);
    await workbench.choose('Organization', 'Shopfront');
    await workbench.confirm('Keep for This Session');
    await workbench.notice('kept for this session only');
    await workbench.row('linear').waitFor();
    await workbench.idle();
    await workbench.collapse(labels.codegen);
  });

  it('a renewed token is not lost, and the user is told where it is', async () => {
    await connectPlanetScale(workbench, sandboxes, () => workbench.confirm('Keep for This Session'));
    await workbench.expand('Deploy Bot');
    await workbench.idle();
    await attachRefreshToken(workbench, sandboxes);
    await workbench.notice('can now be renewed');
    for (const _ of ['with the attached refresh token', 'with the one it was exchanged for']) {
      await workbench.idle();
      await workbench.menu('Release pipeline', 'Renew Token', workbench.toast);
      await workbench.notice(/was renewed.*kept for this session only/);
    }
  });
});
