// The services that ship as descriptions: the list that the product loads, and the document about them. Run
// directly, it writes both.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { offerOf, type ShelfEntry } from '../../src/adapters/shelf/entry.ts';
import type { Ability } from '../../src/core/adapter/shelf.ts';
import { projectRoot } from '../host/places.ts';

const folder = join(projectRoot, 'src', 'adapters', 'shelf');
export const listFile = join(folder, 'index.ts');
export const documentFile = join(projectRoot, 'docs', 'services', 'described.md');

/** By the name of its file. */
export function shelfIds(): string[] {
  return globSync('services/*.json', { cwd: folder })
    .map((file) => basename(file, '.json'))
    .sort();
}

export function shelfEntry(id: string): ShelfEntry {
  const entry: ShelfEntry = JSON.parse(readFileSync(join(folder, 'services', `${id}.json`), 'utf8'));
  return entry;
}

/** The module that the bundle makes a file of its own from. */
export function shelfModule(): string {
  const ids = shelfIds();
  const name = (id: string) => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const imports = ids.map((id) => `import ${name(id)} from './services/${id}.json' with { type: 'json' };\n`);
  return `// Written by npm run shelf.
import type { ShelfEntry } from './entry.ts';
${imports.join('')}
export { offerOf } from './entry.ts';

export const shelfEntries: readonly ShelfEntry[] = [
${ids.map((id) => `  ${name(id)},\n`).join('')}];
`;
}

const abilityWords: Readonly<Record<Ability, string>> = {
  expiry: 'when they end',
  lastUse: 'when they were last used',
  access: 'what they may do',
  revoke: 'revoke',
  renew: 'renew the one in use',
};

function shelfSection({ description, facts, environment = {}, ...entry }: ShelfEntry): string {
  const { abilities } = offerOf({ description, facts, environment, ...entry });
  const words = (wanted: readonly Ability[]) =>
    abilities.filter((ability) => wanted.includes(ability)).map((ability) => abilityWords[ability]);
  const shows = words(['expiry', 'lastUse', 'access']);
  const acts = words(['revoke', 'renew']);
  const variables = Object.values(environment).flatMap((names) => names ?? []);
  return `<a id="${description.id}"></a>

## ${description.name}

- **Description**: [\`${description.id}.json\`](../../src/adapters/shelf/services/${description.id}.json)
- **Credential**: ${facts.madeAt}
${facts.needs === undefined ? '' : `- **Least access**: ${facts.needs}\n`}- **Shows**: ${shows.length === 0 ? 'names only' : shows.join(', ')}
- **Can**: ${acts.join(', ')}
${variables.length === 0 ? '' : `- **Found on this computer when asked**: ${variables.map((name) => `\`${name}\``).join(', ')}\n`}- **Sources**: ${facts.sources.map(({ from, read }) => `${from} (read ${read})`).join('; ')}
- **Not verified**: ${[...facts.unverified, 'no call was made with a real account'].join('; ')}
`;
}

/** All of them, first side by side, then one by one. */
export function shelfDocument(): string {
  const rows = shelfIds().map((id) => {
    const entry = shelfEntry(id);
    const { abilities } = offerOf(entry);
    const { lists = [entry.description] } = entry.description;
    const isMarked = lists.some((list) => 'own' in list);
    const mark = (is: boolean) => (is ? '✓' : '–');
    const cells = (['expiry', 'lastUse', 'access', 'revoke', 'renew'] as const).map((ability) =>
      mark(abilities.includes(ability)),
    );
    return `| [${entry.description.name}](#${id}) | ${cells.join(' | ')} | ${mark(isMarked)} |`;
  });
  return `# Services that ship as descriptions

Each was described from public documentation or source code and has not been tried with an account; its section says from where, when it was read, and what is not verified. \`npm run shelf\` makes this document from the descriptions.

| Service | Expiry | Last use | What it may do | Revoke | Renew | Own token marked |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Not among them, because their APIs cannot be described: one’s own GitHub tokens and grants (there is no list of them), and services that first exchange what is entered for a short-lived token, such as Docker Hub, Auth0 and Keycloak’s administration.

${shelfIds()
  .map((id) => shelfSection(shelfEntry(id)))
  .join('\n')}`;
}

if (import.meta.main) {
  writeFileSync(listFile, shelfModule());
  writeFileSync(documentFile, shelfDocument());
}
