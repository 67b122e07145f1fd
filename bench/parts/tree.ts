import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../../test/e2e/launch.ts';
import { expect, type Workbench } from '../../test/e2e/workbench.ts';
import { buildVariant, packVariant } from '../../test/host/variant.ts';
import { scratchFolder } from '../bundles.ts';
import type { TreeTask } from '../host/treeTask.ts';
import { atMost, known, type Part } from '../row.ts';
import { type Service, startService } from '../service.ts';
import { ratio, summary } from '../statistics.ts';
import { organization } from '../tokens.ts';

const tokens = 10_000;
const rounds = 4;
const renames = 5;

/** The tree in a real window: the first row, a list of 10,000, and one token that changes. */
export const treePart: Part = {
  name: 'tree',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const folder = scratchFolder(cleanup);
    const service = await startService({ tokens });
    cleanup.defer(() => service.stop());
    const blocked = join(folder, 'blocked');
    const extension = await pack(join(folder, 'extension'), {
      apiUrl: service.apiUrl,
      organization,
      rows: tokens,
      blocked,
    });
    const runs: WindowRun[] = [];
    for (let round = 0; round < rounds; round++) {
      runs.push(await inWindow(extension, service, blocked));
    }
    const all = <T>(of: (run: WindowRun) => T) => runs.map(of);
    return [
      known('First row of a flat tree of 10,000 rows', summary(all(({ flat }) => flat)), 'ms'),
      atMost(
        'First row of 10,000 after the first page’s last byte',
        100,
        summary(all(({ firstRow }) => firstRow)),
        'ms',
      ),
      atMost(
        '… beside the flat tree',
        0.35,
        ratio(
          all(({ firstRow }) => firstRow),
          all(({ flat }) => flat),
        ),
        'times',
      ),
      atMost('… longest window task', 50, summary(all(({ longestTask }) => longestTask)), 'ms'),
      atMost('… extension host blocked', 20, summary(all(({ hostBlocked }) => hostBlocked)), 'ms'),
      known('All 10,000 read and shown', summary(all(({ loadAll }) => loadAll)), 'ms'),
      atMost('… longest window task', 50, summary(all(({ longestTaskOfAll }) => longestTaskOfAll)), 'ms'),
      known('… extension host blocked', summary(all(({ hostBlockedByAll }) => hostBlockedByAll)), 'ms'),
      atMost(
        'One of 25 tokens changes: from the last byte to the row',
        20,
        summary(runs.flatMap(({ changeOfFew }) => changeOfFew)),
        'ms',
      ),
      known(
        'One of 10,000 tokens changes: from the last byte of all pages to the row',
        summary(runs.flatMap(({ changeOfAll }) => changeOfAll)),
        'ms',
      ),
    ];
  },
};

/** Milliseconds. */
interface WindowRun {
  readonly firstRow: number;
  readonly flat: number;
  readonly longestTask: number;
  readonly hostBlocked: number;
  readonly loadAll: number;
  readonly longestTaskOfAll: number;
  readonly hostBlockedByAll: number;
  readonly changeOfFew: readonly number[];
  readonly changeOfAll: readonly number[];
}

declare global {
  interface Window {
    /** When a row whose text has this in it was first seen, in epoch milliseconds. */
    seen?: (text: string) => { readonly at: number; readonly text: string } | undefined;
    /** The longest task since the last call, in milliseconds; 0 when none was longer than 50. */
    longestTask?: () => number;
  }
}

/** Runs in the page. */
function watch(): void {
  const rows = new Map<string, number>();
  const note = (node: Node): void => {
    const row = node instanceof Element ? node : node.parentElement;
    for (const found of [
      row?.closest('.monaco-list-row'),
      ...(row?.querySelectorAll('.monaco-list-row') ?? []),
    ]) {
      const text = found?.textContent;
      if (text && !rows.has(text)) {
        rows.set(text, Date.now());
      }
    }
  };
  new MutationObserver((mutations) => {
    for (const { target, addedNodes } of mutations) {
      note(target);
      for (const node of addedNodes) {
        note(node);
      }
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
  window.seen = (text) => {
    for (const [row, at] of rows) {
      if (row.includes(text)) {
        return { at, text: row };
      }
    }
    return undefined;
  };
  let longest = 0;
  new PerformanceObserver((list) => {
    longest = Math.max(longest, ...list.getEntries().map(({ duration }) => duration));
  }).observe({ type: 'longtask' });
  window.longestTask = () => {
    const told = longest;
    longest = 0;
    return told;
  };
}

async function pack(folder: string, task: TreeTask): Promise<string> {
  mkdirSync(folder);
  const variant = { entry: 'bench/host/tree.ts', folder };
  await buildVariant(variant);
  writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const { commands, views, viewsContainers } = manifest.contributes;
  viewsContainers.activitybar.push({ id: 'bench', title: 'Flat', icon: 'media/container.svg' });
  views.bench = [{ id: 'bench.flat', name: 'Flat' }];
  commands.push(
    { command: 'bench.fill', title: 'Bench: Fill' },
    { command: 'bench.empty', title: 'Bench: Empty' },
    { command: 'bench.blocked', title: 'Bench: Blocked' },
  );
  writeFileSync(file, JSON.stringify(manifest));
  return packVariant(variant);
}

async function inWindow(extension: string, service: Service, blocked: string): Promise<WindowRun> {
  await using cleanup = new AsyncDisposableStack();
  const { workbench, stop } = await launch({ extension, initScript: watch });
  cleanup.defer(stop);
  const hostBlocked = () => blockedIn(workbench, blocked);
  await quiet();
  const flat = await flatTree(workbench);
  await longestTask(workbench);
  await hostBlocked();

  await openContainer(workbench, 'OAuth Tokens');
  const first = await seen(workbench, 'laptop of person');
  const firstRow = first.at - (await service.writtenAt());
  await workbench.idle();
  const atFirst = { longestTask: await longestTask(workbench), hostBlocked: await hostBlocked() };
  const changeOfFew = await changes(workbench, service);

  await longestTask(workbench);
  await hostBlocked();
  const started = Date.now();
  await workbench.runCommand('OAuth Tokens: Load All');
  await expect(async () => (await service.writtenAt()) > started, 'nothing is read');
  await workbench.idle();
  const loadAll = Date.now() - started;
  await quiet();
  const ofAll = { longestTaskOfAll: await longestTask(workbench), hostBlockedByAll: await hostBlocked() };
  const changeOfAll = await changes(workbench, service);
  return { firstRow, flat, ...atFirst, changeOfFew, loadAll, ...ofAll, changeOfAll };
}

/** Whatever the window still had to do is done. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 3000));
}

async function flatTree(workbench: Workbench): Promise<number> {
  await openContainer(workbench, 'Flat');
  await workbench.runCommand('Bench: Empty');
  await quiet();
  await workbench.runCommand('Bench: Fill');
  const { at, text } = await seen(workbench, 'flat 1');
  const firedAt = Number(/flat (\d+)/.exec(text)?.[1]);
  await workbench.runCommand('Bench: Empty');
  await quiet();
  return at - firedAt;
}

/** Renames a token, refreshes, and tells how long the row took after the last byte was there, several times. */
async function changes(workbench: Workbench, service: Service): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < renames; round++) {
    const ending = await service.rename();
    await workbench.runCommand('OAuth Tokens: Refresh All');
    const { at } = await seen(workbench, ending.trim());
    took.push(at - (await service.writtenAt()));
    await workbench.idle();
  }
  return took;
}

async function openContainer({ page }: Workbench, title: string): Promise<void> {
  await page.locator(`.activitybar a.action-label[aria-label^="${title}"]`).first().click();
}

async function seen({ page }: Workbench, text: string): Promise<{ at: number; text: string }> {
  let found: { at: number; text: string } | undefined;
  await expect(async () => {
    found = await page.evaluate((wanted) => window.seen?.(wanted), text);
    return found !== undefined;
  }, `no row with ${text}`);
  if (!found) {
    throw new Error(`no row with ${text}`);
  }
  return found;
}

async function longestTask({ page }: Workbench): Promise<number> {
  return page.evaluate(() => window.longestTask?.() ?? 0);
}

async function blockedIn(workbench: Workbench, file: string): Promise<number> {
  rmSync(file, { force: true });
  await workbench.runCommand('Bench: Blocked');
  let text = '';
  await expect(async () => {
    try {
      text = readFileSync(file, 'utf8');
      return text !== '';
    } catch {
      return false;
    }
  }, 'the host does not say how long it was blocked');
  return Number(text);
}
