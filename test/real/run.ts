// `npm run test:real`: the product against servers that other people wrote, one after the other, each installed by
// the package client of its kind. Names after `--` choose some of them. Everything that was started is ended.
import { join } from 'node:path';
import Mocha from 'mocha';
import { projectRoot, realServersDir } from '../host/places.ts';
import { exitOnSignals, runToEnd } from '../host/processGroup.ts';
import { workbenchVariable } from './flows/declare.ts';
import { isInstalled, type RealServer, type Stoppable } from './realServer.ts';
import { servers } from './servers/index.ts';
import { type Outcome, tables } from './table.ts';

type AnyServer = RealServer<Stoppable>;

exitOnSignals();
const started = performance.now();
const chosen = chosenServers(process.argv.slice(2));
const missing = new Map(chosen.map((server) => [server.id, missingFor(server)]));
const runnable = chosen.filter(({ id }) => missing.get(id)?.length === 0);

tellThePlan();
await packExtension();
const outcomes = await runAll();
const minutes = ((performance.now() - started) / 60_000).toFixed(1);
console.log(`\n${tables(chosen, outcomes, (id) => missing.get(id) ?? [])}`);
const failed = outcomes.filter(({ isOk }) => !isOk).length;
console.log(`${outcomes.length - failed} passed, ${failed} failed, ${minutes} minutes`);
process.exit(failed > 0 ? 1 : 0);

function chosenServers(ids: readonly string[]): readonly AnyServer[] {
  const unknown = ids.filter((id) => !servers.some((server) => server.id === id));
  if (unknown.length > 0) {
    const known = servers.map(({ id }) => id).join(', ');
    throw new Error(`Which server is ${unknown.join(', ')}? There are ${known}.`);
  }
  return ids.length === 0 ? servers : servers.filter(({ id }) => ids.includes(id));
}

function missingFor({ needs }: AnyServer): readonly string[] {
  return needs.filter((tool) => !tool.isHere()).map(({ name }) => name);
}

function tellThePlan(): void {
  const folder = realServersDir;
  console.log(
    `What is installed goes into ${folder}, by package name only; all servers listen on 127.0.0.1.\n`,
  );
  for (const server of chosen) {
    const lacking = missing.get(server.id) ?? [];
    const what =
      lacking.length > 0
        ? `not run here: ${lacking.join(' and ')} missing`
        : server.install === isInstalled.install
          ? server.source
          : `${server.source}, into ${join(folder, server.folder ?? server.id)}`;
    console.log(`  ${server.name} ${server.version}: ${what}`);
  }
}

/** For the stories in the workbench, as the end-to-end tests do it. */
async function packExtension(): Promise<void> {
  const code = await runToEnd(process.execPath, ['esbuild.js', '--package'], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (code !== 0) {
    throw new Error(`The extension cannot be packed: ${code}`);
  }
  process.env[workbenchVariable] = 'yes';
}

async function runAll(): Promise<readonly Outcome[]> {
  const mocha = new Mocha({ timeout: 120_000, reporter: 'spec', forbidOnly: true, forbidPending: true });
  for (const { id } of runnable) {
    mocha.addFile(join(import.meta.dirname, `${id}.test.ts`));
  }
  await mocha.loadFilesAsync();
  const found: Outcome[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    const note = (test: Mocha.Runnable, isOk: boolean) => {
      const server = test.parent?.titlePath()[0] ?? '';
      found.push({ server, flow: test.title, isOk, ms: test.duration ?? 0 });
    };
    runner.on('pass', (test) => note(test, true));
    // Also a server that cannot be installed, started or stopped.
    runner.on('fail', (test: Mocha.Runnable) => note(test, false));
  });
  return found;
}
