// The product as it is, but that a server on this computer stands in for the services that revoke by value.
import { readFileSync } from 'node:fs';
import type { ExtensionContext } from 'vscode';
import { leakTables } from '../../src/adapters/leaks/tables.ts';
import { start } from '../../src/extension.ts';
import { standIn } from '../servers/credentials.ts';

/** What a test packs beside the product, in `stand-in.json`. */
export interface StandInFile {
  readonly url: string;
}

export function activate(context: ExtensionContext): void {
  const { url }: StandInFile = JSON.parse(readFileSync(context.asAbsolutePath('stand-in.json'), 'utf8'));
  start(context, { leakTables: async () => standIn(leakTables, url) });
}
