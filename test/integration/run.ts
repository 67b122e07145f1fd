// The integration level: bundles the tests and the extension and runs them in the extension host of a real
// VS Code, the desktop where one can be had and else the project's own server.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { options, pageAsText } from '../../esbuild.js';
import { cacheDir, projectRoot } from '../host/places.ts';
import { type HostName, isHostName, vscodeVersion } from '../host/provision.ts';
import { hostVariable } from '../host/testOutput.ts';

const bundle = join(projectRoot, 'out', 'integration', 'index.cjs');

const which = process.argv[2];
if (!isHostName(which)) throw new Error('Which VS Code? Say newest or oldest.');
buildExtension();
await bundleTests();
process.exitCode = await runIn(which);

function buildExtension(): void {
  const { status } = spawnSync(process.execPath, ['esbuild.js'], { cwd: projectRoot, stdio: 'inherit' });
  if (status !== 0) throw new Error('The extension could not be built.');
}

async function bundleTests(): Promise<void> {
  const suffix = '.test.ts';
  const names = globSync(`**/*${suffix}`, { cwd: import.meta.dirname })
    .map((file) => file.replaceAll('\\', '/').slice(0, -suffix.length))
    .sort();
  if (names.length === 0) throw new Error(`There is no *${suffix} in ${import.meta.dirname}.`);
  await build({
    entryPoints: [join(import.meta.dirname, 'index.ts')],
    outfile: bundle,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    // mocha finds its own files by their place.
    external: ['vscode', 'mocha'],
    define: { TEST_FILES: JSON.stringify(names) },
    plugins: [pageAsText],
    logLevel: 'warning',
  });
}

/** Another extension, so that something is not ours; VS Code takes one folder only of those it is given by path. */
async function installGuest(folder: string): Promise<void> {
  const source = join(import.meta.dirname, 'guest');
  mkdirSync(folder, { recursive: true });
  cpSync(join(source, 'package.json'), join(folder, 'package.json'));
  const entryPoints = { extension: join(source, 'extension.ts') };
  await build(options({ entryPoints, outdir: join(folder, 'dist') }));
}

/** Resolves to the exit code, with nothing left running and nothing left in the temporary folder. */
async function runIn(which: HostName): Promise<number> {
  const desktop = await desktopExecutable(which);
  console.log(
    desktop
      ? `Integration tests in the desktop VS Code at ${desktop}`
      : `Integration tests in the VS Code ${vscodeVersion(which)} server, its workbench in a headless browser`,
  );
  const scratch = mkdtempSync(join(tmpdir(), 'oauth-tokens-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  const folder = join(scratch, 'folder');
  mkdirSync(folder);
  const extensions = join(scratch, 'extensions');
  await installGuest(join(extensions, 'tests.integration-guest-1.0.0'));
  const results = process.env.TEST_RESULTS ?? join(scratch, 'results.jsonl');
  const reportedBefore = sizeOf(results);
  endUponEverySignal();
  try {
    await runTests({
      vscodeExecutablePath: desktop ?? join(projectRoot, 'test', 'host', 'code.mjs'),
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: bundle,
      extensionTestsEnv: {
        TEST_RESULTS: results,
        ...(desktop ? {} : launcherEnvironment(which)),
        ...(process.stdout.isTTY ? { MOCHA_COLORS: '1' } : {}),
      },
      launchArgs: [
        folder,
        `--user-data-dir=${join(scratch, 'user')}`,
        `--extensions-dir=${extensions}`,
        // A desktop without a keyring would ask for one.
        '--password-store=basic',
      ],
    });
    // VS Code takes an extension host that exits in mid-run for a success.
    if (sizeOf(results) === reportedBefore) throw new Error('The extension host ended before the tests did.');
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

function launcherEnvironment(which: HostName): Record<string, string> {
  // Its first line asks the PATH for a Node, which has to be one that runs TypeScript: this one.
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  return { [hostVariable]: which, PATH: path };
}

/** test-electron ends what it started upon SIGINT, and only then; upon a second one it is rough about it. */
function endUponEverySignal(): void {
  let isEnding = false;
  process.on('SIGINT', () => {
    isEnding = true;
  });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!isEnding) process.kill(process.pid, 'SIGINT');
    });
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Undefined where no window can open, and where the download cannot be had. */
async function desktopExecutable(which: HostName): Promise<string | undefined> {
  const hasScreen =
    process.platform !== 'linux' || Boolean(process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY);
  if (!hasScreen) return undefined;
  try {
    return await downloadAndUnzipVSCode({
      version: which === 'newest' ? 'stable' : vscodeVersion(which),
      cachePath: cacheDir,
      timeout: 10_000,
    });
  } catch (error) {
    console.log(
      `No desktop VS Code could be downloaded (${error instanceof Error ? error.message : error}).`,
    );
    return undefined;
  }
}
