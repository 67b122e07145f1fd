import { appendFileSync } from 'node:fs';
import { type MochaOptions, type Runner, reporters } from 'mocha';

/** One line of the file that `TEST_RESULTS` names. */
export interface LevelResult {
  readonly level: string;
  readonly passed: number;
  readonly failed: number;
}

/**
 * Mocha's spec reporter, which also adds the counts of the run, as a line of JSON, to the file that
 * `TEST_RESULTS` names; `TEST_LEVEL` says what to call the run. Works wherever mocha runs: on the command
 * line, in the extension host, in a script.
 */
export default class ResultsReporter extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    runner.once('end', () => {
      const { TEST_RESULTS: file, TEST_LEVEL: level = 'tests' } = process.env;
      const result: LevelResult = { level, passed: this.stats.passes, failed: this.stats.failures };
      if (file) appendFileSync(file, `${JSON.stringify(result)}\n`);
    });
  }
}
