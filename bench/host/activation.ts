// Runs inside a fresh extension host: VS Code loads the bundle of this and calls `run`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { extensions } from 'vscode';
import { printThroughLauncher } from '../../test/host/testOutput.ts';
import { shuffled } from '../statistics.ts';
import type { ActivationTask, HostRun } from './activationTask.ts';
import { quiet } from './quiet.ts';

/** `parts/activation.ts` puts it in. */
declare const TASK: ActivationTask;

export async function run(): Promise<void> {
  // The start-up storm is over for sure.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await quiet();
  await extensions.getExtension(TASK.first)?.activate();
  const result: HostRun = { activation: {}, afterwards: {}, library: {} };
  for (const id of shuffled(TASK.extensions)) {
    await quiet();
    await activating(id, result);
  }
  createRequire(TASK.product)(TASK.product);
  await quiet();
  for (const name of shuffled(Object.keys(TASK.libraries))) {
    result.library[name] = loading(TASK.libraries[name] ?? '');
  }
  writeFileSync(TASK.results, JSON.stringify(result));
  // The launcher prints everything that VS Code logged when nothing else is printed.
  printThroughLauncher();
  console.log('measured');
}

async function activating(id: string, { activation, afterwards }: HostRun): Promise<void> {
  const extension = extensions.getExtension(id);
  if (!extension || extension.isActive) {
    return;
  }
  const load = loading(join(extension.extensionPath, String(extension.packageJSON.main)));
  const started = performance.now();
  await extension.activate();
  const activated = performance.now();
  activation[id] = load + activated - started;
  // A timer that is set now comes after those that were set before it.
  await new Promise((resolve) => setTimeout(resolve));
  await new Promise(setImmediate);
  afterwards[id] = performance.now() - activated;
}

/** What activation would have to load; it finds it loaded then. What was loaded before is loaded anew. */
function loading(file: string): number {
  const load = createRequire(file);
  delete load.cache[load.resolve(file)];
  const started = performance.now();
  load(file);
  return performance.now() - started;
}
