import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Documents } from '../../core/ports.ts';
import { privateFolder } from './privateFolder.ts';

/** One JSON file a document, in a folder that is made when first needed. */
export class FileDocuments implements Documents {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(name: string): Promise<unknown> {
    const text = await kept(() => readFile(this.#file(name), 'utf8')).catch((error: TokenManagerError) => {
      if (error.code === 'ENOENT') {
        return undefined;
      }
      throw error;
    });
    try {
      return text === undefined ? undefined : JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  async write(name: string, value: unknown): Promise<void> {
    const file = this.#file(name);
    const draft = `${file}.${randomUUID()}`;
    await kept(async () => {
      await privateFolder(this.#folder);
      await privateFolder(dirname(file));
      try {
        await writeFile(draft, JSON.stringify(value), { mode: 0o600 });
        await rename(draft, file);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    });
  }

  async remove(name: string): Promise<void> {
    await kept(async () => {
      await rm(this.#file(name), { force: true });
      await rm(join(this.#folder, name), { recursive: true, force: true });
    });
  }

  async forget(): Promise<void> {
    await kept(() => rm(this.#folder, { recursive: true, force: true }));
  }

  #file(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

async function kept<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed';
    throw new TokenManagerError('storage', '', { code, cause });
  }
}
