// Runs inside a fresh extension host: VS Code loads the bundle of this and calls `run`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { extensions } from 'vscode';
import { shuffled } from '../statistics.ts';
import type { ActivationTask, HostRun } from './activationTask.ts';

/** `parts/activation.ts` puts it in. */
declare const TASK: ActivationTask;

export async function run(): Promise<void> {
  // The start-up storm is over for sure.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const result: HostRun = { activation: {}, load: {}, library: {} };
  for (const id of shuffled(TASK.extensions)) {
    const extension = extensions.getExtension(id);
    if (!extension || extension.isActive) {
      continue;
    }
    const load = loading(join(extension.extensionPath, String(extension.packageJSON.main)));
    const started = performance.now();
    await extension.activate();
    result.load[id] = load;
    result.activation[id] = load + performance.now() - started;
  }
  for (const name of shuffled(Object.keys(TASK.libraries))) {
    result.library[name] = loading(TASK.libraries[name] ?? '');
  }
  writeFileSync(TASK.results, JSON.stringify(result));
}

/** What activation would have to load; it finds it loaded then. */
function loading(file: string): number {
  const load = createRequire(file);
  const started = performance.now();
  load(file);
  return performance.now() - started;
}
