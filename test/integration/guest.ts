import assert from 'node:assert/strict';
import { extensions } from 'vscode';
import type { GuestExports } from './guest/extension.ts';

/** The other extension that `run.ts` loads beside ours. */
export async function guest(): Promise<GuestExports> {
  const found = extensions.getExtension<GuestExports>('tests.integration-guest');
  assert(found, 'the guest is not there');
  return found.activate();
}
