// npm run bench: measures everything in one run, prints a table, and writes RESULTS.md and the README's section about
// speed. `npm run bench -- NAME` runs one part and writes nothing.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../test/host/places.ts';
import { exitOnSignals } from '../test/host/processGroup.ts';
import { activationPart } from './parts/activation.ts';
import { connectionsPart } from './parts/connections.ts';
import { hourPart } from './parts/hour.ts';
import { leaksPart } from './parts/leaks.ts';
import { manyPart } from './parts/many.ts';
import { networkPart } from './parts/network.ts';
import { pagePart } from './parts/page.ts';
import { pagesPart } from './parts/pages.ts';
import { sizePart } from './parts/size.ts';
import { treePart } from './parts/tree.ts';
import { turnkeyPart } from './parts/turnkey.ts';
import { failed, type Measured, results, shortSectionIn, verdict } from './report.ts';
import type { Part, Row } from './row.ts';

const parts: readonly Part[] = [
  activationPart,
  networkPart,
  sizePart,
  pagesPart,
  pagePart,
  treePart,
  turnkeyPart,
  manyPart,
  connectionsPart,
  hourPart,
  leaksPart,
];

/** Far more than any part takes. */
const limitMs = 15 * 60_000;

exitOnSignals();
const name = process.argv[2];
if (name === undefined) {
  const all: Measured[] = [];
  for (const part of parts) {
    all.push({ part: part.name, rows: await rowsFromChild(part) });
  }
  write(results(all, new Date(), readFileSync(join(import.meta.dirname, 'NOTES.md'), 'utf8')));
} else {
  const part = parts.find((one) => one.name === name);
  if (!part) {
    throw new Error(`There is no part ${name}, but ${parts.map((one) => one.name).join(', ')}.`);
  }
  const rows = await printedRows(part);
  await new Promise<void>((resolve) => (process.send ? process.send(rows, () => resolve()) : resolve()));
  process.exit();
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
async function rowsFromChild(part: Part): Promise<readonly Row[]> {
  const child = fork(import.meta.filename, [part.name], { serialization: 'advanced', timeout: limitMs });
  let rows: readonly Row[] | undefined;
  child.on('message', (message: readonly Row[]) => {
    rows = message;
  });
  const [code] = await once(child, 'exit');
  return rows ?? [failed(part.name, new Error(`It ended early or took too long (${code ?? 'stopped'}).`))];
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
