// In a fresh process: how long a bundle takes to load, its first call, and calls after that.
import { createRequire } from 'node:module';

export interface Input {
  readonly file: string;
  /** Given to the bundle's `open`, which resolves to a function that makes one call; left out, nothing is called. */
  readonly config?: unknown;
  readonly warmCalls?: number;
}

export interface Cold {
  readonly loadMs: number;
  readonly firstCallMs: number;
  readonly warmCallMs: number;
}

interface Callable {
  open(config: unknown): Promise<() => Promise<unknown>>;
}

export async function measure({ file, config, warmCalls = 0 }: Input): Promise<Cold> {
  const load = createRequire(import.meta.url);
  const started = performance.now();
  const bundle: Callable = load(file);
  const loadMs = performance.now() - started;
  if (config === undefined) {
    return { loadMs, firstCallMs: 0, warmCallMs: 0 };
  }
  const beforeFirst = performance.now();
  const call = await bundle.open(config);
  await call();
  const firstCallMs = performance.now() - beforeFirst;
  const beforeWarm = performance.now();
  for (let calls = 0; calls < warmCalls; calls++) {
    await call();
  }
  return { loadMs, firstCallMs, warmCallMs: (performance.now() - beforeWarm) / warmCalls };
}
