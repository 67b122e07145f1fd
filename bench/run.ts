// npm run bench: measures everything in one run, prints a table, and writes RESULTS.md and the README's section about
// speed. `-- --only NAME,NAME` measures these parts and writes nothing; `-- --against REF` compares with another commit.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../test/host/places.ts';
import { exitOnSignals } from '../test/host/processGroup.ts';
import { compareWith } from './against.ts';
import { activationPart } from './parts/activation.ts';
import { connectionsPart } from './parts/connections.ts';
import { dayPart } from './parts/day.ts';
import { leaksPart } from './parts/leaks.ts';
import { manyPart } from './parts/many.ts';
import { pagePart } from './parts/page.ts';
import { pagesPart } from './parts/pages.ts';
import { sizePart } from './parts/size.ts';
import { treePart } from './parts/tree.ts';
import { turnkeyPart } from './parts/turnkey.ts';
import { failed, type Measured, results, shortSectionIn, verdict } from './report.ts';
import type { Part, Row } from './row.ts';

const parts: readonly Part[] = [
  activationPart,
  sizePart,
  pagesPart,
  pagePart,
  treePart,
  turnkeyPart,
  manyPart,
  connectionsPart,
  dayPart,
  leaksPart,
];

/** Far more than any part takes. */
const limitMs = 10 * 60_000;

exitOnSignals();
const { values: chosen, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, against: { type: 'string' } },
});
const [name] = positionals;
const wanted = parts.filter((part) => !chosen.only || chosen.only.split(',').includes(part.name));
if (name !== undefined) {
  await runInThisProcess(name);
} else if (chosen.against !== undefined) {
  await printComparison(chosen.against);
} else if (chosen.only !== undefined) {
  for (const part of wanted) {
    await rowsFromChild(projectRoot, part.name);
  }
} else {
  const all: Measured[] = [];
  for (const part of parts) {
    all.push({ part: part.name, rows: await rowsFromChild(projectRoot, part.name) });
  }
  const notes = readFileSync(join(import.meta.dirname, 'NOTES.md'), 'utf8');
  write(results(all, new Date(), notes, commit()));
}

/** What it measured is printed, and sent to the process that has started this one. */
async function runInThisProcess(name: string): Promise<never> {
  const part = parts.find((one) => one.name === name);
  if (!part) {
    throw new Error(`There is no part ${name}, but ${parts.map((one) => one.name).join(', ')}.`);
  }
  const rows = await printedRows(part);
  await new Promise<void>((resolve) => (process.send ? process.send(rows, () => resolve()) : resolve()));
  process.exit();
}

/** Ends with 1 when something takes longer than before, or could not be compared. */
async function printComparison(ref: string): Promise<void> {
  const names = wanted.map((part) => part.name);
  const all = await compareWith(ref, names, (folder, part) => rowsFromChild(folder, part));
  console.log(`\nBeside ${ref}`);
  for (const { what, ratio, change } of all) {
    console.log(`  ${change.padEnd(12)}  ${ratio.toFixed(2)} ×  ${what}`);
  }
  process.exitCode = all.some(({ change }) => change === 'slower' || change === 'not compared') ? 1 : 0;
}

function commit(): string {
  return spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: projectRoot,
    encoding: 'utf8',
  }).stdout.trim();
}

async function printedRows(part: Part): Promise<readonly Row[]> {
  const started = performance.now();
  const rows = await part.run().catch((thrown: unknown) => {
    console.error(thrown);
    return [failed(part.name, thrown)];
  });
  console.log(`\n${part.name} (${Math.round((performance.now() - started) / 1000)} s)`);
  for (const { what, goal, measured, isMet } of rows) {
    console.log(`  ${verdict(isMet).padEnd(6)}  ${what}: ${measured}${goal && `; goal: ${goal}`}`);
  }
  return rows;
}

/** In a process of its own, so that no part warms or breaks another, and what was measured is never lost. */
async function rowsFromChild(folder: string, part: string): Promise<readonly Row[]> {
  const child = fork(join(folder, 'bench', 'run.ts'), [part], {
    cwd: folder,
    serialization: 'advanced',
    timeout: limitMs,
  });
  let rows: readonly Row[] | undefined;
  child.on('message', (message: readonly Row[]) => {
    rows = message;
  });
  const [code] = await once(child, 'exit');
  return rows ?? [failed(part, new Error(`It ended early or took too long (${code ?? 'stopped'}).`))];
}

function write(text: string): void {
  writeFileSync(join(import.meta.dirname, 'RESULTS.md'), text);
  const readme = join(projectRoot, 'README.md');
  const before = readFileSync(readme, 'utf8');
  const [old, section] = [shortSectionIn(before), shortSectionIn(text)];
  if (old !== undefined && section !== undefined) {
    writeFileSync(
      readme,
      before.replace(old, () => section),
    );
  }
}
