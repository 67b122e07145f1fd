import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import ICAL from 'ical.js';
import { lexer } from 'marked';
import * as z from 'zod';
import { codegen } from '../../src/adapters/codegen/index.ts';
import { planetscale } from '../../src/adapters/planetscale/index.ts';
import type { AdapterFactory } from '../../src/core/adapter/contract.ts';
import type { Connection, Settings } from '../../src/core/model/item.ts';
import { encoded } from '../../src/platform/storage/credentialStore.ts';
import { type Answers, Harness } from '../contract/harness.ts';
import { projectRoot } from '../host/places.ts';
import { buildVariant, packVariant } from '../host/variant.ts';
import { selfSigned } from '../servers/certificates.ts';
import { type CodegenServer, startCodegen } from '../servers/codegen.ts';
import { day, json, noHost, type Reply, send } from '../servers/loopback.ts';
import { type PlanetScaleServer, startPlanetScale } from '../servers/planetscale.ts';
import { type SandboxProxy, startProxy } from '../servers/proxy.ts';
import { type Front, startTlsFront } from '../servers/tls.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { exportTo } from './exporting.ts';
import { type Launched, launch } from './launch.ts';
import type { Prepared } from './prepared.ts';
import { story } from './story.ts';
import { expect, type Workbench, within } from './workbench.ts';

/** What was done and what is there, written down; and what is at fault when something is. */
describe('Records, exports and the doctor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-record-'));
  const brokenKeyring = join(folder, 'the keyring is broken');
  const connections: Connection[] = [];
  const secrets: Record<string, string> = {};
  let shop: PlanetScaleServer;
  let server: CodegenServer;
  let late: CodegenServer;
  let proxied: CodegenServer;
  let proxy: SandboxProxy;
  let front: Front;
  let launched: Launched;
  let workbench: Workbench;

  before(async () => {
    shop = await startPlanetScale();
    server = await startCodegen();
    late = await startCodegen({ now: () => Date.now() - 9 * day });
    proxied = await startCodegen();
    proxy = await startProxy({ refusal: 403 });
    front = await startTlsFront(server.url, selfSigned({ hosts: ['127.0.0.1'] }));
    await prepare();
    const variant = { entry: 'test/e2e/prepared.ts', folder: join(folder, 'extension') };
    await buildVariant(variant);
    const prepared: Prepared = { index: { connections, unsettled: [] }, secrets, brokenWhile: brokenKeyring };
    writeFileSync(join(variant.folder, 'prepared.json'), JSON.stringify(prepared));
    const direct = [shop.apiUrl, shop.oauthUrl, server.url, late.url, front.origin];
    launched = await launch({
      extension: packVariant(variant),
      settings: {
        'http.proxy': proxy.origin,
        'http.noProxy': ['<-loopback>', noHost, ...direct.map((url) => new URL(url).host)],
        'oauthTokens.network.connectTimeoutSeconds': 5,
      },
    });
    workbench = launched.workbench;
    await workbench.showConnections();
    await workbench.row('Works').waitFor();
    await workbench.idle();
  });

  after(async () => {
    await launched?.stop();
    await Promise.all([shop, server, late, proxied, proxy, front].map((running) => running?.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const { undoing } = story('record', () => [workbench]);

  /** Connections that each have one thing wrong with them, besides two that work. */
  async function prepare(): Promise<void> {
    const { serviceTokenId, serviceToken, organization } = shop.credentials;
    await connect('Shop', planetscale, {
      apiUrl: shop.apiUrl,
      oauthUrl: shop.oauthUrl,
      serviceTokenId,
      serviceToken,
      organization,
    });
    const works = await connectCodegen('Works', server);
    await connectCodegen('Late', late);
    await connectCodegen('Proxied', proxied);
    copy('Lost host', works, { baseUrl: `https://${noHost}` });
    copy('Untrusted', works, { baseUrl: front.origin });
    copy('Elsewhere', works, { organization: '999999' });
  }

  function connectCodegen(label: string, { url, credentials }: CodegenServer): Promise<Connection> {
    return connect(label, codegen, {
      baseUrl: url,
      token: credentials.token,
      organization: String(credentials.organizationId),
    });
  }

  async function connect(label: string, factory: AdapterFactory, answers: Answers): Promise<Connection> {
    const harness = new Harness(factory, new SkippingClock(Date.now()));
    const { connection } = await harness.connect(answers);
    secrets[connection.id] = encoded(harness.credentialStore.values.get(connection.id) ?? {});
    harness.dispose();
    const named = { ...connection, label };
    connections.push(named);
    return named;
  }

  function copy(label: string, connection: Connection, changes: Settings): void {
    const id = `${connection.id}-${label}`;
    connections.push({ ...connection, id, label, settings: { ...connection.settings, ...changes } });
    secrets[id] = secrets[connection.id] ?? '';
  }

  function answering(at: Pick<CodegenServer, 'intercept'>, method: string, reply: Reply): () => void {
    const intercepting = at.intercept(({ request, response }) => {
      if (request.method !== method) {
        return false;
      }
      send(response, reply);
      return true;
    });
    return undoing(intercepting);
  }

  async function openActivity(): Promise<void> {
    const header = workbench.page.locator('.pane-header', { hasText: 'Activity' });
    await header.waitFor();
    await expect(async () => {
      const isOpen = async () => (await header.getAttribute('aria-expanded')) === 'true';
      if (!(await isOpen())) {
        await header.click({ timeout: 2000 }).catch(() => undefined);
      }
      return within(2000, isOpen);
    }, 'the activity does not open');
  }

  it('lists each act with its outcome, the newest first', async () => {
    for (const { label } of connections.filter(({ label }) => label !== 'Shop')) {
      await workbench.collapse(label);
    }
    await openActivity();
    await workbench.page.getByText('Nothing has been done yet.').waitFor();
    await workbench.picture('activity-empty');
    const identifying = shop.intercept((exchange) => {
      if (exchange.request.method !== 'DELETE') {
        return false;
      }
      send(exchange.response, { ...exchange.answer(), headers: { 'X-Request-Id': 'req-5f3a' } });
      return true;
    });
    const id = undoing(identifying);
    await workbench.expand('Deploy Bot');
    await workbench.idle();
    await workbench.menu('Preview deployments', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('was revoked');
    id();
    const restore = answering(shop, 'DELETE', json(403, { code: 'forbidden', message: 'No.' }));
    await workbench.idle();
    await workbench.menu('Release pipeline', 'Revoke…');
    await workbench.confirm('Revoke');
    await workbench.notice('“Release pipeline” (Shop) was not revoked');
    restore();
    await workbench.menu('Works', 'Rename Connection…');
    await workbench.answer('Rename Connection', 'Works well');
    await workbench.row('Rename: Works').waitFor();
    const failed = workbench.row('Revoke: Release pipeline');
    assert.match(String(await failed.getAttribute('aria-label')), /failed: Access denied.*Shop/);
    const revoked = workbench.row('Revoke: Preview deployments');
    assert.match(String(await revoked.getAttribute('aria-label')), /, revoked, .*Shop/);
    await workbench.hover(revoked, 'req-5f3a');
    await workbench.picture('activity');
  });

  it('has them across a reload of the window', async () => {
    await workbench.reload();
    await workbench.showConnections();
    await openActivity();
    await workbench.row('Revoke: Preview deployments').waitFor();
    await workbench.row('Revoke: Release pipeline').waitFor();
    await workbench.row('Rename: Works').waitFor();
  });

  function saved(command: Parameters<typeof exportTo>[1], format: string, name: string): Promise<string> {
    return exportTo(workbench, command, format, join(launched.dataDir, name));
  }

  function schema(name: string): z.ZodType {
    return z.fromJSONSchema(JSON.parse(readFileSync(join(projectRoot, 'schemas', name), 'utf8')));
  }

  it('exports the inventory to files that others can read', async () => {
    await workbench.expand('Deploy Bot');
    await workbench.idle();
    const rows: Record<string, string>[] = parse(await saved('Export Inventory', 'CSV', 'rows.csv'), {
      bom: true,
      columns: true,
    });
    const pipeline = rows.find(({ name }) => name === 'Release pipeline');
    assert.equal(pipeline?.connection, 'Shop');
    assert.equal(pipeline?.path, 'Deploy Bot');
    const value = JSON.parse(await saved('Export Inventory', 'JSON', 'rows.json'));
    schema('inventory.v1.schema.json').parse(value);
    assert.equal(value.rows.length, rows.length);
    assert(value.unread.some(({ reason }: { readonly reason: string }) => reason === 'failed'));
    const tables = lexer(await saved('Export Inventory', 'Markdown', 'rows.md')).filter(
      ({ type }) => type === 'table',
    );
    assert(tables[0] && 'rows' in tables[0] && tables[0].rows.length === rows.length);
    const calendar = new ICAL.Component(
      ICAL.parse(await saved('Export Inventory', 'Calendar (.ics)', 'rows.ics')),
    );
    assert(
      calendar
        .getAllSubcomponents('vevent')
        .some((event) =>
          String(event.getFirstPropertyValue('summary')).startsWith('Release pipeline expires'),
        ),
    );
  });

  it('exports the activity likewise, and shows an export in an editor', async () => {
    const acts: Record<string, string>[] = parse(await saved('Export Activity', 'CSV', 'acts.csv'), {
      bom: true,
      columns: true,
    });
    assert(acts.some(({ act, row, requestId }) => act === 'revoke' && row && requestId === 'req-5f3a'));
    const value = JSON.parse(await saved('Export Activity', 'JSON', 'acts.json'));
    schema('activity.v1.schema.json').parse(value);
    assert.equal(value.acts.length, acts.length + 1);
    await workbench.ask('OAuth Tokens: Export Activity…', 'Export Activity');
    await workbench.picture('export-formats');
    await workbench.choose('Export Activity', 'Markdown');
    await workbench.choose('Export Activity', 'Open in an Editor');
    await workbench.notice(/exported to an editor/);
    await workbench.page.locator('.editor-instance').getByText('Activity').first().waitFor();
  });

  async function editorText(): Promise<string> {
    const { page } = workbench;
    await page.evaluate(() => navigator.clipboard.writeText(''));
    let text = '';
    await expect(async () => {
      const lines = page.locator('.editor-instance .view-lines').first();
      await lines.click({ timeout: 2000 }).catch(() => undefined);
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.press('ControlOrMeta+C');
      return within(2000, async () => {
        text = await workbench.clipboard();
        return text.includes('\n');
      });
    }, 'the text of the editor cannot be copied');
    return text;
  }

  /** Nothing that tells who or where somebody is. */
  function assertRedacted(text: string): void {
    const told = [
      ...connections.flatMap(({ id, label, account }) => [
        id,
        account.name,
        ...(label === 'Works' ? [] : [label]),
      ]),
      ...Object.values(secrets).flatMap((value) => Object.values(JSON.parse(value)).map(String)),
      noHost,
      '127.0.0.1',
      'Release pipeline',
      'shopfront',
    ];
    for (const value of told) {
      assert(!text.includes(value), `the report tells ${value}`);
    }
  }

  it('makes a support report that tells nothing of anybody', async () => {
    await workbench.runCommand('OAuth Tokens: Create Support Report');
    await workbench.notice('Nothing has been sent');
    await workbench.page.locator('.editor-instance').getByText('support report').first().waitFor();
    await workbench.picture('support-report');
    const text = await editorText();
    assert.match(text, /^# OAuth Token Manager: support report/);
    assert.match(text, /connectTimeoutSeconds: 5/);
    assert.match(text, /http\.proxy: set/);
    assert.match(text, /revoke failed forbidden 403 other-code/);
    assert.match(text, /GET \/organizations\/\{organization\}/);
    assertRedacted(text);
    await workbench.runCommand('View: Revert and Close Editor');
  });

  async function diagnose(label: string, fault: RegExp, at: string): Promise<void> {
    await workbench.ask('OAuth Tokens: Diagnose Connection…', 'Diagnose Connection');
    await workbench.choose('Diagnose Connection', label);
    await faultIs(label, fault, at);
  }

  async function faultIs(label: string, fault: RegExp, at: string): Promise<void> {
    await workbench.question(`Diagnosis of “${label}”`);
    const placeholder = await workbench.quickInput.locator('input.input').first().getAttribute('placeholder');
    assert.match(String(placeholder), fault);
    const row = workbench.quickInput.locator('.monaco-list-row', { hasText: at }).first();
    assert.match(await row.innerText(), /failed/);
  }

  async function leave(): Promise<void> {
    await workbench.dismiss();
  }

  it('checks all connections and diagnoses the one that is chosen', async () => {
    await workbench.ask('OAuth Tokens: Check All Connections', 'Check All Connections');
    const placeholder = await workbench.quickInput.locator('input.input').first().getAttribute('placeholder');
    assert.equal(placeholder, '4 of 7 connections do not work; choose one to diagnose it.');
    await workbench.picture('check-all');
    await workbench.choose('Check All Connections', 'Lost host');
    await faultIs('Lost host', /[Hh]ost name/, 'DNS');
    await workbench.picture('doctor-dns');
    await leave();
  });

  it('names the proxy, the certificate, the clock and the organization', async () => {
    await diagnose('Proxied', /problem with the proxy/, 'Proxy');
    await workbench.option('Open Settings').waitFor();
    await leave();
    await diagnose('Untrusted', /problem with the certificate/, 'Certificate');
    await workbench.option('Set Certificate Authority File…').waitFor();
    await workbench.picture('doctor-certificate');
    await leave();
    await diagnose('Late', /problem with the clock/, 'Clock');
    await workbench.answer('Diagnosis of');
    await workbench.notice(/9 days ahead of the service.*automatic time/);
    await diagnose('Elsewhere', /organization/, 'Organization');
    await workbench.option('Update Credentials…').waitFor();
    await leave();
  });

  it('names a missing access, a rate limit and credentials, and copies a report that tells nothing', async () => {
    const forbids = answering(server, 'GET', json(403, { message: 'Not for you' }));
    await diagnose('Works well', /lack a permission/, 'Permissions');
    await leave();
    forbids();
    server.state.token = 'another-token-than-ours';
    const acceptOurs = undoing(() => {
      server.state.token = server.credentials.token;
    });
    await diagnose('Works well', /problem with the credentials/, 'Credentials');
    await workbench.choose('Diagnosis of', 'Copy Report');
    await workbench.notice('The report was copied');
    const report = await workbench.clipboard();
    assert.match(report, /credential: fault, unauthorized 401/);
    assertRedacted(report);
    acceptOurs();
    const limits = answering(server, 'GET', json(429, { message: 'slower' }, { 'Retry-After': '3600' }));
    await diagnose('Works well', /Too many requests/, 'Rate limit');
    await leave();
    limits();
  });

  it('names a keyring that keeps nothing', async () => {
    writeFileSync(brokenKeyring, '');
    const repair = undoing(() => rmSync(brokenKeyring));
    await diagnose('Shop', /problem with the secret storage/, 'keyring');
    await workbench.picture('doctor-keyring');
    await leave();
    repair();
    await workbench.menu('Shop', 'Diagnose Connection…');
    await workbench.question('Diagnosis of “Shop”');
    await workbench.quickInput.locator('input.input[placeholder="No problems found."]').waitFor();
    await leave();
  });

  it('forgets the activity when it is cleared, for good', async () => {
    await workbench.runCommand('OAuth Tokens: Clear Activity…');
    await workbench.confirm('Clear Activity');
    await workbench.notice('The activity was cleared');
    await workbench.page.getByText('Nothing has been done yet.').waitFor();
    await workbench.reload();
    await workbench.showConnections();
    await workbench.page.getByText('Nothing has been done yet.').waitFor();
    await workbench.row('Shop').waitFor();
  });
});
