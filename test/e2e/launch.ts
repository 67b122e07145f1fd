// The only file that knows how the end-to-end tests start VS Code.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { launchBrowser } from '../host/browser.ts';
import { projectRoot } from '../host/places.ts';
import { provisionHost } from '../host/provision.ts';
import { startServer } from '../host/server.ts';
import { shareSecrets } from './sharedSecrets.ts';
import { Workbench } from './workbench.ts';

export const picturesDir = join(projectRoot, 'out', 'e2e');
export const packagedExtension = join(projectRoot, 'oauth-token-manager.vsix');

export interface Launched {
  readonly workbench: Workbench;
  /** Another window of the same profile. */
  openWindow(): Promise<Workbench>;
  /** The user-data folder of this run. */
  readonly dataDir: string;
  stop(): Promise<void>;
}

export interface LaunchOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Lets several windows have their secrets in common, as on the desktop. */
  readonly sharesSecrets?: boolean;
}

/** A fresh profile with the packaged extension in a real workbench. */
export async function launch({
  settings = {},
  sharesSecrets = false,
}: LaunchOptions = {}): Promise<Launched> {
  const dataDir = mkdtempSync(join(tmpdir(), 'oauth-tokens-e2e-'));
  const host = await provisionHost('newest');
  const server = await startServer({ host, dataDir, vsix: [packagedExtension], settings });
  const browser = await launchBrowser();
  // Tall, because a tree has only the rows in the page that can be seen.
  const context = await browser.newContext({ viewport: { width: 1200, height: 1500 }, locale: 'en-US' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await keepSecrets(context);
  if (sharesSecrets) {
    await shareSecrets(context);
  }
  const workspace = join(dataDir, 'workspace');
  mkdirSync(workspace);
  const openWindow = async () => {
    const page = await context.newPage();
    await page.goto(`${server.url}/?folder=${encodeURIComponent(workspace)}`);
    const workbench = new Workbench(page, picturesDir);
    await workbench.ready();
    return workbench;
  };
  return {
    workbench: await openWindow(),
    openWindow,
    dataDir,
    stop: async () => {
      await browser.close();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * Plays the part of the server in front of the workbench that holds one half of the key to the browser's
 * secret storage; without it secrets are gone when the page is reloaded.
 */
async function keepSecrets(context: BrowserContext): Promise<void> {
  const serverHalf = randomBytes(32);
  await context.route('**/mint-key', (route) => route.fulfill({ body: serverHalf }));
}
