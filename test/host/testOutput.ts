// What passes between the launcher and the test bundle inside its extension host.
import { format } from 'node:util';

/**
 * Set to `newest` or `oldest` it tells the launcher which VS Code to run (the arguments cannot say it, since
 * a desktop build is one version); in the extension host it tells the tests that the launcher runs them.
 */
export const hostVariable = 'OAUTH_TOKENS_TEST_VSCODE';

/** Begins every line that the tests print, since the server hands them over among the lines of its own log. */
export const testOutputMark = '\u001etests\u001e';

/**
 * Makes the console of the extension host print through the launcher, as it would in a terminal: otherwise
 * VS Code drops empty lines and those that do not start with a string. Does nothing in a desktop build.
 */
export function printThroughLauncher(): void {
  if (!process.env[hostVariable]) return;
  const { log, error } = console;
  for (const name of ['log', 'info', 'debug', 'warn'] as const) {
    console[name] = (...args: unknown[]) => log(`${testOutputMark}${format(...args)}`);
  }
  console.error = (...args: unknown[]) => error(`${testOutputMark}${format(...args)}`);
}
