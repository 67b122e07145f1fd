import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { runLogged, tail } from './loggedRun.ts';
import { type ProcessGroup, startGroup } from './processGroup.ts';
import type { Host } from './provision.ts';

export interface ServerOptions {
  readonly host: Host;
  /** Everything the server keeps; may be used again by a later start. */
  readonly dataDir: string;
  /** On 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** User settings beside those that keep the window quiet; they replace the ones in `dataDir`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Where installed extensions live; inside `dataDir` unless told. */
  readonly extensionsDir?: string;
  /** Packaged extensions to install before the start; needs no gallery. */
  readonly vsix?: readonly string[];
  /** True, the default, trusts every folder; false is for tests about workspace trust. */
  readonly trustDisabled?: boolean;
  readonly args?: readonly string[];
  /** Variables besides this process's own. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Server {
  /** Such as `http://127.0.0.1:41234`; the workbench answers here, without a sign-in. */
  readonly url: string;
  /** The file with the server's output. */
  readonly log: string;
  /** Resolves to the exit code when the server ends, asked or not. */
  readonly ended: Promise<number>;
  /** Ends the server with its extension hosts and terminals, and waits for it. */
  stop(): Promise<void>;
}

const startDeadlineMs = 60_000;

const quietSettings = {
  'workbench.startupEditor': 'none',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.openRepositoryInParentFolders': 'never',
};

/**
 * Starts a VS Code server and resolves when it takes connections.
 * @throws Error with the end of its output when it ends instead, takes more than a minute, or a VSIX does not install.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { dataDir } = options;
  const log = join(dataDir, 'server.log');
  const userDir = join(dataDir, 'data', 'User');
  mkdirSync(userDir, { recursive: true });
  rmSync(log, { force: true });
  writeFileSync(
    join(userDir, 'settings.json'),
    JSON.stringify({ ...quietSettings, ...options.settings }, null, 2),
  );
  await installExtensions(options, log);

  const group = startGroup(options.host.node, [options.host.serverMain, ...serverArgs(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...serverEnvironment(), ...options.env },
  });
  try {
    const port = await listeningPort(group, log);
    return { url: `http://127.0.0.1:${port}`, log, ended: group.ended, stop: () => group.stop() };
  } catch (error) {
    await group.stop();
    throw error;
  }
}

async function installExtensions(options: ServerOptions, log: string): Promise<void> {
  if (!options.vsix?.length) return;
  await runLogged({
    command: options.host.node,
    args: [
      options.host.serverMain,
      ...placeArgs(options),
      ...options.vsix.flatMap((file) => ['--install-extension', file]),
      '--force',
    ],
    log,
  });
}

function serverArgs(options: ServerOptions): string[] {
  return [
    ...placeArgs(options),
    '--host',
    '127.0.0.1',
    '--port',
    String(options.port ?? 0),
    '--without-connection-token',
    '--telemetry-level',
    'off',
    ...((options.trustDisabled ?? true) ? ['--disable-workspace-trust'] : []),
    ...(options.args ?? []),
  ];
}

function placeArgs({ dataDir, extensionsDir }: ServerOptions): string[] {
  return [
    '--accept-server-license-terms',
    '--server-data-dir',
    dataDir,
    ...(extensionsDir ? ['--extensions-dir', extensionsDir] : []),
  ];
}

function serverEnvironment(): NodeJS.ProcessEnv {
  // A test run started from a VS Code terminal must not be taken for a part of that VS Code.
  const outside = Object.entries(env).filter(
    ([name]) => !name.startsWith('VSCODE_') && name !== 'ELECTRON_RUN_AS_NODE',
  );
  // code-server's own variable. Unset, it means Open VSX (whatever product.json says), which every window
  // would ask about the extensions in it.
  return { ...Object.fromEntries(outside), EXTENSIONS_GALLERY: '{}' };
}

function listeningPort(group: ProcessGroup, log: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`The VS Code server ${what}.\n${tail(log)}`));
    const deadline = setTimeout(() => fail('was not ready within a minute'), startDeadlineMs);
    void group.ended.then((code) => {
      clearTimeout(deadline);
      fail(`ended with ${code} before it was ready`);
    });

    let output = '';
    let ready = false;
    const read = (chunk: Buffer) => {
      appendFileSync(log, chunk);
      if (ready) return;
      output += chunk;
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined || !output.includes('Extension host agent started')) return;
      ready = true;
      clearTimeout(deadline);
      resolve(Number(port));
    };
    group.child.stdout?.on('data', read);
    group.child.stderr?.on('data', read);
  });
}
