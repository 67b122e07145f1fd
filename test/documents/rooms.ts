import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../host/places.ts';

export interface Room {
  readonly holds: string;
  readonly imports: readonly string[] | 'everything below';
}

const architecture = join(projectRoot, 'ARCHITECTURE.md');
const begin = '<!-- rooms -->\n';
const end = '<!-- end of rooms -->';

/** The rooms of the source, the lowest first. */
export function readRooms(): ReadonlyMap<string, Room> {
  const rooms: Record<string, Room> = JSON.parse(
    readFileSync(join(projectRoot, 'src', 'rooms.json'), 'utf8'),
  );
  return new Map(Object.entries(rooms));
}

/** `ARCHITECTURE.md` as it would be with the table of today's rooms. */
export function withRooms(text: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) {
    throw new Error(`ARCHITECTURE.md has no place for the rooms: ${begin.trim()} and ${end}`);
  }
  return `${text.slice(0, from + begin.length)}\n${table()}\n${text.slice(to)}`;
}

function table(): string {
  const lines = [...readRooms()].map(([room, { holds, imports }]) => {
    const targets =
      typeof imports === 'string' ? imports : imports.map((target) => `\`${target}\``).join(' ') || '–';
    return `| \`${room}\` | ${holds} | ${targets} |\n`;
  });
  return `| Room | Holds | May import |\n| --- | --- | --- |\n${lines.join('')}`;
}

export function readArchitecture(): string {
  return readFileSync(architecture, 'utf8');
}

if (import.meta.main) {
  writeFileSync(architecture, withRooms(readArchitecture()));
}
