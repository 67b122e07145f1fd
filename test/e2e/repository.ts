import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from '../host/places.ts';

/** A Git repository with planted files among many. To read only: the others are files of the packages here. */
export interface LargeRepository {
  readonly folder: string;
  remove(): void;
}

/**
 * @param count of the files besides the planted ones
 * @param planted by path
 */
export function largeRepository(count: number, planted: Readonly<Record<string, string>>): LargeRepository {
  const out = join(projectRoot, 'out');
  mkdirSync(out, { recursive: true });
  // Where a link can be made: it takes a second, where copies take a minute.
  const folder = mkdtempSync(join(out, 'repository-'));
  execFileSync('git', ['init', '--quiet', folder]);
  linkFiles(count, join(projectRoot, 'node_modules'), join(folder, 'packages'));
  for (const [path, text] of Object.entries(planted)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function linkFiles(count: number, source: string, target: string): void {
  const entries = readdirSync(source, { recursive: true, withFileTypes: true }).map((entry) => ({
    entry,
    from: join(entry.parentPath, entry.name),
    to: join(target, relative(source, entry.parentPath), entry.name),
  }));
  for (const { to } of entries.filter(({ entry }) => entry.isDirectory())) {
    mkdirSync(to, { recursive: true });
  }
  const files = entries.filter(({ entry }) => entry.isFile()).slice(0, count);
  assert.equal(files.length, count);
  for (const { from, to } of files) {
    linkSync(from, to);
  }
}
