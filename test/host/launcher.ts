// A stand-in for the desktop executable: takes the same arguments, runs the extension tests in a VS Code
// server whose workbench is open in a headless browser, and ends with the result of the tests.
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { tail } from './loggedRun.ts';
import { failuresDir } from './places.ts';
import { exitOnSignals } from './processGroup.ts';
import { isHostName, provisionHost } from './provision.ts';
import { type Server, startServer } from './server.ts';
import { hostVariable, testOutputMark } from './testOutput.ts';

const silenceAllowedMs = 5 * 60_000;

interface TestLaunch {
  readonly extensionDevelopmentPaths: readonly string[];
  readonly extensionTestsPath: string;
  readonly userDataDir: string;
  readonly extensionsDir: string | undefined;
  readonly trustDisabled: boolean;
  readonly folder: string | undefined;
}

/** The executable's whole life; ends the process with the code of the test run. */
export async function main(argv: readonly string[]): Promise<void> {
  exitOnSignals();
  // The process that started this holds the other end, so its end means that nothing waits for the tests any more.
  process.stdin.on('end', () => process.exit(1)).resume();
  try {
    process.exit(await runExtensionTests(parseLaunch(argv)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

async function runExtensionTests(launch: TestLaunch): Promise<number> {
  const which = process.env[hostVariable];
  if (!isHostName(which)) throw new Error(`${hostVariable} must be newest or oldest.`);
  const host = await provisionHost(which);
  await using cleanup = new AsyncDisposableStack();
  const server = await startServer({
    host,
    dataDir: launch.userDataDir,
    ...(launch.extensionsDir ? { extensionsDir: launch.extensionsDir } : {}),
    trustDisabled: launch.trustDisabled,
    // Without it the workbench ignores the payload that names the tests.
    args: ['--enable-smoke-test-driver'],
  });
  cleanup.defer(() => server.stop());
  const browser = await launchBrowser();
  cleanup.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    return await testsIn(page, server, launch);
  } catch (error) {
    const kept = await keepEvidence(page, server, which);
    throw new Error(`${messageOf(error)}\n${tail(server.log)}\nScreenshot and logs: ${kept}`);
  }
}

/** Opens the workbench and waits for the tests' exit code, as long as they say something now and then. */
async function testsIn(page: Page, server: Server, launch: TestLaunch): Promise<number> {
  const result = Promise.withResolvers<number>();
  const watchdog = setTimeout(
    () => result.reject(new Error(`The tests printed nothing for ${silenceAllowedMs / 60_000} minutes.`)),
    silenceAllowedMs,
  );
  let haveTestsSpoken = false;
  const errors: string[] = [];
  await page.exposeFunction('codeAutomationLog', (level: string, args: unknown[]) => {
    const line = format(...args);
    if (line.startsWith(testOutputMark)) {
      haveTestsSpoken = true;
      watchdog.refresh();
      console.log(line.slice(testOutputMark.length));
    } else if (level === 'error') {
      errors.push(line);
    }
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => {
    // Where the reason stands when the tests could not even be loaded.
    if (!haveTestsSpoken)
      console.log(['No test said anything. Errors that VS Code logged:', ...errors].join('\n  '));
    result.resolve(code);
  });
  page.on('crash', () => result.reject(new Error('The page of the workbench crashed.')));
  page.on('close', () => result.reject(new Error('The page of the workbench was closed.')));
  void server.ended.then((code) => result.reject(new Error(`The VS Code server ended with ${code}.`)));
  try {
    const [code] = await Promise.all([result.promise, page.goto(workbenchUrl(server.url, launch))]);
    return code;
  } finally {
    clearTimeout(watchdog);
  }
}

function workbenchUrl(serverUrl: string, launch: TestLaunch): string {
  const remote = (path: string) =>
    `vscode-remote://${new URL(serverUrl).host}${pathToFileURL(path).pathname}`;
  const payload = [
    ...launch.extensionDevelopmentPaths.map((path) => ['extensionDevelopmentPath', remote(path)]),
    ['extensionTestsPath', remote(launch.extensionTestsPath)],
  ];
  const url = new URL(serverUrl);
  if (launch.folder) url.searchParams.set('folder', launch.folder);
  else url.searchParams.set('ew', 'true');
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

async function keepEvidence(page: Page, server: Server, which: string): Promise<string> {
  const dir = join(failuresDir, `${new Date().toISOString().replaceAll(':', '-')}-${which}`);
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: join(dir, 'workbench.png') }).catch((error: unknown) => {
    writeFileSync(join(dir, 'no-screenshot.txt'), messageOf(error));
  });
  const logs = join(dirname(server.log), 'data', 'logs');
  cpSync(server.log, join(dir, 'server.log'));
  if (existsSync(logs)) cpSync(logs, join(dir, 'logs'), { recursive: true });
  return dir;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Unknown arguments are those that only a desktop build has a use for. */
function parseLaunch(argv: readonly string[]): TestLaunch {
  const { values, positionals } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      extensionDevelopmentPath: { type: 'string', multiple: true },
      extensionTestsPath: { type: 'string' },
      'user-data-dir': { type: 'string' },
      'extensions-dir': { type: 'string' },
      'disable-workspace-trust': { type: 'boolean' },
    },
  });
  const strings = (value: unknown) =>
    (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
  const [extensionTestsPath] = strings(values.extensionTestsPath);
  const [userDataDir] = strings(values['user-data-dir']);
  if (!extensionTestsPath || !userDataDir) {
    throw new Error('Expected --extensionTestsPath=FILE and --user-data-dir=FOLDER.');
  }
  return {
    extensionDevelopmentPaths: strings(values.extensionDevelopmentPath),
    extensionTestsPath,
    userDataDir,
    extensionsDir: strings(values['extensions-dir'])[0],
    trustDisabled: values['disable-workspace-trust'] === true,
    folder: positionals[0],
  };
}
