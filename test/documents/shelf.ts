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
  pause: 'pause and resume',
};

function shelfSection(entry: ShelfEntry): string {
  const { description, facts, environment } = entry;
  const { abilities } = offerOf(entry);
  const words = (wanted: readonly Ability[]) =>
    abilities.filter((ability) => wanted.includes(ability)).map((ability) => abilityWords[ability]);
  const shows = words(['expiry', 'lastUse', 'access']);
  const variables = Object.values(environment?.variables ?? {}).flatMap((names) => names ?? []);
  const lines = [
    ['Description', `[\`${description.id}.json\`](../../src/adapters/shelf/services/${description.id}.json)`],
    ['Credential', facts.madeAt.join(' / ')],
    ['Least access', facts.needs],
    ['Lists', listed(entry).join(', ')],
    ['Shows', shows.length === 0 ? 'names only' : shows.join(', ')],
    ['Judged by its documents', breadthWords(entry)],
    ['Can', words(['revoke', 'renew', 'pause']).join(', ')],
    ['Ran against', facts.ran],
    [
      'Found on this computer when asked',
      environment && `${variables.map((name) => `\`${name}\``).join(', ')}; ${said(environment)}`,
    ],
    ['Sources', facts.sources.map(said).join('; ')],
    ['Not verified', [...facts.unverified, ...(facts.ran ? [] : [neverCalled])].join('; ')],
  ] as const;
  return `<a id="${description.id}"></a>

## ${description.name}

${lines.flatMap(([name, text]) => (text ? [`- **${name}**: ${text}`] : [])).join('\n')}
`;
}

/** How far accesses reach, and what the token in use needs, as the findings go by it. */
function breadthWords({ description }: ShelfEntry): string {
  const { lists = [description] } = description;
  const described = lists.flatMap(({ token }) => token?.breadth ?? []);
  const quoted = (names: readonly string[]) => [...new Set(names)].map((name) => `\`${name}\``).join(', ');
  const meaning = (wanted: string) =>
    quoted(described.flatMap(({ means }) => Object.keys(means).filter((name) => means[name] === wanted)));
  const parts = [
    ['broad', meaning('broad')],
    ['narrow', meaning('narrow')],
    ['not told by the name', meaning('unknown')],
    ['a token without accesses', described.some(({ absent }) => absent) ? 'broad' : ''],
    ['enough for the connection', quoted(described.flatMap(({ needed = [] }) => needed))],
  ] as const;
  return parts.flatMap(([title, names]) => (names === '' ? [] : [`${title}: ${names}`])).join('; ');
}

const neverCalled = 'no call was made with a real account';

function said({ from, read }: ShelfEntry['facts']['sources'][number]): string {
  return `${from} (read ${read})`;
}

function listed({ description: { lists, noun = 'token' } }: ShelfEntry): readonly string[] {
  return lists ? lists.map(({ name = '' }) => name) : [`${noun}s`];
}

/** How it is known, and since when. */
function verified({ facts: { sources, ran, unverified } }: ShelfEntry): string {
  const isPage = ({ from }: { from: string }) => from.startsWith('https:');
  const kinds = [
    ...(ran ? [`ran against ${ran}`] : []),
    ...(sources.some(isPage) ? ['documentation'] : []),
    ...(sources.every(isPage) ? [] : ['source code']),
  ];
  const last = sources.map(({ read }) => read).reduce((one, other) => (one > other ? one : other), '');
  const open = unverified.length === 0 ? '' : `; open: ${unverified.length}`;
  return `${kinds.join(', ')} · ${last}${open}`;
}

/** All of them, side by side. */
function shelfTable(): string {
  const mark = (is: boolean) => (is ? '✓' : '–');
  const rows = shelfIds().map((id) => {
    const entry = shelfEntry(id);
    const { abilities } = offerOf(entry);
    const { lists = [entry.description] } = entry.description;
    const cells = [
      `[${entry.description.name}](#${id})`,
      listed(entry).join(', '),
      ...(['expiry', 'lastUse', 'access', 'revoke'] as const).map((one) => mark(abilities.includes(one))),
      renewal(lists),
      mark(abilities.includes('pause')),
      mark(lists.some(({ own }) => own !== undefined)),
      verified(entry),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `| Service | Lists | Expiry | Last use | What it may do | Revoke | Rotate or extend | Pause | Own token marked | Verified |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function renewal(lists: readonly Pick<ShelfEntry['description'], 'rotate' | 'extend'>[]): string {
  const acts = (['rotate', 'extend'] as const).filter((act) => lists.some((list) => list[act] !== undefined));
  return acts.length === 0 ? '–' : acts.join(', ');
}

const leftOut = `- **One’s own GitHub tokens and grants**: GitHub has no list of them.
- **Services with a sign-in at another address, or in a browser** (Google Workspace, Microsoft Graph, Azure DevOps): a description has one address, and a credential goes nowhere else. Such a service takes an adapter, or is connected as an OAuth 2.0 server. Auth0 signs in at its own address, but its grants need the address of its API in that call, too, and were not described.
- **Tokens below something that has to be listed first** (Grafana’s service accounts, OpenAI’s project keys, Okta’s refresh tokens): a description can ask for the identifier of the one above, as *GitLab project tokens* does, but not list both levels.
- **GraphQL**: a list by one fixed request can be described (\`"method": "POST"\` and a \`body\`). No service was found that lists one’s own tokens only there and is widely used.
- **Pausing where the whole record has to be sent back** (Harbor’s robot accounts, Cloudflare): a description sends what it says itself and the token’s identifier, never what was read, which another user may have changed meanwhile.
- **No public API that lists one’s own tokens was found** at Bitbucket Cloud, CircleCI, DigitalOcean, Hugging Face, Netlify, Sentry, Slack and Stripe. Jenkins has none in its JSON API; Mapbox wants the token in the address, which is logged; Tailscale and Vault tell what a token is only by a call for each.
- **Ory Hydra’s administration**: the connection to [Hydra as an OAuth 2.0 server](../any-oauth-server.md#ory-hydra) asks it what was authorized.
- **Forgejo**: it lists tokens only to the account’s password, which would have to be kept.
`;

/** All of them, first side by side, then one by one. */
export function shelfDocument(): string {
  const sections = shelfIds().map((id) => shelfSection(shelfEntry(id)));
  return `# Services that ship as descriptions

Each was described from public documentation or source code. *Verified* says from which and when it was read last, and how many facts are open; the service’s section names the sources and what is open. Where no real server is named, no call was made. \`npm run shelf\` makes this document from the descriptions.

${shelfTable()}
Left out, and why:

${leftOut}
${sections.join('\n')}`;
}

if (import.meta.main) {
  writeFileSync(listFile, shelfModule());
  writeFileSync(documentFile, shelfDocument());
}
