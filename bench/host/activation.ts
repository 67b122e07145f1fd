// Runs inside a fresh extension host: VS Code loads the bundle of this and calls `run`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { extensions } from 'vscode';
import { printThroughLauncher } from '../../test/host/testOutput.ts';
import { shuffled } from '../statistics.ts';
import type { ActivationTask, HostRun } from './activationTask.ts';

/** `parts/activation.ts` puts it in. */
declare const TASK: ActivationTask;

export async function run(): Promise<void> {
  // The start-up storm is over for sure.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const result: HostRun = { activation: {}, afterwards: {}, load: {}, library: {} };
  for (const id of shuffled(TASK.extensions)) {
    const extension = extensions.getExtension(id);
    if (!extension) {
      continue; // In another host.
    }
    const load = loading(join(extension.extensionPath, String(extension.packageJSON.main)));
    if (extension.isActive) {
      result.load[id] = load;
      continue;
    }
    const started = performance.now();
    await extension.activate();
    const activated = performance.now();
    await new Promise(setImmediate);
    result.load[id] = load;
    result.activation[id] = load + activated - started;
    result.afterwards[id] = performance.now() - activated;
  }
  for (const name of shuffled(Object.keys(TASK.libraries))) {
    result.library[name] = loading(TASK.libraries[name] ?? '');
  }
  writeFileSync(TASK.results, JSON.stringify(result));
  // The launcher prints everything that VS Code logged when nothing else is printed.
  printThroughLauncher();
  console.log('measured');
}

/** What activation would have to load; it finds it loaded then. What was loaded before is loaded anew. */
function loading(file: string): number {
  const load = createRequire(file);
  delete load.cache[load.resolve(file)];
  const started = performance.now();
  load(file);
  return performance.now() - started;
}
