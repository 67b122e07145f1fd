// The product as it is, by a clock that a test sets ahead: it says in a file by how many milliseconds.
import { readFileSync } from 'node:fs';
import type { ExtensionContext } from 'vscode';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import { start } from '../../src/extension.ts';

/** What a test packs beside the product, in `clock.json`. */
export interface ClockFile {
  readonly aheadFile: string;
}

const lookEveryMs = 25;

export function activate(context: ExtensionContext): void {
  const { aheadFile }: ClockFile = JSON.parse(readFileSync(context.asAbsolutePath('clock.json'), 'utf8'));
  let ahead = 0;
  const look = () => {
    ahead = Number(readFileSync(aheadFile, 'utf8'));
  };
  look();
  const timer = setInterval(look, lookEveryMs);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
  const now = () => Date.now() + ahead;
  const sleep = async (ms: number, signal: AbortSignal) => {
    const until = now() + ms;
    while (now() < until) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(lookEveryMs, until - now())));
      if (signal.aborted) {
        throw new TokenManagerError('cancelled');
      }
    }
  };
  start(context, { clock: { now, sleep } });
}
