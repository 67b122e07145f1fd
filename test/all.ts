// `npm test`: every level in turn, the fast ones first. A level that fails does not keep the later ones from
// running. The last line printed is the sum: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from './host/places.ts';
import { exitCode, startGroup } from './host/processGroup.ts';
import type { LevelResult } from './results.ts';

interface Level {
  readonly name: string;
  /** For Node. */
  readonly args: readonly string[];
  /** A tool that passes or fails as a whole and counts as one; the others report through `TEST_RESULTS`. */
  readonly isOneCheck?: boolean;
  /** Wants the browser and the VS Code servers, which are set up while the levels before it run. */
  readonly needsHost?: boolean;
}

type Counts = Pick<LevelResult, 'passed' | 'failed'>;

const levels: readonly Level[] = [
  { name: 'lint', args: ['node_modules/@biomejs/biome/bin/biome', 'check'], isOneCheck: true },
  { name: 'type check', args: ['node_modules/typescript/bin/tsc', '--noEmit'], isOneCheck: true },
  { name: 'unit', args: mochaArgs('test/unit/**/*.test.ts', 'test/servers/*.test.ts') },
  {
    name: 'contract',
    // Two real servers run in this process and take seconds; `npm run test:real` has the others.
    args: [
      ...mochaArgs(
        'test/contract/**/*.test.ts',
        // Named one by one: mocha takes a pattern with braces only for a name, and merely warns.
        'test/real/oidcProvider.test.ts',
        'test/real/verdaccio.test.ts',
      ),
      '--parallel',
      '--jobs',
      '2',
    ],
  },
  { name: 'integration, newest VS Code', args: ['test/integration/run.ts', 'newest'], needsHost: true },
  { name: 'end to end', args: ['test/e2e/run.ts'], needsHost: true },
];
const compatLevel: Level = {
  name: 'integration, oldest VS Code',
  args: ['test/integration/run.ts', 'oldest'],
  needsHost: true,
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const scratch = mkdtempSync(join(tmpdir(), 'oauth-tokens-results-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const withCompat = process.argv.includes('--compat');
const settingUp = setUp(withCompat ? ['newest', 'oldest'] : ['newest']);

const totals: string[] = [];
let sum: Counts = { passed: 0, failed: 0 };
for (const level of withCompat ? [...levels, compatLevel] : levels) {
  if (level.needsHost) await settingUp.report();
  console.log(`\n━━━ ${level.name}\n`);
  const started = performance.now();
  const { passed, failed } = await runLevel(level);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  sum = { passed: sum.passed + passed, failed: sum.failed + failed };
  totals.push(`${level.name}: ${passed} passed, ${failed} failed, ${seconds} s`);
  console.log(`\n${totals.at(-1)}`);
}
console.log(`\n━━━ all levels\n\n${totals.join('\n')}\n`);
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/**
 * Starts what takes long and little of the processor, and keeps what it prints until it is asked for. Where it fails,
 * the first level in need of it tries again, and fails with the reason.
 */
function setUp(hosts: readonly string[]): { report(): Promise<void> } {
  const log = join(scratch, 'set-up.log');
  const file = openSync(log, 'w');
  const started = performance.now();
  const { child, ended } = startGroup(process.execPath, ['test/host/setUp.ts', ...hosts], {
    cwd: projectRoot,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  // The tests go first.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const done = ended.then((code) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    return { outcome: code === 0 ? 'ready' : `ended with code ${code}`, seconds };
  });
  let isReported = false;
  return {
    report: async () => {
      if (isReported) return;
      isReported = true;
      // What is being set up is ended by our own end, however that comes about.
      const stop = (signal: NodeJS.Signals) => process.exit(exitCode(null, signal));
      for (const signal of signals) process.once(signal, stop);
      const { outcome, seconds } = await done;
      for (const signal of signals) process.off(signal, stop);
      console.log(`\n━━━ set-up of ${['the browser', ...hosts].join(', ')}, meanwhile\n`);
      console.log(`${readFileSync(log, 'utf8')}${outcome} after ${seconds} s`);
    },
  };
}

async function runLevel(level: Level): Promise<Counts> {
  const results = join(scratch, `${level.name}.jsonl`);
  const code = await run(level, results);
  if (level.isOneCheck) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  return counted(level, code, existsSync(results) ? readFileSync(results, 'utf8') : '');
}

/** A level that ran no test, or that ended badly without a failed test to show for it, is one failure. */
function counted({ name }: Level, code: number, results: string): Counts {
  const runs = results.split('\n').filter(Boolean).map(parseResult);
  const passed = runs.reduce((total, run) => total + run.passed, 0);
  const failed = runs.reduce((total, run) => total + run.failed, 0);
  if (passed + failed > 0 && (failed > 0 || code === 0)) return { passed, failed };
  console.error(`\n${name} ended with code ${code} and ${passed === 0 ? 'no' : 'only'} passed tests.`);
  return { passed, failed: 1 };
}

function parseResult(line: string): Counts {
  const result: LevelResult = JSON.parse(line);
  return result;
}

function run({ name, args }: Level, results: string): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, TEST_LEVEL: name, TEST_RESULTS: results },
  });
  // The level cleans up after itself, which is worth waiting for. Ctrl-C reaches it from the terminal.
  const stopping = (signal: NodeJS.Signals) => {
    if (signal !== 'SIGINT') child.kill(signal);
    child.once('exit', () => {
      console.log('\nInterrupted.');
      process.exit(exitCode(null, signal));
    });
  };
  for (const signal of signals) process.once(signal, stopping);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(exitCode(code, signal)));
  }).finally(() => {
    for (const signal of signals) process.off(signal, stopping);
  });
}

function mochaArgs(...specs: readonly string[]): readonly string[] {
  const files = specs.flatMap((spec) => ['--spec', spec]);
  return ['node_modules/mocha/bin/mocha.js', ...files, '--reporter', 'test/results.ts'];
}
