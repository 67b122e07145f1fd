import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env, platform } from 'node:process';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { canInstallFromDebian, installFromDebian } from './debian.ts';
import { logsDir } from './places.ts';

const overrideVariable = 'OAUTH_TOKENS_TEST_BROWSER';

/**
 * The executable of a Chromium, Chrome or Edge. On Debian as root, Chromium is installed where there is none.
 * The variable OAUTH_TOKENS_TEST_BROWSER names another one.
 * @throws Error that says what to install, or that the variable names no file.
 */
export async function findBrowser(report: (line: string) => void = console.log): Promise<string> {
  const override = env[overrideVariable];
  if (override) {
    if (existsSync(override)) return override;
    throw new Error(`${overrideVariable} names ${override}, which does not exist.`);
  }
  const found = usualPlaces().find((path) => existsSync(path));
  if (found) return found;
  if (canInstallFromDebian()) {
    report("Installing Chromium from Debian's packages (once)");
    // With a small font that has Chinese, which pictures would else show as boxes.
    await installFromDebian(['chromium', 'fonts-droid-fallback'], join(logsDir, 'set-up-browser.log'));
    return '/usr/bin/chromium';
  }
  throw new Error(
    'No browser found. Install Chromium, Google Chrome or Microsoft Edge, ' +
      `or name the executable of one in ${overrideVariable}.`,
  );
}

/** Starts that browser without a window. Ctrl-C is the caller's business: see `exitOnSignals`. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: await findBrowser(),
    timeout: 60_000,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...options,
    args: [
      '--disable-gpu',
      // The rest keeps a closed network from costing time.
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium's sandbox refuses to run as root.
      ...(isRoot ? ['--no-sandbox'] : []),
      ...(options.args ?? []),
    ],
  });
}

function usualPlaces(): readonly string[] {
  switch (platform) {
    case 'darwin':
      return ['/Applications', join(env.HOME ?? '', 'Applications')].flatMap((folder) =>
        ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((name) =>
          join(folder, `${name}.app`, 'Contents', 'MacOS', name),
        ),
      );
    case 'win32':
      return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) =>
          ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map(
            (name) => join(folder, name),
          ),
        );
    default:
      return [
        'google-chrome',
        'google-chrome-stable',
        'chromium',
        'chromium-browser',
        'microsoft-edge',
      ].flatMap((name) =>
        [...(env.PATH ?? '').split(delimiter), '/usr/bin'].map((folder) => join(folder, name)),
      );
  }
}
