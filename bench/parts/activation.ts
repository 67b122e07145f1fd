import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { publish } from '../../esbuild.js';
import { chatTools } from '../../src/contributions.ts';
import { projectRoot } from '../../test/host/places.ts';
import { provisionHost } from '../../test/host/provision.ts';
import { hostVariable } from '../../test/host/testOutput.ts';
import { buildVariant } from '../../test/host/variant.ts';
import { networkFiles, networkHalf, parsedOnly, plainBundle, scratchFolder } from '../bundles.ts';
import type { ActivationTask, HostRun } from '../host/activationTask.ts';
import { atMost, known, type Part, type Row } from '../row.ts';
import { ratio, summary } from '../statistics.ts';

const rounds = 8;
const ours = 'oauth-token-manager.oauth-token-manager';
const referencesView = 'vscode.references-view';

/** Extensions of ours by what their folders are called. */
const entries = {
  /** Does nothing. */
  empty: 'bench/host/empty.ts',
  least: 'bench/host/least.ts',
  many: 'bench/host/manyConnections.ts',
};

const measured = [ours, referencesView, ...Object.keys(entries).map(bench)];

/** What activation costs, beside an empty extension and VS Code's own, in fresh and quiet extension hosts. */
export const activationPart: Part = {
  name: 'activation',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const folder = scratchFolder(cleanup);
    await provisionHost('newest');
    const files = join(folder, 'published');
    await publish('src/extension.ts', files);
    const published = (name: string) => join(files, `${name}.cjs`);
    const network = networkHalf(files, 'vendors');
    const networkForOAuth = networkHalf(files, 'oauth');
    const libraries = {
      networkParsed: parsedOnly(networkFiles('vendors').map(published), published('networkParsed')),
      productParsed: parsedOnly([published('product')], published('productParsed')),
      shelf: published('shelf'),
      plain: (await plainBundle('bench/children/plainNetwork.ts', folder, 'plainNetwork')).file,
    };
    const installed = join(folder, 'extensions');
    await buildVariant({ entry: 'src/extension.ts', folder: join(installed, `${ours}-0.0.0`) });
    for (const [name, entry] of Object.entries(entries)) {
      await besides(name, entry, join(installed, `bench.${name}-0.0.0`));
    }
    // VS Code wants one under development.
    const first = join(folder, 'first');
    await besides('first', entries.least, first);
    const runs: HostRun[] = [];
    for (let round = 0; round < rounds; round++) {
      // What both have in common would be loaded once in a host.
      const half = round % 3 === 2 ? { networkForOAuth } : { network };
      const task = { product: published('product'), libraries: { ...half, ...libraries } };
      runs.push(await inHost(join(folder, `${round}`), first, installed, task));
    }
    return rowsOf(runs);
  },
};

function rowsOf(runs: readonly HostRun[]): Row[] {
  const complete = runs.filter(({ activation }) => measured.every((id) => activation[id] !== undefined));
  const values = (of: (run: HostRun) => number | undefined) => complete.map((run) => of(run) ?? Number.NaN);
  const activation = (id: string) => values((run) => run.activation[id]);
  const library = (name: string) => complete.flatMap((run) => run.library[name] ?? []);
  /** In the rounds that have loaded it. */
  const besidePlain = (name: string) => {
    const both = complete.map(({ library: took }) => [took[name], took.plain] as const);
    const pairs = both.flatMap(([one, plain]) =>
      one === undefined || plain === undefined ? [] : [{ one, plain }],
    );
    return ratio(
      pairs.map(({ one }) => one),
      pairs.map(({ plain }) => plain),
    );
  };
  const took = activation(ours);
  const together = sums(
    took,
    values((run) => run.afterwards[ours]),
  );
  const empty = activation(bench('empty'));
  const least = activation(bench('least'));
  const referenced = activation(referencesView);
  return [
    known('activate(), loading included, in a quiet host', summary(took), 'ms'),
    atMost('… beside an empty extension', 1.4, ratio(took, empty), 'times'),
    known(
      '… to register with nothing behind it, which is the least, beside an empty extension',
      ratio(least, empty),
      'times',
    ),
    atMost('… beside references-view', 0.5, ratio(took, referenced), 'times'),
    known(
      '… to register with nothing behind it, which is the least, beside references-view',
      ratio(least, referenced),
      'times',
    ),
    known('… an empty extension, beside references-view', ratio(empty, referenced), 'times'),
    atMost('… with 200 connections, beside none', 1.1, ratio(activation(bench('many')), took), 'times'),
    known('activate() and what follows by itself: the product, loaded and composed', summary(together), 'ms'),
    atMost('… together, beside references-view’s activate()', 1, ratio(together, referenced), 'times'),
    known(
      '… to register with nothing behind it and to parse the product’s file, of which nothing runs, which is the least, beside references-view’s activate()',
      ratio(sums(least, library('productParsed')), referenced),
      'times',
    ),
    known(
      'The network half, loaded in the host for the first list of a vendor: what services share, the adapters of vendors, and what sends',
      summary(library('network')),
      'ms',
    ),
    atMost('… beside plain undici + zod + one schema', 0.3, besidePlain('network'), 'times'),
    known(
      '… to parse its files, of which nothing runs, which is the least, beside plain undici + zod + one schema',
      besidePlain('networkParsed'),
      'times',
    ),
    known(
      '… for a connection to any OAuth 2.0 server, beside plain undici + zod + one schema',
      besidePlain('networkForOAuth'),
      'times',
    ),
    known('The shelf, loaded in the host when the first service is chosen', summary(library('shelf')), 'ms'),
  ];
}

/** Round by round. */
function sums(one: readonly number[], other: readonly number[]): number[] {
  return one.map((ms, round) => ms + (other[round] ?? 0));
}

function bench(name: string): string {
  return `bench.${name}`;
}

/** An extension with the product's own manifest, so that only the code is another, and with ids of its own. */
async function besides(name: string, entry: string, folder: string): Promise<void> {
  await buildVariant({ entry, folder });
  const manifest = join(folder, 'package.json');
  const bundles = readdirSync(join(folder, 'dist')).filter((file) => file.endsWith('.cjs'));
  for (const file of [manifest, ...bundles.map((bundle) => join(folder, 'dist', bundle))]) {
    const ids = new RegExp(`oauthTokens|\\b(?:${Object.keys(chatTools).join('|')})\\b`, 'g');
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll(ids, (id) => `${name}_${id}`),
    );
  }
  const contributions: object = JSON.parse(readFileSync(manifest, 'utf8'));
  writeFileSync(manifest, JSON.stringify({ ...contributions, name, publisher: 'bench' }));
}

async function inHost(
  folder: string,
  extensionDevelopmentPath: string,
  installed: string,
  loaded: Pick<ActivationTask, 'product' | 'libraries'>,
): Promise<HostRun> {
  mkdirSync(folder);
  const task: ActivationTask = {
    first: bench('first'),
    extensions: measured,
    ...loaded,
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
      `--extensions-dir=${installed}`,
    ],
  });
  const run: HostRun = JSON.parse(readFileSync(task.results, 'utf8'));
  return run;
}
