import { mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { commandIds } from '../../src/contributions.ts';
import { projectRoot } from '../../test/host/places.ts';
import { provisionHost } from '../../test/host/provision.ts';
import { hostVariable } from '../../test/host/testOutput.ts';
import { buildVariant } from '../../test/host/variant.ts';
import { networkHalf, parsedOnly, plainBundle, scratchFolder } from '../bundles.ts';
import type { ActivationTask, HostRun } from '../host/activationTask.ts';
import { atMost, known, type Part, type Row } from '../row.ts';
import { ratio, shuffled, summary } from '../statistics.ts';

const rounds = 5;
const ours = 'oauth-token-manager.oauth-token-manager';
const referencesView = 'vscode.references-view';

/** What activation costs, beside an empty extension and VS Code's own, in fresh and quiet extension hosts. */
export const activationPart: Part = {
  name: 'activation',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const folder = scratchFolder(cleanup);
    await provisionHost('newest');
    const network = await networkHalf(folder);
    const published = (name: string) => join(folder, 'published', `${name}.cjs`);
    const libraries = {
      network,
      networkParsed: parsedOnly(['adapters', 'network'].map(published), published('networkParsed')),
      productParsed: parsedOnly([published('product')], published('productParsed')),
      shelf: published('shelf'),
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
  const afterwards = values(none, ours, (run) => run.afterwards);
  const library = (name: string) => values([...without, ...none, ...many], name, (run) => run.library);
  const took = activation(none, ours);
  const together = sums(took, afterwards);
  const referenced = activation(none, referencesView);
  const registering = sums(
    activation(without, ours),
    without.map(({ registration }) => registration),
  );
  const parsing = sums(
    registering,
    values(without, 'productParsed', (run) => run.library),
  );
  return [
    known('activate(), loading included, in a quiet host', summary(took), 'ms'),
    atMost('… beside an empty extension', 1.4, ratio(took, activation(without, ours)), 'times'),
    known(
      '… to register as many commands in an empty extension, which is the least, beside an empty extension',
      ratio(registering, activation(without, ours)),
      'times',
    ),
    atMost('… beside references-view', 0.5, ratio(took, referenced), 'times'),
    atMost('… with 200 connections, beside none', 1.1, ratio(activation(many, ours), took), 'times'),
    known('activate() and what follows by itself: the product, loaded and composed', summary(together), 'ms'),
    atMost('… together, beside references-view’s activate()', 1, ratio(together, referenced), 'times'),
    known(
      '… to register as many commands and to parse the product’s file, of which nothing runs, which is the least, beside references-view’s activate()',
      ratio(parsing, referenced),
      'times',
    ),
    known('The network half, loaded in the host', summary(library('network')), 'ms'),
    atMost(
      '… beside plain undici + zod + one schema',
      0.3,
      ratio(library('network'), library('plain')),
      'times',
    ),
    known(
      '… to parse its files, of which nothing runs, which is the least, beside plain undici + zod + one schema',
      ratio(library('networkParsed'), library('plain')),
      'times',
    ),
    known('The shelf, loaded in the host when the first service is chosen', summary(library('shelf')), 'ms'),
  ];
}

/** Round by round. */
function sums(one: readonly number[], other: readonly number[]): number[] {
  return one.map((ms, round) => ms + (other[round] ?? 0));
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
    extensions: [ours, referencesView],
    commands: Object.keys(commandIds).length,
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
