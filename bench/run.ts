// npm run bench: measures everything in one run, prints a table and writes RESULTS.md. `npm run bench -- NAME`
// runs one part and writes nothing.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { exitOnSignals } from '../test/host/processGroup.ts';
import { activationPart } from './parts/activation.ts';
import { connectionsPart } from './parts/connections.ts';
import { hourPart } from './parts/hour.ts';
import { manyPart } from './parts/many.ts';
import { networkPart } from './parts/network.ts';
import { pagePart } from './parts/page.ts';
import { pagesPart } from './parts/pages.ts';
import { sizePart } from './parts/size.ts';
import { treePart } from './parts/tree.ts';
import { turnkeyPart } from './parts/turnkey.ts';
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
];

exitOnSignals();
const name = process.argv[2];
const chosen = parts.filter((part) => name === undefined || part.name === name);
if (chosen.length === 0) {
  throw new Error(`There is no part ${name}, but ${parts.map((part) => part.name).join(', ')}.`);
}
const rows: Row[] = [];
for (const part of chosen) {
  const started = performance.now();
  const measured = await measuredRows(part);
  rows.push(...measured);
  console.log(`\n${part.name} (${Math.round((performance.now() - started) / 1000)} s)`);
  for (const { what, goal, measured: value, isMet } of measured) {
    console.log(`  ${verdict(isMet).padEnd(6)}  ${what}: ${value}${goal && `; goal: ${goal}`}`);
  }
}
if (name === undefined) {
  writeFileSync(join(import.meta.dirname, 'RESULTS.md'), results(rows));
}

/** A part that cannot be measured is a line that says why, and does not keep the others from being measured. */
async function measuredRows(part: Part): Promise<readonly Row[]> {
  try {
    return await part.run();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ what: part.name, goal: 'to be measured', measured: why.split('\n')[0] ?? '', isMet: false }];
  }
}

function verdict(isMet: boolean | undefined): string {
  return isMet === undefined ? '' : isMet ? 'met' : 'missed';
}

function results(all: readonly Row[]): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}`;
  const lines = all.map(
    ({ what, goal, measured, isMet }) => `| ${[what, goal, measured, verdict(isMet)].join(' | ')} |`,
  );
  return [
    '# What it costs',
    '',
    'Written by `npm run bench`. Variants are measured side by side in one run, interleaved in random order; a',
    'ratio (×) is one of medians, with the quarter and three-quarter points of the ratios within a round.',
    '',
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}.`,
    '',
    '| What | Goal | Measured | |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
    readFileSync(join(import.meta.dirname, 'NOTES.md'), 'utf8'),
  ].join('\n');
}
