// Sets up, one after the other, what later levels would each stop for: the browser and the VS Code servers named
// on the command line. What is there already takes no time.
import { findBrowser } from './browser.ts';
import { exitOnSignals } from './processGroup.ts';
import { isHostName, provisionHost } from './provision.ts';

exitOnSignals();
await findBrowser();
for (const name of process.argv.slice(2)) {
  if (!isHostName(name)) throw new Error(`Which VS Code is ${name}? Say newest or oldest.`);
  await provisionHost(name);
}
