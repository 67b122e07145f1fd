// Runs inside a fresh extension host: VS Code loads the bundle of this and calls `run`.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { commands, extensions } from 'vscode';
import { printThroughLauncher } from '../../test/host/testOutput.ts';
import { shuffled } from '../statistics.ts';
import type { ActivationTask, HostRun } from './activationTask.ts';

/** `parts/activation.ts` puts it in. */
declare const TASK: ActivationTask;

export async function run(): Promise<void> {
  // The start-up storm is over for sure.
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const activated = await activating();
  const registration = registering(TASK.commands);
  const library: Record<string, number> = {};
  for (const name of shuffled(Object.keys(TASK.libraries))) {
    library[name] = loading(TASK.libraries[name] ?? '');
  }
  const result: HostRun = { ...activated, library, registration };
  writeFileSync(TASK.results, JSON.stringify(result));
  // The launcher prints everything that VS Code logged when nothing else is printed.
  printThroughLauncher();
  console.log('measured');
}

async function activating(): Promise<Pick<HostRun, 'activation' | 'afterwards' | 'load'>> {
  const result: Pick<HostRun, 'activation' | 'afterwards' | 'load'> = {
    activation: {},
    afterwards: {},
    load: {},
  };
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
  return result;
}

/** Commands that nothing runs, as every extension with commands has to. */
function registering(count: number): number {
  const started = performance.now();
  for (let number = 0; number < count; number++) {
    commands.registerCommand(`bench.unused${number}`, () => undefined);
  }
  return performance.now() - started;
}

/** What activation would have to load; it finds it loaded then. What was loaded before is loaded anew. */
function loading(file: string): number {
  const load = createRequire(file);
  delete load.cache[load.resolve(file)];
  const started = performance.now();
  load(file);
  return performance.now() - started;
}
