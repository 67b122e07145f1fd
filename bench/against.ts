// npm run bench -- --against REF: this working tree beside another commit of the product, both measured by the
// benchmarks of this one, in turns. What it says of a row it says of both sides on the same machine in the same hour.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../test/host/places.ts';
import { scratchFolder } from './bundles.ts';
import type { Row } from './row.ts';
import { quantile, shuffled } from './statistics.ts';

/** With four of each, one row in 35 is told apart by chance. */
const rounds = 4;
const sides = ['before', 'now'] as const;

export type Change = 'slower' | 'faster' | 'as before' | 'not compared';

export interface Compared {
  readonly what: string;
  /** How many times as much as before. */
  readonly ratio: number;
  readonly change: Change;
}

/** Runs a part in the working tree of that folder. */
export type RunPart = (folder: string, part: string) => Promise<readonly Row[]>;

/** @returns for each part, what changed of it */
export async function compareWith(ref: string, parts: readonly string[], run: RunPart): Promise<Compared[]> {
  await using cleanup = new AsyncDisposableStack();
  const before = checkedOut(ref, cleanup);
  const all: Compared[] = [];
  for (const part of parts) {
    const measured: Record<(typeof sides)[number], (readonly Row[])[]> = { before: [], now: [] };
    for (let round = 0; round < rounds; round++) {
      for (const side of shuffled(sides)) {
        measured[side].push(await run(side === 'now' ? projectRoot : before, part));
      }
    }
    const rows = compared(measured.before, measured.now);
    all.push(...(rows.length > 0 ? rows : [notCompared(part)]));
  }
  return all;
}

/** One side broke: above it is said why. An older commit may lack what the benchmarks of this one need. */
function notCompared(part: string): Compared {
  return { what: `The part ${part}`, ratio: Number.NaN, change: 'not compared' };
}

/** Of each row with a number on both sides: changed when it did by more than a tenth, and no two runs overlap. */
export function compared(
  before: readonly (readonly Row[])[],
  now: readonly (readonly Row[])[],
): readonly Compared[] {
  return numbered(now[0] ?? []).flatMap(({ name, what }) => {
    const [old, fresh] = [before, now].map((runs) => valuesOf(runs, name));
    if (!old?.length || !fresh?.length) {
      return [];
    }
    const ratio = quantile(fresh, 0.5) / quantile(old, 0.5);
    if (!Number.isFinite(ratio)) {
      return [];
    }
    const isSlower = ratio > 1.1 && Math.min(...fresh) > Math.max(...old);
    const isFaster = ratio < 0.9 && Math.max(...fresh) < Math.min(...old);
    return [{ what, ratio, change: isSlower ? 'slower' : isFaster ? 'faster' : 'as before' }];
  });
}

function valuesOf(runs: readonly (readonly Row[])[], name: string): number[] {
  return runs.flatMap((rows) => {
    const row = numbered(rows).find((one) => one.name === name);
    return row && Number.isFinite(row.value) ? [row.value] : [];
  });
}

/** Rows that begin with … are told apart by the row that they continue. */
function numbered(rows: readonly Row[]) {
  let head = '';
  return rows.map(({ what, measured }) => {
    head = what.startsWith('…') ? head : what;
    const full = what === head ? what : `${head} ${what}`;
    return { name: full, what: full, value: Number.parseFloat(measured) };
  });
}

/** The sources of that commit, with the benchmarks and what they need of the tests as they are here. */
function checkedOut(ref: string, cleanup: AsyncDisposableStack): string {
  const folder = join(scratchFolder(cleanup), 'before');
  git('worktree', 'add', '--detach', folder, ref);
  cleanup.defer(() => git('worktree', 'remove', '--force', folder));
  for (const name of ['bench', 'test']) {
    rmSync(join(folder, name), { recursive: true });
    cpSync(join(projectRoot, name), join(folder, name), { recursive: true });
  }
  for (const name of ['node_modules', '.vscode-test']) {
    symlinkSync(join(projectRoot, name), join(folder, name));
  }
  return folder;
}

function git(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('git', args, { cwd: projectRoot, encoding: 'utf8' });
  if (status !== 0) {
    throw new Error(`git ${args[0]}: ${stderr}`);
  }
}
