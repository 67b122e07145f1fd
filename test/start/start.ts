// `npm start`: the extension in a VS Code of its own, connected to the sandbox services on loopback.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitOnSignals, startGroup } from '../host/processGroup.ts';
import { provisionHost } from '../host/provision.ts';
import { startServer } from '../host/server.ts';
import { buildVariant, packVariant, type Variant } from '../host/variant.ts';
import { json, send } from '../servers/loopback.ts';
import { serviceIds, services, startSandboxes } from '../services.ts';
import { localize } from '../unit/fakes.ts';
import { connectSamples } from './samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'oauth-token-manager-'));
const workspace = join(folder, 'workspace');
mkdirSync(workspace);
process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
exitOnSignals();

console.log('Starting the sandbox services …');
const sandboxes = await startSandboxes();
for (const id of serviceIds) {
  const { displayName } = services[id].factory(localize);
  console.log(`  ${displayName.padEnd(16)} ${sandboxes.running[id].address}`);
}
showAFailure();

console.log('Building the extension with a sample connection to each …');
const demonstration: Variant = { entry: 'test/start/extension.ts', folder: join(folder, 'extension') };
await buildDemonstration();

const desktop = desktopCommand();
if (desktop) {
  await openDesktop(desktop);
} else {
  await openInBrowser();
}
process.exit();

/** One list that never loads, so that the demonstration has a failing row beside the others. */
function showAFailure(): void {
  const { planetscale } = sandboxes;
  const playground = planetscale.state.applications.find(({ resource }) => resource.name === 'Playground');
  planetscale.intercept(({ request, response }) => {
    const isFailing = playground !== undefined && request.path.includes(`/${playground.resource.id}/tokens`);
    if (isFailing) {
      send(response, json(500, { code: 'internal_error', message: 'The sandbox fails here on purpose' }));
    }
    return isFailing;
  });
}

async function buildDemonstration(): Promise<void> {
  await buildVariant(demonstration);
  const samples = await connectSamples(sandboxes);
  writeFileSync(join(demonstration.folder, 'samples.json'), JSON.stringify(samples));
}

/** `code` of a desktop; inside a VS Code terminal that name may be a remote helper that opens no window. */
function desktopCommand(): string | undefined {
  const isRemoteHelper = process.env.VSCODE_IPC_HOOK_CLI !== undefined;
  const hasScreen =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  const name = process.platform === 'win32' ? 'code.cmd' : 'code';
  const answers = spawnSync(name, ['--version'], { shell: process.platform === 'win32' }).status === 0;
  return hasScreen && !isRemoteHelper && answers ? name : undefined;
}

async function openDesktop(command: string): Promise<void> {
  console.log('Opening VS Code with a profile of its own. Look for “OAuth Tokens” in its activity bar.');
  console.log('Close its window, or press Ctrl-C here, to stop everything.');
  const args = [
    '--wait',
    '--new-window',
    '--skip-welcome',
    '--skip-release-notes',
    '--disable-workspace-trust',
    `--user-data-dir=${join(folder, 'profile')}`,
    `--extensions-dir=${join(folder, 'extensions')}`,
    `--extensionDevelopmentPath=${demonstration.folder}`,
    workspace,
  ];
  await startGroup(command, args, { stdio: 'inherit', shell: process.platform === 'win32' }).ended;
}

async function openInBrowser(): Promise<void> {
  const host = await provisionHost('newest');
  const vsix = packVariant(demonstration);
  const server = await startServer({ host, dataDir: join(folder, 'server'), vsix: [vsix] });
  console.log(`
  VS Code ${host.version} is ready. Open this address in a browser:

    ${server.url}/?folder=${encodeURIComponent(workspace)}

  Then click “OAuth Tokens” (the key) in the activity bar. Ctrl-C here stops everything.
`);
  await server.ended;
}
