import { type Arrangement, noFilter, usualArrangement } from '../../src/core/arrange/arrangement.ts';
import { nameCollator, naturalKey } from '../../src/core/arrange/sort.ts';
import { judge } from '../../src/core/findings/judge.ts';
import type { Branch } from '../../src/core/inventory/tree.ts';
import { shownItems } from '../../src/core/model/displayItem.ts';
import { KnownSecrets } from '../../src/core/model/knownSecrets.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { Arranger } from '../../src/ui/tree/arranger.ts';
import type { Row as TreeRow } from '../../src/ui/tree/row.ts';
import { usualLimits } from '../../test/unit/core/findings/limits.ts';
import { wording } from '../../test/unit/ui/wording.ts';
import { inChild } from '../child.ts';
import { heapSettled } from '../heap.ts';
import { openProduct, readAll, standingOf, tokensOf, withoutWaiting } from '../product.ts';
import { atMost, exactly, known, type Part, type Row } from '../row.ts';
import { startService } from '../service.ts';
import { duration, exponent, interleaved, keys, record, type Summary, summary } from '../statistics.ts';

const sizes = [1000, 10_000, 100_000] as const;
/** The smaller ones more often, because they are over sooner than the machine's moods. */
const rounds: Readonly<Record<(typeof sizes)[number], number>> = { 1000: 5, 10000: 3, 100000: 2 };

/** How often each is done in one process. */
const timesEach = 15;

const shown: Arrangement = { ...usualArrangement, filter: { ...noFilter, showsExpired: true } };

type Look = 'filter' | 'sortByName' | 'sortByExpiry' | 'groupByState' | 'groupByOwner' | 'groupByProvider';

/** What one waits for after choosing it, in ms, for 100,000 rows. */
const goals: Readonly<Record<Look, number>> = {
  filter: 60,
  sortByName: 150,
  sortByExpiry: 150,
  groupByState: 60,
  groupByOwner: 60,
  groupByProvider: 60,
};
const findingsGoal = 150;

/** Each from everything as the service lists it, and to the rows that are seen first. */
const arrangements: Readonly<Record<Look, Arrangement>> = {
  filter: { ...shown, filter: { ...noFilter, showsExpired: true, text: 'person 12' } },
  sortByName: { ...shown, sort: { by: 'name', descending: false } },
  sortByExpiry: { ...shown, sort: { by: 'expiry', descending: false } },
  groupByState: { ...shown, grouping: 'state' },
  groupByOwner: { ...shown, grouping: 'owner' },
  groupByProvider: { ...shown, grouping: 'provider' },
};

/** The least that one can do for them: what is read of a row is ready in plain arrays, and nothing else is done. */
const floors = {
  textsSearched: 'filtered by text',
  namesSorted: 'sorted by name',
  namesMadeAndSorted: 'sorted by name',
  endsSorted: 'sorted by expiry',
  ownersGrouped: 'grouped by owner',
  membersRead: 'judged by the rules of the findings',
} as const;
type Floor = keyof typeof floors;

const floorNames: Readonly<Record<Floor, string>> = {
  textsSearched: 'to search each row’s name, owner and identifier, ready as texts',
  namesSorted: 'to sort names that are ready to be compared by their characters',
  namesMadeAndSorted: 'to make texts of the names in which numbers compare by their value, and to sort these',
  endsSorted: 'to sort ends that are ready as numbers',
  ownersGrouped: 'to group owners that are ready as texts',
  membersRead: 'to read once what the rules go by',
};

const names: Readonly<Record<Look, string>> = {
  filter: 'filtered by text',
  sortByName: 'sorted by name',
  sortByExpiry: 'sorted by expiry',
  groupByState: 'grouped by state',
  groupByOwner: 'grouped by owner',
  groupByProvider: 'grouped by provider',
};

/** 100,000 tokens in one connection, all fetched because the user asked; and how time and memory grow. */
export const manyPart: Part = {
  name: 'many',
  run: async () => {
    const results: Result[] = [];
    for (const size of sizes) {
      await using cleanup = new AsyncDisposableStack();
      const service = await startService({ tokens: size });
      cleanup.defer(() => service.stop());
      const runs: Kept[] = [];
      // The first one makes the service write its pages.
      for (let round = -1; round < rounds[size]; round++) {
        const run = await inChild<Kept>(import.meta.filename, ['--expose-gc'], {
          size,
          apiUrl: service.apiUrl,
        });
        if (round >= 0) {
          runs.push(run);
        }
      }
      const of = (value: (run: Kept) => number) => summary(runs.map(value));
      results.push({
        size,
        time: of(({ ms }) => ms).median,
        bytes: of(({ bytes }) => bytes).median,
        looks: record(keys(arrangements), (look) => summary(runs.flatMap((run) => run.looks[look]))),
        bare: summary(runs.flatMap(({ bare }) => bare)),
        floors: record(keys(floors), (floor) => summary(runs.flatMap((run) => run.floors[floor]))),
        collated: summary(runs.map(({ collated }) => collated)),
        findings: summary(runs.flatMap(({ findings }) => findings)),
        first: of(({ first }) => first),
        searched: summary(runs.flatMap(({ searched }) => searched)),
        moved: Math.max(...runs.map(({ moved }) => moved)),
      });
    }
    return rowsOf(results);
  },
};

interface Result {
  readonly size: number;
  readonly time: number;
  readonly bytes: number;
  readonly looks: Readonly<Record<Look, Summary>>;
  readonly bare: Summary;
  readonly floors: Readonly<Record<Floor, Summary>>;
  readonly collated: Summary;
  readonly findings: Summary;
  readonly first: Summary;
  readonly searched: Summary;
  readonly moved: number;
}

function rowsOf(results: readonly Result[]): Row[] {
  const most = results.at(-1);
  if (!most) {
    return [];
  }
  const power = (value: (result: Result) => number) =>
    exponent(results.map((result) => ({ size: result.size, value: value(result) })));
  const least = power(({ bare }) => bare.median);
  const growth = (what: string, value: (result: Result) => number) =>
    atMost(
      `From 1,000 to 100,000: ${what} grows with the power`,
      Math.round(least * 1000) / 1000,
      exactly(power(value)),
      'number',
    );
  const floorOf = (what: string) =>
    keys(floors)
      .filter((floor) => floors[floor] === what)
      .map((floor) => known(`… ${floorNames[floor]}, which is the least`, most.floors[floor], 'ms'));
  return [
    atMost('100,000 tokens in one connection: kept a token', 400, exactly(most.bytes / most.size), 'bytes'),
    known('… processor time to read a thousand of them', exactly((most.time / most.size) * 1000), 'ms'),
    ...keys(names).flatMap((look) => [
      atMost(`… ${names[look]}`, goals[look], most.looks[look], 'ms'),
      ...floorOf(names[look]),
    ]),
    known('… filtered by text, the first time and right after the list has come in', most.first, 'ms'),
    known(
      '… when another credential has become known, each row is searched for it again: once, at the first look',
      most.searched,
      'ms',
    ),
    known(
      '… sorted by name: by the rules of the language, which are too slow for so many',
      most.collated,
      'ms',
    ),
    atMost('… judged by the rules of the findings', findingsGoal, most.findings, 'ms'),
    ...floorOf(floors.membersRead),
    atMost(
      '… rows that are others afterwards, which would lose selection and expansion',
      0,
      exactly(most.moved),
      'number',
    ),
    growth('processor time to read', ({ time }) => time),
    growth('memory', ({ bytes }) => bytes),
    known(
      '… to read each row’s name and end once and do nothing else, which is the least, grows with the power',
      exactly(least),
      'number',
    ),
    known(
      '… to sort ends that are ready as numbers grows with the power',
      exactly(power((result) => result.floors.endsSorted.median)),
      'number',
    ),
    ...keys(names).map((look) => growth(`time until ${names[look]}`, ({ looks }) => looks[look].median)),
  ];
}

interface Kept {
  readonly ms: number;
  readonly bytes: number;
  readonly looks: Readonly<Record<Look, readonly number[]>>;
  readonly bare: readonly number[];
  readonly floors: Readonly<Record<Floor, readonly number[]>>;
  readonly collated: number;
  readonly findings: readonly number[];
  /** The first filter of the process, right after the list has come in. */
  readonly first: number;
  /** What the first look takes longer when another credential has become known. */
  readonly searched: readonly number[];
  readonly moved: number;
}

/** In a fresh process: everything that the product keeps once a list has been read to its end. */
export async function measure({
  size,
  apiUrl,
}: {
  readonly size: number;
  readonly apiUrl: string;
}): Promise<Kept> {
  const product = await openProduct(undefined, withoutWaiting());
  const branch = await tokensOf(product, apiUrl);
  // So that connections are open and code is warm.
  await product.inventory.open(branch);
  const warm = await tokensOf(product, apiUrl);
  await product.inventory.open(warm);
  const before = await heapSettled();
  const cpuBefore = process.cpuUsage();
  await readAll(product, branch, size);
  const { user, system } = process.cpuUsage(cpuBefore);
  const ms = (user + system) / 1000;
  // As the status bar and the badge do.
  const statusTracker = standingOf(product);
  statusTracker.summaries();
  const bytes = (await heapSettled()) - before;
  const looked = await look(branch);
  statusTracker.dispose();
  await product.dispose();
  return { ms, bytes, ...looked };
}

/** Arranges what was read as the tree does when the user asks for it, from the row above down to the first rows. */
async function look(branch: Branch): Promise<Omit<Kept, 'ms' | 'bytes'>> {
  let arrangement: Arrangement = shown;
  const arranger = new Arranger({
    roots: () => [branch.owner.root],
    arrangement: () => arrangement,
    wording,
  });
  const rows = (next: Arrangement): readonly TreeRow[] => {
    arrangement = next;
    arranger.forget();
    const first = arrangement.grouping === 'connection' ? branch.owner : arranger.children(undefined)[0];
    const below = arranger.children(first);
    return below[0]?.kind === 'range' ? arranger.children(below[0]) : below;
  };
  const nodes = new Set<TreeRow>(branch.nodes);
  let moved = 0;
  const arranged = async (next: Arrangement) => {
    let found: readonly TreeRow[] = [];
    const ms = await duration(() => {
      found = rows(next);
    });
    moved += found.filter((row) => row.kind === 'item' && !nodes.has(row)).length;
    return ms;
  };
  const first = await arranged(arrangements.filter);
  const measures = record(keys(arrangements), (name) => () => arranged(arrangements[name]));
  const { root } = branch.owner;
  const judged = () => judge(root, { now: Date.now(), limits: usualLimits, roots: [root] });
  const least = leastOf(branch);
  const took = await interleaved(timesEach, 5, {
    ...measures,
    ...least,
    bare: () => duration(() => namesRead(branch)),
    findings: () => duration(judged),
    searched: searchingAgain(branch),
  });
  return {
    looks: record(keys(arrangements), (look) => took[look]),
    bare: took.bare,
    floors: record(keys(floors), (floor) => took[floor]),
    collated: await timeToCollate(branch),
    findings: took.findings,
    first,
    searched: took.searched,
    moved,
  };
}

function leastOf({ nodes }: Branch): Readonly<Record<Floor, () => Promise<number>>> {
  const items = nodes.map(({ item }) => item);
  const { text } = arrangements.filter.filter;
  const texts = items.flatMap(({ name, owner, identifier }) => [name, owner ?? '', identifier ?? '']);
  const plainNames = items.map(({ name }) => name);
  // A copy, because texts that were added to each other are slower to compare.
  const readyNames = structuredClone(plainNames.map(naturalKey));
  const ends = items.map(({ lifetime }) => (lifetime.kind === 'expires' ? lifetime.at : 0));
  const owners = items.map(({ owner }) => owner);
  return {
    textsSearched: () => duration(() => texts.filter((one) => one.toLowerCase().includes(text))),
    namesSorted: () => duration(() => readyNames.toSorted()),
    namesMadeAndSorted: () => duration(() => plainNames.map(naturalKey).sort()),
    endsSorted: () => duration(() => ends.toSorted((one, other) => one - other)),
    ownersGrouped: () => duration(() => Map.groupBy(owners, (owner) => owner)),
    membersRead: () => duration(() => membersRead(nodes)),
  };
}

/** The view of a row is around that of the product here, which costs a little. */
function searchingAgain({ nodes }: Branch): () => Promise<number> {
  const known = new KnownSecrets();
  const rows = shownItems(
    nodes.map(({ item }) => item),
    known,
  );
  let count = 0;
  return () => {
    known.add([new Secret(`credential-${count++}`)]);
    return duration(() => rows.filter(({ name }) => name === ''));
  };
}

/** Once only: it takes longer than all the rest. */
function timeToCollate({ nodes }: Branch): Promise<number> {
  const names = nodes.map(({ item }) => item.name);
  const { compare } = nameCollator(wording.locale);
  return duration(() => names.toSorted(compare));
}

/** @returns so that it is not left out */
function membersRead(nodes: Branch['nodes']): number {
  let told = 0;
  for (const { item } of nodes) {
    const { name, status, lifetime, createdAt, lastUsedAt, owner, issuer, isOwnCredential, children } = item;
    for (const member of [name, status, lifetime, createdAt, lastUsedAt, owner, issuer, children]) {
      told += Number(member !== undefined);
    }
    told += Number(isOwnCredential);
  }
  return told;
}

/** What every arrangement has to do at least. @returns so that it is not left out */
function namesRead(branch: Branch): number {
  let length = 0;
  for (const { item } of branch.nodes) {
    length += item.name.length + item.lifetime.kind.length;
  }
  return length;
}
