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

/** Something that a process of its own does each time it is asked, so that neither its code nor its garbage is another's. */
export interface Repeated {
  /** @returns how many milliseconds it took */
  run(): Promise<number>;
  end(): void;
}

/** @param file a module whose `open` resolves to what is done each time */
export async function repeatedInChild(file: string, input: unknown): Promise<Repeated> {
  const child = fork(join(import.meta.dirname, 'children', 'repeat.ts'), [file, JSON.stringify(input)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const told = () =>
    new Promise<unknown>((resolve, reject) => {
      const fail = (code: number | null) => reject(new Error(`${file} ended with ${code}.`));
      child.once('exit', fail);
      child.once('message', (message) => {
        child.off('exit', fail);
        resolve(message);
      });
    });
  await told();
  return {
    run: async () => {
      child.send('again');
      return Number(await told());
    },
    end: () => child.disconnect(),
  };
}
