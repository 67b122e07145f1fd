// Runs inside the extension host: VS Code loads the bundle of this and calls `run`.
import { printThroughLauncher } from '../host/testOutput.ts';

/** Names of the test files beside this one, without `.test.ts`; `run.ts` puts them in. */
declare const TEST_FILES: readonly string[];

/** Resolves when every test passed and rejects otherwise, which VS Code turns into its exit code. */
export async function run(): Promise<void> {
  // First, because mocha takes hold of console.log while it loads.
  printThroughLauncher();
  const { default: Mocha } = await import('mocha');
  const { default: ResultsReporter } = await import('../results.ts');
  const mocha = new Mocha({
    ui: 'bdd',
    reporter: ResultsReporter,
    timeout: 30_000,
    failZero: true,
    forbidOnly: true,
    forbidPending: true,
  });
  for (const name of TEST_FILES) {
    // Puts describe, it and the hooks where the file will look for them.
    mocha.suite.emit('pre-require', globalThis, name, mocha);
    await import(`./${name}.test.ts`);
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${failures} of the integration tests failed.`);
}
