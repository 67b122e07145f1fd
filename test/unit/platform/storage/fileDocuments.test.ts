import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenManagerError } from '../../../../src/core/model/errors.ts';
import { FileDocuments } from '../../../../src/platform/storage/fileDocuments.ts';

describe('FileDocuments', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'oauth-tokens-documents-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was written, also by another window, and leaves no drafts', async () => {
    const documents = new FileDocuments(join(folder, 'new'));
    assert.equal(await documents.read('a'), undefined);
    await documents.write('a/b', { text: 'x' });
    await documents.write('a/b', { text: 'y' });
    assert.deepEqual(await new FileDocuments(join(folder, 'new')).read('a/b'), { text: 'y' });
    assert.deepEqual(readdirSync(join(folder, 'new', 'a')), ['b.json']);
  });

  it('is for the user only', async () => {
    await new FileDocuments(folder).write('a', 1);
    assert.equal(statSync(join(folder, 'a.json')).mode & 0o077, process.platform === 'win32' ? 0o066 : 0);
  });

  it('makes folders that only the user can look into', async () => {
    const parent = join(folder, 'made for everyone');
    mkdirSync(parent, { mode: 0o755 });
    await new FileDocuments(parent).write('a/b', 1);
    if (process.platform !== 'win32') {
      const modes = [parent, join(parent, 'a')].map((path) => statSync(path).mode & 0o077);
      assert.deepEqual(modes, [0, 0]);
    }
  });

  it('takes a damaged document for none', async () => {
    writeFileSync(join(folder, 'a.json'), '{"half":');
    assert.equal(await new FileDocuments(folder).read('a'), undefined);
  });

  it('removes a document with those below it, and everything', async () => {
    const documents = new FileDocuments(folder);
    for (const name of ['a', 'a/b', 'a/c', 'd']) {
      await documents.write(name, name);
    }
    await documents.remove('a');
    await documents.remove('unknown');
    assert.deepEqual(readdirSync(folder), ['d.json']);
    await documents.forget();
    assert.equal(await documents.read('d'), undefined);
  });

  it('says so where the disk does not do it', async () => {
    writeFileSync(join(folder, 'file'), '');
    const documents = new FileDocuments(join(folder, 'file'));
    const isStorage = (error: unknown) => error instanceof TokenManagerError && error.kind === 'storage';
    await assert.rejects(documents.write('a', 1), isStorage);
    await assert.rejects(documents.read('a'), isStorage);
  });
});
