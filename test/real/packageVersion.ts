import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../host/places.ts';

/** The version that is installed here. */
export function packageVersion(name: string): string {
  const { version } = JSON.parse(
    readFileSync(join(projectRoot, 'node_modules', name, 'package.json'), 'utf8'),
  );
  return String(version);
}
