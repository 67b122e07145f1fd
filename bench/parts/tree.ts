import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { activityViewId, viewId } from '../../src/contributions.ts';
import { launch } from '../../test/e2e/launch.ts';
import { expect, type Workbench } from '../../test/e2e/workbench.ts';
import { buildVariant, packVariant } from '../../test/host/variant.ts';
import { scratchFolder } from '../bundles.ts';
import { type Heard, palettePauseMs, type TreeTask } from '../host/treeTask.ts';
import { atMost, known, type Part } from '../row.ts';
import { type Service, startService } from '../service.ts';
import { ratio, summary } from '../statistics.ts';
import { organization } from '../tokens.ts';
import { watch } from '../windowWatch.ts';

const tokens = 10_000;
const rounds = 3;
const renames = 5;
/** It is among the first in the list, and says nothing anywhere else. */
const firstService = 'Codegen';

const openTitle = 'Shown Open';

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
        60,
        summary(all(({ firstRow }) => firstRow)),
        'ms',
      ),
      atMost(
        '… beside the flat tree',
        0.2,
        ratio(
          all(({ firstRow }) => firstRow),
          all(({ flat }) => flat),
        ),
        'times',
      ),
      known(
        '… a plain row that is shown open, with 25 rows that are there at once, which is the least: from handing it to VS Code to the first of them',
        summary(all(({ open }) => open.firstRow)),
        'ms',
      ),
      atMost('… longest window task', 50, summary(all(({ longestTask }) => longestTask)), 'ms'),
      known(
        '… longest window task with those plain rows, in as many views with the same buttons, which is the least',
        summary(all(({ open }) => open.longestTask)),
        'ms',
      ),
      atMost(
        '… extension host blocked, in processor time of its thread',
        15,
        summary(all(({ atFirst }) => atFirst.busyMs)),
        'ms',
      ),
      known(
        '… extension host blocked with those plain rows, which is the least',
        summary(all(({ open }) => open.busyMs)),
        'ms',
      ),
      known(
        '… by the clock, with all else on this machine',
        summary(all(({ atFirst }) => atFirst.longestMs)),
        'ms',
      ),
      atMost(
        'All 10,000 read and shown: longest window task',
        50,
        summary(all(({ longestTaskOfAll }) => longestTaskOfAll)),
        'ms',
      ),
      known(
        '… longest window task with plain rows, as many ranges in the place of the first page, which is the least',
        summary(all(({ open }) => open.longestTaskOfAll)),
        'ms',
      ),
      atMost(
        '… extension host blocked, in processor time of its thread',
        15,
        summary(all(({ withAll }) => withAll.busyMs)),
        'ms',
      ),
      known(
        '… extension host blocked with those plain rows, which is the least',
        summary(all(({ open }) => open.busyMsOfAll)),
        'ms',
      ),
      atMost(
        'One of 25 tokens changes: from telling VS Code to the row',
        20,
        summary(runs.flatMap(({ changeOfFew }) => changeOfFew.map(({ shown }) => shown))),
        'ms',
      ),
      atMost(
        'One of 10,000 tokens changes: from telling VS Code to the row',
        20,
        summary(runs.flatMap(({ changeOfAll }) => changeOfAll.map(({ shown }) => shown))),
        'ms',
      ),
      known(
        'One of 25 rows of a plain tree changes, which is the least: from telling VS Code to the row',
        summary(runs.flatMap(({ changeOfPlain }) => changeOfPlain)),
        'ms',
      ),
      known(
        'One of 25 tokens changes: from the last byte to the row',
        summary(runs.flatMap(({ changeOfFew }) => changeOfFew.map(({ whole }) => whole))),
        'ms',
      ),
      known(
        'One of 10,000 tokens changes: from the last byte of all pages to the row',
        summary(runs.flatMap(({ changeOfAll }) => changeOfAll.map(({ whole }) => whole))),
        'ms',
      ),
      atMost(
        'The list of services after Add Connection, the first time: from the command to its rows',
        50,
        summary(all(({ services }) => services)),
        'ms',
      ),
    ];
  },
};

/** Milliseconds. */
interface WindowRun {
  readonly firstRow: number;
  readonly flat: number;
  /** Of rows as plain as they can be. */
  readonly open: {
    readonly firstRow: number;
    readonly longestTask: number;
    readonly longestTaskOfAll: number;
    readonly busyMs: number;
    readonly busyMsOfAll: number;
  };
  readonly longestTask: number;
  readonly atFirst: Heard;
  readonly longestTaskOfAll: number;
  readonly withAll: Heard;
  readonly changeOfPlain: readonly number[];
  readonly changeOfFew: readonly Change[];
  readonly changeOfAll: readonly Change[];
  readonly services: number;
}

interface Change {
  /** From the last byte to the row. */
  readonly whole: number;
  /** From telling VS Code to the row. */
  readonly shown: number;
}

async function pack(folder: string, task: TreeTask): Promise<string> {
  mkdirSync(folder);
  const variant = { entry: 'bench/host/tree.ts', folder };
  await buildVariant(variant);
  writeFileSync(join(folder, 'task.json'), JSON.stringify(task));
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const { commands, menus, views, viewsContainers } = manifest.contributes;
  viewsContainers.activitybar.push({ id: 'bench', title: 'Flat', icon: 'media/container.svg' });
  views.bench = [{ id: 'bench.flat', name: 'Flat' }];
  viewsContainers.activitybar.push({ id: 'benchOpen', title: openTitle, icon: 'media/container.svg' });
  // As the product's own, which VS Code makes with their buttons when the container is opened.
  views.benchOpen = [
    { id: 'bench.open', name: openTitle },
    { id: 'bench.beside', name: 'Beside', visibility: 'collapsed' },
  ];
  menus['view/title'] = alsoOf(menus['view/title']);
  menus['view/item/context'] = alsoOf(menus['view/item/context']);
  commands.push(
    { command: 'bench.fill', title: 'Bench: Fill' },
    { command: 'bench.fillFew', title: 'Bench: Plain Rows' },
    { command: 'bench.change', title: 'Bench: Change' },
    { command: 'bench.empty', title: 'Bench: Empty' },
    { command: 'bench.loadAll', title: 'Bench: Load All' },
    { command: 'bench.openAll', title: 'Bench: Ranges' },
    { command: 'bench.services', title: 'Bench: Services' },
    { command: 'bench.blocked', title: 'Bench: Blocked' },
  );
  writeFileSync(file, JSON.stringify(manifest));
  return packVariant(variant);
}

interface MenuItem {
  readonly when: string;
}

/** The same buttons and actions for the plain views. */
function alsoOf(items: readonly MenuItem[]): MenuItem[] {
  const plain = items.map((item) => ({
    ...item,
    when: item.when.replace(viewId, 'bench.open').replace(activityViewId, 'bench.beside'),
  }));
  return [...items, ...plain.filter(({ when }) => when.includes('bench.'))];
}

async function inWindow(extension: string, service: Service, blocked: string): Promise<WindowRun> {
  await using cleanup = new AsyncDisposableStack();
  const { workbench, stop } = await launch({ extension, initScript: watch });
  cleanup.defer(stop);
  const heard = () => heardIn(workbench, blocked);
  await quietHost(heard);
  const flat = await flatTree(workbench);
  const changeOfPlain = await plainChanges(workbench);
  await quietHost(heard);
  const open = await openTree(workbench, heard);
  await longestTask(workbench);

  await openContainer(workbench, 'OAuth Tokens');
  const first = await seen(workbench, 'laptop of person');
  const firstRow = first.at - (await service.writtenAt());
  await workbench.idle();
  const atFirst = { longestTask: await longestTask(workbench), atFirst: await heard() };
  const changeOfFew = await changes(workbench, service, heard);

  await longestTask(workbench);
  await heard();
  const before = await service.writtenAt();
  await afterPalette(workbench, 'Bench: Load All');
  await expect(async () => (await service.writtenAt()) > before, 'nothing is read');
  await workbench.idle();
  await quiet();
  const longestTaskOfAll = await longestTask(workbench);
  const withAll = await heard();
  const ofAll = { longestTaskOfAll, withAll };
  const changeOfAll = await changes(workbench, service, heard);
  const services = await listOfServices(workbench, heard);
  return { firstRow, flat, open, ...atFirst, changeOfPlain, changeOfFew, ...ofAll, changeOfAll, services };
}

/** Whatever else the host had to do after its start is done. */
async function quietHost(heard: () => Promise<Heard>): Promise<void> {
  for (let round = 0; round < 10; round++) {
    await quiet();
    if ((await heard()).busyMs < 10) {
      return;
    }
  }
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

/** What VS Code takes for a row that is shown open, when nothing has to be waited for. */
async function openTree(workbench: Workbench, heard: () => Promise<Heard>): Promise<WindowRun['open']> {
  await longestTask(workbench);
  await openContainer(workbench, openTitle);
  const { at, text } = await seen(workbench, 'beneath ');
  await quiet();
  const firstRow = at - Number(/beneath (\d+)/.exec(text)?.[1]);
  const atFirst = { firstRow, longestTask: await longestTask(workbench), busyMs: (await heard()).busyMs };
  await afterPalette(workbench, 'Bench: Ranges');
  await quiet();
  const longestTaskOfAll = await longestTask(workbench);
  return { ...atFirst, longestTaskOfAll, busyMsOfAll: (await heard()).busyMs };
}

/** What the palette took is none of ours. */
async function afterPalette(workbench: Workbench, command: string): Promise<void> {
  await workbench.runCommand(command);
  await new Promise((resolve) => setTimeout(resolve, palettePauseMs / 2));
  await longestTask(workbench);
}

/** From telling VS Code of one row of a tree that has nothing else to do, several times. */
async function plainChanges(workbench: Workbench): Promise<number[]> {
  await workbench.runCommand('Bench: Plain Rows');
  await seen(workbench, 'flat 0');
  const took: number[] = [];
  for (let round = 0; round < renames; round++) {
    const before = Date.now();
    await workbench.runCommand('Bench: Change');
    const { at, text } = await seen(workbench, 'flat ', before);
    took.push(at - Number(/flat (\d+)/.exec(text)?.[1]));
  }
  await workbench.runCommand('Bench: Empty');
  return took;
}

/** Renames a token, refreshes, and tells how long the row took, several times. */
async function changes(
  workbench: Workbench,
  service: Service,
  heard: () => Promise<Heard>,
): Promise<Change[]> {
  const took: Change[] = [];
  for (let round = 0; round < renames; round++) {
    const ending = await service.rename();
    await workbench.runCommand('OAuth Tokens: Refresh All');
    const { at } = await seen(workbench, ending.trim());
    const whole = at - (await service.writtenAt());
    const { firedAt } = await heard();
    took.push({ whole, shown: at - firedAt });
    await workbench.idle();
  }
  return took;
}

/** From the command to the first row of what it asks. */
async function listOfServices(workbench: Workbench, heard: () => Promise<Heard>): Promise<number> {
  const before = Date.now();
  await workbench.runCommand('Bench: Services');
  const { at } = await seen(workbench, firstService, before);
  await workbench.page.keyboard.press('Escape');
  return at - (await heard()).askedAt;
}

async function openContainer({ page }: Workbench, title: string): Promise<void> {
  await page.locator(`.activitybar a.action-label[aria-label^="${title}"]`).first().click();
}

async function seen({ page }: Workbench, text: string, since = 0): Promise<{ at: number; text: string }> {
  let found: { at: number; text: string } | undefined;
  await expect(async () => {
    found = await page.evaluate(([wanted, from]) => window.seen?.(wanted, from), [text, since] as const);
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

async function heardIn(workbench: Workbench, file: string): Promise<Heard> {
  rmSync(file, { force: true });
  await workbench.runCommand('Bench: Blocked');
  let heard: Heard | undefined;
  await expect(async () => {
    try {
      heard = JSON.parse(readFileSync(file, 'utf8'));
      return true;
    } catch {
      return false;
    }
  }, 'the host does not say how long it was blocked');
  if (!heard) {
    throw new Error('The host says nothing.');
  }
  return heard;
}
