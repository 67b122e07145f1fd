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
  const { log } = console;
  const value = (...args: unknown[]) => log(`${testOutputMark}${format(...args)}`);
  for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
    // VS Code's own replacements are accessors that ignore assignment.
    Object.defineProperty(console, method, { value });
  }
}
