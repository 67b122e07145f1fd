import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { leakTables } from '../../src/adapters/leaks/tables.ts';
import { searchPattern } from '../../src/core/leaks/recognize.ts';
import { LeakSearch } from '../../src/core/leaks/search.ts';
import { filesMatching, findRipgrep } from '../../src/platform/host/ripgrep.ts';
import { projectRoot } from '../../test/host/places.ts';
import { provisionHost } from '../../test/host/provision.ts';
import { leakedGitHubToken } from '../../test/servers/credentials.ts';
import { connected } from '../../test/unit/core/fakeService.ts';
import { atMost, exactly, known, type Part, type Row } from '../row.ts';
import { duration, interleaved, ratio, summary } from '../statistics.ts';

const files = 20_000;
const planted = 20;

/** How long one waits for *Find Leaked Tokens in Workspace*. */
export const leaksPart: Part = {
  name: 'leaks',
  run: async () => {
    await using cleanup = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-bench-'));
    cleanup.defer(() => rmSync(folder, { recursive: true, force: true }));
    let copied = 0;
    cpSync(join(projectRoot, 'node_modules'), join(folder, 'packages'), {
      recursive: true,
      filter: (from) => (lstatSync(from).isDirectory() ? copied < files : copied++ < files),
    });
    for (let index = 0; index < planted; index++) {
      writeFileSync(join(folder, `planted-${index}.txt`), `\nTOKEN=${leakedGitHubToken}\n`);
    }
    const { serverMain } = await provisionHost('newest');
    return await measured(folder, await findRipgrep(dirname(dirname(serverMain))));
  },
};

async function measured(folder: string, program: string): Promise<readonly Row[]> {
  const search = new LeakSearch({
    ...(await connected([])),
    credentials: { read: async () => undefined },
    tables: async () => leakTables,
    files: {
      matching: async (patterns, options, signal) => {
        const { names, isWhole } = await filesMatching(program, folder, patterns, options, signal);
        return { files: names.map((name) => join(folder, name)), isWhole };
      },
      read: (file) => readFile(file, 'utf8'),
      unsaved: () => [],
    },
  });
  const { signal } = new AbortController();
  let lookalikes = 0;
  const product = async () => {
    const { found } = await search.search({ ignored: false }, signal);
    if (found.filter(({ file }) => file.includes('planted-')).length !== planted) {
      throw new Error('The search missed a planted token.');
    }
    lookalikes = found.length - planted;
  };
  const took = await interleaved(5, 1, {
    ripgrep: () => duration(() => ripgrep(program, folder)),
    product: () => duration(product),
  });
  return [
    known(
      'Find Leaked Tokens in a workspace of 20,000 files: how long one waits',
      summary(took.product),
      'ms',
    ),
    atMost('… false alarms in the code of all packages here', 0, exactly(lookalikes), 'number'),
    atMost(
      '… recognized and located',
      1.5,
      ratio(took.product, took.ripgrep),
      'times',
      'ripgrep with the same patterns',
    ),
  ];
}

/** As one would call it in a terminal. */
async function ripgrep(program: string, folder: string): Promise<void> {
  const child = spawn(program, ['--no-config', '--hidden', '--glob=!.git', '--file=-', '.'], {
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(`${leakTables.shapes.map(searchPattern).join('\n')}\n`);
  await once(child, 'exit');
}
