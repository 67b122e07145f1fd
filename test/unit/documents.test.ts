import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readArchitecture, withRooms } from '../documents/rooms.ts';
import { serviceRows } from '../documents/services.ts';
import { projectRoot } from '../host/places.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly title: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

/** What is written for people and has to be true. `bench/` writes its own. */
const documents = globSync(['*.md', 'docs/**/*.md', '.github/**/*.{md,yml}', '.github/CODEOWNERS'], {
  cwd: projectRoot,
});

const folders = 'src|test|bench|docs|release|media|l10n|schemas|api|\\.github|\\.vscode';
/** A path in code style; one with a placeholder in angle brackets is about a file that the reader makes. */
const path = new RegExp(`\`((?:${folders})(?:/[^\`\\s<>…]*)?|[\\w.-]+\\.(?:json|js|mjs))\``, 'g');
/** Made by a build or a run, and in no checkout. */
const made = /^(?:dist|out)\/|\.vsix$/;

function text(document: string): string {
  return readFileSync(join(projectRoot, document), 'utf8');
}

/** What the documents name in the first group of a pattern. */
function named(pattern: RegExp): { readonly document: string; readonly name: string }[] {
  return documents.flatMap((document) =>
    [...text(document).matchAll(pattern)].map(([, name = '']) => ({ document, name })),
  );
}

function exists(file: string): boolean {
  const full = join(projectRoot, file);
  return file.includes('*') || file.includes('{') ? globSync(full).length > 0 : existsSync(full);
}

describe('documents', () => {
  it('are there', () => {
    for (const document of ['ARCHITECTURE.md', 'CHANGELOG.md', 'README.md', 'SECURITY.md']) {
      assert(documents.includes(document), document);
    }
  });

  it('name files that are there', () => {
    const missing = named(path).filter(
      ({ name }) => !made.test(name) && !isPackagePart(name) && !exists(name),
    );
    assert.deepEqual(missing, []);
  });

  it('link to pages that are there', () => {
    const missing = named(/\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g).filter(
      ({ document, name }) => !exists(join(dirname(document), name)),
    );
    assert.deepEqual(missing, []);
  });

  it('name npm scripts that are there', () => {
    const manifest: { scripts: Record<string, string> } = JSON.parse(text('package.json'));
    const missing = named(/npm run (?:-s )?([\w:-]+)/g).filter(({ name }) => !(name in manifest.scripts));
    assert.deepEqual(missing, []);
  });

  it('run no action but by the digest of its commit, and store no secret', () => {
    const workflows = documents.filter((document) => document.includes('workflows'));
    assert(workflows.length >= 2);
    for (const workflow of workflows) {
      for (const [line, used = ''] of text(workflow).matchAll(/uses: (.*)/g)) {
        assert.match(used, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, line);
      }
      assert.doesNotMatch(text(workflow), /\bsecrets\./, workflow);
    }
  });

  it('list every command, and every setting with its default, in docs/reference.md', () => {
    const reference = text('docs/reference.md');
    const manifest: Manifest = JSON.parse(text('package.json'));
    const titles: Record<string, string> = JSON.parse(text('package.nls.json'));
    const commands = manifest.contributes.commands
      .map(({ title }) => titles[title.slice(1, -1)] ?? title)
      .filter((title) => !reference.includes(title));
    assert.deepEqual(commands, []);
    const settings = Object.entries(manifest.contributes.configuration.properties)
      .map(
        ([name, setting]) =>
          `| \`${name}\` | \`${JSON.stringify(setting.default).replaceAll('"', '').replaceAll(',', ', ')}\` |`,
      )
      .filter((row) => !reference.includes(row));
    assert.deepEqual(settings, []);
  });

  it('the rooms in ARCHITECTURE.md are those of src/rooms.json (npm run rooms)', () => {
    const written = readArchitecture();
    assert(written === withRooms(written), 'run `npm run rooms`, and commit what it writes');
  });

  it('say of each service what its page in docs/services says (npm run services)', () => {
    const { written, made } = serviceRows;
    assert(written === made, 'run `npm run services`, and commit what it writes into README.md');
  });

  it('“Where is…” answers at least 25 questions, each with one file', () => {
    const section = /## Where is…\n([\s\S]*?)\n## /.exec(readArchitecture())?.[1] ?? '';
    const files = [...section.matchAll(/^\| [a-z].* \| (.*) \|$/gm)].map(([, cell = '']) => cell);
    assert(files.length >= 25, `${files.length} questions`);
    for (const file of files) {
      assert.match(file, /^`src\/[\w./]+\.ts`$/);
    }
  });
});

/** A file of ours has its place in a folder; a name alone may be one of a package, or of another program. */
function isPackagePart(file: string): boolean {
  return !file.includes('/') && !['package.json', 'esbuild.js', 'biome.json'].includes(file);
}
