// What the README says of every service, from its page in docs/services. Run directly, it writes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { services } from '../../src/adapters/index.ts';
import { projectRoot } from '../host/places.ts';
import { localize } from '../unit/fakes.ts';

const pages = services.map(({ offer }) => {
  const { id, displayName } = offer(localize);
  return { id, displayName, page: document(`docs/services/${id}.md`) };
});

/** A row of the table on a service's page; its links lead on from the README. */
function fact({ id, page }: (typeof pages)[number], name: string): string {
  const value = new RegExp(`^\\| ${name} \\| (.*) \\|$`, 'm').exec(page)?.[1];
  if (value === undefined) {
    throw new Error(`docs/services/${id}.md has no row “${name}” in its table`);
  }
  return value.replaceAll('](../', '](docs/');
}

/** A table with the rows of all services in place of those before its first row that begins with a link. */
function withRows(text: string, head: string, facts: readonly string[]): string {
  const [before, rest] = partsAt(text, `${head}\n`);
  const [rule = '', ...lines] = rest.split('\n');
  const others = lines.findIndex((line) => line.startsWith('| [') || !line.startsWith('|'));
  const rows = pages.map((service) =>
    ['', service.displayName, ...facts.map((name) => fact(service, name)), ''].join(' | ').trim(),
  );
  return `${before}${head}\n${[rule, ...rows, ...lines.slice(others)].join('\n')}`;
}

function partsAt(text: string, mark: string): readonly [before: string, after: string] {
  const at = text.indexOf(mark);
  if (at < 0) {
    throw new Error(`README.md has no table with the head ${mark.trim()}`);
  }
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function readme(text: string): string {
  const names = pages.filter(({ id }) => id !== 'oauth').map(({ displayName }) => `**${displayName}**`);
  const sentence = text.replace(
    /^(It works with ).*?(, with \*\*any OAuth)/m,
    `$1${names.slice(0, -1).join(', ')} and ${names.at(-1)}$2`,
  );
  const entered = ['What you need', 'Where it comes from'];
  const shown = ['Shows', 'Expiry', 'Revoke', 'Renew'];
  return withRows(
    withRows(sentence, `| Service | ${entered.join(' | ')} |`, entered),
    `| | ${shown.join(' | ')} |`,
    shown,
  );
}

function document(name: string): string {
  return readFileSync(join(projectRoot, name), 'utf8');
}

/** What `npm run services` writes, and what stands there. */
const written = document('README.md');
export const serviceRows = { written, made: readme(written) };

if (import.meta.main) {
  writeFileSync(join(projectRoot, 'README.md'), serviceRows.made);
}
