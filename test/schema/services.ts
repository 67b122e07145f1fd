// The settings editor completes and checks descriptions of services by a JSON schema in the manifest, which is
// made from the schema the product itself uses. Run directly, it writes the one into package.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { descriptionSchema } from '../../src/adapters/declarative/description.ts';
import { projectRoot } from '../host/places.ts';

const manifestFile = join(projectRoot, 'package.json');

/** @returns JSON schema, draft 7, of one description as a user writes it */
export function serviceSchema(): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(descriptionSchema(), { io: 'input', target: 'draft-7' });
  return JSON.parse(JSON.stringify(schema));
}

if (import.meta.main) {
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8'));
  manifest.contributes.configuration.properties['oauthTokens.services'].items = serviceSchema();
  writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
}
