import { fork } from 'node:child_process';
import { join } from 'node:path';

/**
 * Runs `measure` of a module in a fresh process, whose heap and caches nothing else has used.
 * @param file a module that exports `measure`
 * @param flags of Node
 */
export function inChild<Result>(
  file: string,
  flags: readonly string[] = [],
  input: unknown = {},
): Promise<Result> {
  const child = fork(join(import.meta.dirname, 'children', 'measure.ts'), [file, JSON.stringify(input)], {
    execArgv: [...flags],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message: Result) => {
      resolve(message);
      child.disconnect();
    });
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}.`)));
  });
}
