// npm run release:repository -- https://github.com/OWNER/NAME: the one place where the repository is entered.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withRepository } from './manifestRules.ts';

const file = join(import.meta.dirname, '..', 'package.json');
const manifest: object = JSON.parse(readFileSync(file, 'utf8'));
writeFileSync(file, `${JSON.stringify(withRepository(manifest, process.argv[2] ?? ''), undefined, 2)}\n`);
