// The demonstration's composition: the product as it is, started on a profile that already has connections.
import { readFile } from 'node:fs/promises';
import type { ExtensionContext } from 'vscode';
import { activate as activateProduct } from '../../src/extension.ts';
import { keyOf } from '../../src/platform/storage/credentialStore.ts';
import type { Samples } from './samples.ts';

export async function activate(context: ExtensionContext): Promise<void> {
  const file = context.asAbsolutePath('samples.json');
  const samples: Samples = JSON.parse(await readFile(file, 'utf8'));
  for (const [id, value] of Object.entries(samples.secrets)) {
    await context.secrets.store(keyOf(id), value);
  }
  await context.globalState.update('connections', samples.index);
  activateProduct(context);
}
