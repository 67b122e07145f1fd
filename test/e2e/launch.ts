// The only file that knows how the end-to-end tests start VS Code.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import { type DisplayLanguage, installLanguage } from '../host/displayLanguage.ts';
import { projectRoot } from '../host/places.ts';
import { provisionHost } from '../host/provision.ts';
import { startServer } from '../host/server.ts';
import { shareSecrets } from './sharedSecrets.ts';
import { clearNotificationsKey, patience, Workbench } from './workbench.ts';

export const picturesDir = join(projectRoot, 'out', 'e2e');
export const packagedExtension = join(projectRoot, 'oauth-token-manager.vsix');

/** Tall, because a tree has only the rows in the page that can be seen. */
export const windowSize = { width: 1200, height: 1500 };

export interface Launched {
  readonly workbench: Workbench;
  /**
   * Another window of the same profile.
   * @param folder to open instead of what the first one has open
   */
  openWindow(folder?: string): Promise<Workbench>;
  /** The user-data folder of this run. */
  readonly dataDir: string;
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Lets several windows have their secrets in common, as on the desktop. */
  readonly sharesSecrets?: boolean;
  /** Fills the folder that is opened. A name it returns is that of a `.code-workspace` file to open instead. */
  readonly prepare?: (folder: string) => string | undefined;
  /** True, the default, trusts every folder. */
  readonly trustDisabled?: boolean;
  /** Logs everything that can be logged, VS Code's own doings too. */
  readonly traces?: boolean;
  /** False for a computer that forgets its secrets with the window. */
  readonly keepsSecrets?: boolean;
  /** Runs in each page before anything else of it. */
  readonly initScript?: () => void;
  /** Instead of the product as it would be published. */
  readonly extension?: string;
  /** Packaged extensions to install beside it. */
  readonly others?: readonly string[];
  /** What the extension speaks; English unless told. VS Code's own texts stay English. */
  readonly language?: DisplayLanguage;
  /** For the server and its extension hosts, besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A fresh profile with the packaged extension in a real workbench. */
export async function launch(options: LaunchOptions = {}): Promise<Launched> {
  const { settings = {}, trustDisabled = true, traces = false, keepsSecrets = true } = options;
  // What has been started is stopped again when the rest does not start; mocha would wait for it for good.
  await using started = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'oauth-tokens-e2e-'));
  started.defer(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const host = await provisionHost('newest');
  bindKeys(dataDir);
  const server = await startServer({
    host,
    dataDir,
    vsix: [options.extension ?? packagedExtension, ...(options.others ?? [])],
    // The sandbox services' ports would each be offered in a notification.
    settings: { 'remote.autoForwardPorts': false, ...settings },
    trustDisabled,
    // The workbench and its extension host log at the server's level.
    args: [
      ...(traces ? ['--log', 'trace'] : []),
      ...(options.language ? installLanguage(options.language, dataDir) : []),
    ],
    env: options.env ?? {},
  });
  started.defer(() => server.stop());
  const browser = await launchBrowser();
  started.defer(() => browser.close());
  const context = await browser.newContext({
    viewport: windowSize,
    locale: options.language ?? 'en-US',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(patience);
  if (keepsSecrets) {
    await keepSecrets(context);
  }
  if (options.sharesSecrets) {
    await shareSecrets(context);
  }
  if (options.initScript) {
    await context.addInitScript(options.initScript);
  }
  const workspace = join(dataDir, 'workspace');
  mkdirSync(workspace);
  const file = options.prepare?.(workspace);
  const url = new URL(server.url);
  if (file === undefined) {
    url.searchParams.set('folder', workspace);
  } else {
    url.searchParams.set('workspace', join(workspace, file));
  }
  const openWindow = async (folder?: string) => {
    const address = folder === undefined ? url : new URL(`?${new URLSearchParams({ folder })}`, url);
    const page = await context.newPage();
    await page.goto(address.href);
    const workbench = new Workbench(page, picturesDir);
    await workbench.ready();
    return workbench;
  };
  const workbench = await openWindow();
  const running = started.move();
  return { workbench, openWindow, dataDir, stop: () => running.disposeAsync() };
}

/** The user's own, as in *Keyboard Shortcuts*. */
function bindKeys(dataDir: string): void {
  const { keybinding: key } = clearNotificationsKey;
  const userDir = join(dataDir, 'data', 'User');
  mkdirSync(userDir, { recursive: true });
  writeFileSync(
    join(userDir, 'keybindings.json'),
    JSON.stringify([{ key, command: 'notifications.clearAll' }]),
  );
}

/**
 * Plays the part of the server in front of the workbench that holds one half of the key to the browser's
 * secret storage; without it secrets are gone when the page is reloaded.
 */
async function keepSecrets(context: BrowserContext): Promise<void> {
  const serverHalf = randomBytes(32);
  await context.route('**/mint-key', (route) => route.fulfill({ body: serverHalf }));
}
