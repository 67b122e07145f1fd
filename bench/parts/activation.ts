import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { projectRoot } from '../../test/host/places.ts';
import { provisionHost } from '../../test/host/provision.ts';
import { hostVariable } from '../../test/host/testOutput.ts';
import { buildVariant } from '../../test/host/variant.ts';
import { networkHalf, plainBundle, scratchFolder } from '../bundles.ts';
import type { ActivationTask, HostRun } from '../host/activationTask.ts';
import { atMost, known, type Part, type Row } from '../row.ts';
import { ratio, shuffled, summary } from '../statistics.ts';

const rounds = 5;
const ours = 'oauth-token-manager.oauth-token-manager';
const referencesView = 'vscode.references-view';
const microsoft = 'vscode.microsoft-authentication';

/** What activation costs, beside an empty extension and VS Code's own, in fresh and quiet extension hosts. */
export const activationPart: Part = {
  name: 'activation',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const folder = scratchFolder(cleanup);
    const { serverMain } = await provisionHost('newest');
    const itsExtensions = join(dirname(serverMain), '..', 'extensions');
    // A copy, because VS Code may have loaded it before it can be measured.
    const githubCopy = join(folder, 'github.cjs');
    cpSync(join(itsExtensions, 'github-authentication', 'dist', 'extension.js'), githubCopy);
    const libraries = {
      github: githubCopy,
      network: await networkHalf(folder),
      plain: (await plainBundle('bench/children/plainNetwork.ts', folder, 'plainNetwork')).file,
    };
    // The browser's workbench takes one extension under development, so that each has a host of its own.
    const variants = {
      // With the product's own manifest, so that only the code is another.
      empty: await variant('bench/host/empty.ts', join(folder, 'empty')),
      none: await variant('src/extension.ts', join(folder, 'none')),
      many: await variant('bench/host/manyConnections.ts', join(folder, 'many')),
    };
    const runs: Record<keyof typeof variants, HostRun[]> = { empty: [], none: [], many: [] };
    for (let round = 0; round < rounds; round++) {
      for (const name of shuffled(['empty', 'none', 'many'] as const)) {
        const place = join(folder, `${name}-${round}`);
        runs[name].push(await inHost(place, variants[name], libraries));
      }
    }
    return rowsOf(runs);
  },
};

function rowsOf({
  empty: without,
  none,
  many,
}: Readonly<Record<'empty' | 'none' | 'many', readonly HostRun[]>>): Row[] {
  const activation = (runs: readonly HostRun[], id: string) => values(runs, id, (run) => run.activation);
  const afterwards = (runs: readonly HostRun[]) => summary(values(runs, ours, (run) => run.afterwards));
  const load = (id: string) => values(none, id, (run) => run.load);
  const library = (name: string) => values([...without, ...none, ...many], name, (run) => run.library);
  const took = activation(none, ours);
  const beside = (what: string, id: string, limit: number): Row =>
    atMost(`… beside ${what}`, limit, ratio(took, activation(none, id)), 'times');
  return [
    known('activate(), loading included, in a quiet host', summary(took), 'ms'),
    atMost('… beside an empty extension', 1.8, ratio(took, activation(without, ours)), 'times'),
    beside('microsoft-authentication', microsoft, 0.15),
    beside('references-view', referencesView, 1),
    atMost('… with 200 connections, beside none', 1.1, ratio(activation(many, ours), took), 'times'),
    known('What follows at once: the product, loaded and composed', afterwards(none), 'ms'),
    known('… with 200 connections', afterwards(many), 'ms'),
    known('Code load', summary(load(ours)), 'ms'),
    atMost(
      '… beside github-authentication',
      0.2,
      ratio(
        load(ours),
        values(none, 'github', (run) => run.library),
      ),
      'times',
    ),
    known('The network half, loaded in the host', summary(library('network')), 'ms'),
    atMost(
      '… beside plain undici + zod + one schema',
      0.5,
      ratio(library('network'), library('plain')),
      'times',
    ),
  ];
}

/** @throws when a host could not measure it */
function values(
  runs: readonly HostRun[],
  id: string,
  of: (run: HostRun) => Readonly<Record<string, number>>,
): number[] {
  const all = runs.map((run) => of(run)[id]).filter((value) => value !== undefined);
  if (all.length === 0) {
    throw new Error(`${id} was active before it could be measured.`);
  }
  return all;
}

async function variant(entry: string, folder: string): Promise<string> {
  mkdirSync(folder);
  await buildVariant({ entry, folder });
  return folder;
}

async function inHost(
  folder: string,
  extensionDevelopmentPath: string,
  libraries: ActivationTask['libraries'],
): Promise<HostRun> {
  mkdirSync(folder);
  const task: ActivationTask = {
    extensions: [ours, referencesView, microsoft],
    libraries,
    results: join(folder, 'results.json'),
  };
  const tests = join(folder, 'tests.cjs');
  await build({
    entryPoints: [join(projectRoot, 'bench', 'host', 'activation.ts')],
    outfile: tests,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    external: ['vscode'],
    define: { TASK: JSON.stringify(task) },
    logLevel: 'warning',
  });
  mkdirSync(join(folder, 'workspace'));
  await runTests({
    vscodeExecutablePath: join(projectRoot, 'test', 'host', 'code.mjs'),
    extensionDevelopmentPath,
    extensionTestsPath: tests,
    extensionTestsEnv: {
      [hostVariable]: 'newest',
      PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
    },
    launchArgs: [
      join(folder, 'workspace'),
      `--user-data-dir=${join(folder, 'user')}`,
      `--extensions-dir=${join(folder, 'extensions')}`,
    ],
  });
  const run: HostRun = JSON.parse(readFileSync(task.results, 'utf8'));
  return run;
}
