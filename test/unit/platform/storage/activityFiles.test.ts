import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Act } from '../../../../src/core/activity/activity.ts';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { ActFiles } from '../../../../src/platform/storage/activityFiles.ts';

function act(id: string, change: Partial<Act> = {}): Act {
  return { id, at: 1, kind: 'revoke', result: { kind: 'done' }, ...change };
}

describe('the journal’s files', () => {
  let parent: string;
  let folder: string;

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'acts-'));
    folder = join(parent, 'activity');
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  async function ids(store = new ActFiles(folder)): Promise<string[]> {
    return (await store.read()).map(({ id }) => id);
  }

  it('are not made by reading', async () => {
    assert.deepEqual(await ids(), []);
    assert.deepEqual(readdirSync(parent), []);
  });

  it('give back what was written, for whoever reads later, and can be read by the user only', async () => {
    const written = act('a', { row: { key: 'k', name: 'line\nbreak \u2028 "quoted"' } });
    await new ActFiles(folder).append(written);
    assert.deepEqual(await new ActFiles(folder).read(), [written]);
    if (process.platform !== 'win32') {
      assert.equal(statSync(join(folder, '1.jsonl')).mode & 0o077, 0);
    }
  });

  it('pass over folders that are named like one of them', async () => {
    mkdirSync(join(folder, '1.jsonl'), { recursive: true });
    mkdirSync(join(folder, '3.jsonl'));
    const files = new ActFiles(folder, { fileBytes: 1, files: 100 });
    await files.append(act('a'));
    await files.append(act('b'));
    assert.deepEqual(await ids(), ['a', 'b']);
  });

  it('lose nothing when several processes write at once', async () => {
    const script = `
      import { ActFiles } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../../src/platform/storage/activityFiles.ts')).href)};
      const [folder, name] = process.argv.slice(2);
      const files = new ActFiles(folder, { fileBytes: 20000, files: 100 });
      await Promise.all(Array.from({ length: 200 }, (_, index) =>
        files.append({ id: name + index, at: index, kind: 'revoke', detail: 'x'.repeat(index), result: { kind: 'done' } })));
    `;
    const file = join(parent, 'writer.ts');
    writeFileSync(file, script);
    const writers = ['a', 'b', 'c'].map((name) =>
      spawn(process.execPath, ['--no-warnings', file, folder, name], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(writers.map((writer) => once(writer, 'exit')));
    assert.deepEqual(codes.flat(), [0, null, 0, null, 0, null]);
    assert.equal(new Set(await ids()).size, 600);
    assert(readdirSync(folder).length > 3);
  });

  it('skip damaged and unfinished lines, and nothing else', async () => {
    const files = new ActFiles(folder);
    await files.append(act('before'));
    appendFileSync(join(folder, '1.jsonl'), '{"id":"dam');
    await files.append(act('after'));
    appendFileSync(join(folder, '1.jsonl'), '\0\0\0\n[]\nnull\n{"id":"no act"}\n');
    await files.append(act('last'));
    writeFileSync(join(folder, 'notes.txt'), 'not ours');
    assert.deepEqual(await ids(), ['before', 'after', 'last']);
  });

  it('stay few and small, and keep the newest', async () => {
    const files = new ActFiles(folder, { fileBytes: 2000, files: 3 });
    for (let index = 0; index < 200; index++) {
      await files.append(act(`act ${index}`));
    }
    assert(readdirSync(folder).length <= 4);
    const kept = await ids();
    assert(kept.length > 40 && kept.length < 200, String(kept.length));
    assert.equal(kept.at(-1), 'act 199');
  });

  it('all stay as long as they are to be told whole', async () => {
    let isOpen = true;
    const files = new ActFiles(folder, { fileBytes: 500, files: 2, keepsAll: async () => isOpen });
    for (let index = 0; index < 30; index++) {
      await files.append(act(`act ${index}`));
    }
    assert.equal((await ids()).length, 30);
    isOpen = false;
    await files.append(act('last'));
    assert((await ids()).length < 30);
  });

  it('are gone when cleared, and go on afterwards', async () => {
    const files = new ActFiles(folder);
    await files.append(act('a'));
    await new ActFiles(folder).clear();
    assert.deepEqual(readdirSync(parent), []);
    await files.append(act('b'));
    assert.deepEqual(await ids(), ['b']);
  });

  it('say that the disk fails, and work again once it does', async () => {
    writeFileSync(folder, 'a file where the folder should be');
    const files = new ActFiles(folder);
    await assert.rejects(
      files.append(act('a')),
      (error) => error instanceof TokenManagerError && error.kind === 'storage',
    );
    rmSync(folder);
    await files.append(act('b'));
    assert.deepEqual(await ids(), ['b']);
  });
});
