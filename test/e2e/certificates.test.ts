import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../servers/certificates.ts';
import { type CodegenServer, startCodegen } from '../servers/codegen.ts';
import { type Front, startTlsFront } from '../servers/tls.ts';
import { type Launched, launch } from './launch.ts';
import { story } from './story.ts';
import { expect, type Workbench } from './workbench.ts';

/** A service whose certificate is signed by a company that this computer does not know. */
describe('a service with a certificate of the company’s own', () => {
  const authority = createAuthority('the company');
  let codegen: CodegenServer;
  let front: Front;
  let folder: string;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    codegen = await startCodegen();
    front = await startTlsFront(codegen.url, authority.issue({ hosts: ['127.0.0.1'] }));
    folder = await mkdtemp(join(tmpdir(), 'authority-'));
    await writeFile(join(folder, 'company.pem'), authority.cert);
    launched = await launch();
    workbench = launched.workbench;
  });

  after(async () => {
    await launched?.stop();
    await front?.stop();
    await codegen?.stop();
    await rm(folder, { recursive: true });
  });

  story('certificates', () => [workbench]);

  /** The window's own file dialog, which fills in and looks up paths in its own time. */
  async function chooseFile(): Promise<void> {
    await workbench.question('Certificate Authority File');
    const { quickInput } = workbench;
    const title = quickInput.locator('.quick-input-title', { hasText: 'Certificate Authority File' });
    await expect(async () => {
      try {
        await quickInput.locator('input.input').first().fill(join(folder, 'company.pem'), { timeout: 1000 });
        await workbench.option('company.pem').waitFor({ timeout: 1000 });
        await quickInput.getByRole('button', { name: 'Trust for This Connection' }).click({ timeout: 1000 });
        await title.waitFor({ state: 'hidden', timeout: 1000 });
      } catch {
        return !(await title.isVisible());
      }
      return true;
    }, 'the file cannot be chosen');
  }

  it('is connected once its authority is chosen in the wizard, and nothing is sent before', async () => {
    await workbench.showConnections();
    await workbench.press(
      workbench.page.getByRole('button', { name: 'Add Connection', exact: true }),
      workbench.quickInput,
    );
    await workbench.choose('Add Connection', 'Codegen');
    await workbench.answer('API address', front.origin);
    await workbench.answer('API token', codegen.credentials.token);
    await workbench.quickInput.getByText('is not trusted by this computer').waitFor();
    assert.deepEqual(codegen.requests, []);
    await workbench.picture('wizard-untrusted-certificate');
    await workbench.press(
      workbench.quickInput.getByRole('button', { name: 'Set Certificate Authority File…' }),
      workbench.quickInput.locator('.quick-input-title', { hasText: 'Certificate Authority File' }),
    );
    await chooseFile();
    await workbench.answer('API token');
    await workbench.choose('Organization', 'Shopfront');
    await workbench.answer('Connect Codegen: Name', 'Behind TLS');
    await workbench.row('linear').waitFor();
  });

  it('is not trusted any more once the file is taken away', async () => {
    await workbench.menu('Behind TLS', 'Set Certificate Authority File…');
    await workbench.choose('Certificate Authority File of “Behind TLS”', 'Use no file');
    await workbench.row('Certificate not trusted').waitFor();
    await workbench.picture('certificate-not-trusted');
  });

  it('is trusted again once the file is chosen from the row that says so', async () => {
    await workbench.take('Certificate not trusted', workbench.quickInput);
    await chooseFile();
    await workbench.row('Certificate not trusted').waitFor({ state: 'detached' });
    await workbench.row('linear').waitFor();
  });
});
