import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { descriptionSchema } from '../../src/adapters/declarative/description.ts';
import { shelfEntry } from '../documents/shelf.ts';
import { projectRoot } from '../host/places.ts';
import { type DescribedServer, type DescribedTable, startDescribed } from './described.ts';

/** The answers of a service that ships as a description. */
export function tableOf(id: string): DescribedTable {
  const table: DescribedTable = JSON.parse(
    readFileSync(join(projectRoot, 'test', 'servers', 'shelf', `${id}.json`), 'utf8'),
  );
  return table;
}

export function startShelfService(id: string): Promise<DescribedServer> {
  return startDescribed(descriptionSchema().parse(shelfEntry(id).description), tableOf(id));
}
