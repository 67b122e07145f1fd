import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { readRooms } from '../documents/rooms.ts';
import { projectRoot } from '../host/places.ts';

const source = join(projectRoot, 'src');
const rooms = readRooms();
/** Bottom first, as they are written. */
const order = [...rooms.keys()];
const files = globSync('**/*.ts', { cwd: source }).map((file) => file.split('\\').join('/'));

/** Files that lie in a folder of rooms without being in one of them. */
const looseFiles: Readonly<Record<string, number>> = { '.': 2, core: 6, adapters: 2, platform: 0, ui: 0 };

/** What holds for the folder of a service that has no rules of its own. */
const anyService = 'adapters/*';

/** The room with the longest path that the file is in; a folder of a service is a room without being listed. */
function roomOf(file: string): string {
  const service = /^adapters\/[^/]+(?=\/)/.exec(file)?.[0];
  if (service !== undefined && !order.includes(service)) {
    return service;
  }
  const found = order
    .filter((room) => file === room || file.startsWith(`${room}/`))
    .reduce((longest, room) => (room.length > longest.length ? room : longest), '');
  assert.notEqual(found, '', `src/${file} is in no room; add one to src/rooms.json`);
  return found;
}

/** Where each import of a file leads: a room, or a package by its name. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(source, file), 'utf8');
  const specifiers = text.matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)|\bimport '([^']+)'/g);
  return [...specifiers]
    .flatMap(([, ...parts]) => parts.filter((part) => part !== undefined))
    .map((name) => {
      if (name.startsWith('.')) {
        return roomOf(posix.normalize(posix.join(posix.dirname(file), name)));
      }
      return name.startsWith('node:') ? 'node:' : (/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    });
}

function filesImportedBy(file: string): readonly string[] {
  const text = readFileSync(join(source, file), 'utf8');
  return [...text.matchAll(/\bfrom '(\.[^']+)'/g)].map(([, name = '']) =>
    posix.normalize(posix.join(posix.dirname(file), name)),
  );
}

/** By which entry of the list the room's rules go. */
function entryOf(room: string): string {
  return !order.includes(room) && room.startsWith('adapters/') ? anyService : room;
}

function isBelow(lower: string, upper: string): boolean {
  return order.indexOf(entryOf(lower)) < order.indexOf(entryOf(upper));
}

/** Whether it is a room, and no package. */
function isRoom(target: string): boolean {
  return order.includes(entryOf(target));
}

/** Blank ones too. */
function lineCount(file: string): number {
  return readFileSync(join(source, file), 'utf8').trimEnd().split('\n').length;
}

describe('rooms', () => {
  for (const [room, { imports }] of rooms) {
    const targets = imports === 'everything below' ? imports : imports.join(', ') || 'nothing';
    it(`${room} imports ${targets}`, () => {
      const own = files.filter((file) => entryOf(roomOf(file)) === room);
      assert(
        room.startsWith('..') || own.length > 0,
        `src/${room} has no files; take it out of src/rooms.json`,
      );
      for (const file of own) {
        for (const target of importsOf(file)) {
          const isAllowed =
            target === roomOf(file) ||
            (imports === 'everything below'
              ? !isRoom(target) || isBelow(target, room)
              : imports.includes(entryOf(target)));
          assert(
            isAllowed,
            `src/${file} imports from ${target}, which src/rooms.json does not let ${room} do`,
          );
        }
      }
    });
  }

  it('may import only rooms that are written above them, so that there is no circle', () => {
    const wrong = [...rooms].flatMap(([room, { imports }]) =>
      (imports === 'everything below' ? [] : imports)
        .filter((target) => order.includes(target) && !isBelow(target, room))
        .map((target) => `${room} > ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('import no room above', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => isRoom(target) && isBelow(roomOf(file), target))
        .map((target) => `${file} > ${target}`),
    );
    assert.deepEqual(upward, []);
  });

  it('have no circle of files, not even of types', () => {
    const left = new Map(files.map((file) => [file, filesImportedBy(file)]));
    const isNeeded = (file: string) => [...left.values()].some((imports) => imports.includes(file));
    for (let size = -1; size !== left.size; ) {
      size = left.size;
      for (const [file, imports] of left) {
        if (!isNeeded(file) || !imports.some((other) => left.has(other))) {
          left.delete(file);
        }
      }
    }
    assert.deepEqual([...left.keys()], []);
  });

  it('hold all files but a few', () => {
    for (const [folder, most] of Object.entries(looseFiles)) {
      const loose = files.filter((file) => dirname(file) === folder);
      assert(loose.length <= most, `src/${folder} has more than ${most} loose files: ${loose.join(', ')}`);
    }
  });

  it('have no folder with more than 30 files, nor a file of more than 350 lines', () => {
    const folders = Map.groupBy(files, (file) => dirname(file));
    for (const [folder, inside] of folders) {
      assert(inside.length <= 30, `src/${folder} has ${inside.length} files: make rooms in it, by subject`);
    }
    const long = files.filter((file) => lineCount(file) > 350);
    assert.deepEqual(long, []);
  });

  it('of the interface and the core name no service', () => {
    const names = /codegen|mage\b|planetscale|turnkey/i;
    for (const file of files.filter((name) => /^(?:ui|core|compose)\/|^extension\.ts$/.test(name))) {
      assert.doesNotMatch(readFileSync(join(source, file), 'utf8'), names, file);
    }
  });
});
