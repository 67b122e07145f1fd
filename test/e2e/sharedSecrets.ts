import type { BrowserContext } from 'playwright-core';

/**
 * The workbench in a browser reads its secrets once, when the page is loaded, and keeps them to itself; on the
 * desktop all windows share what the main process keeps. Makes the pages of a context behave like the latter:
 * they read what is stored each time they are asked, and have stored it when they say so.
 */
export async function shareSecrets(context: BrowserContext): Promise<void> {
  await context.route('**/workbench/workbench.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: patched(await response.text()) });
  });
}

function patched(script: string): string {
  const [head = '', ...rest] = script.split('this.storageKey="secrets.provider"');
  const [tail = ''] = rest;
  const end = tail.indexOf('async save(');
  if (rest.length !== 1 || end < 0) {
    throw new Error('The workbench keeps its secrets in another way than this knows.');
  }
  const methods = tail.slice(0, end);
  const fresh = methods
    .replaceAll('await this.secretsPromise', 'await this.load()')
    .replaceAll(/,this\.save\(\)/g, ',await this.save()');
  if (fresh === methods) {
    throw new Error('The workbench does not keep its secrets in a promise any more.');
  }
  return [head, 'this.storageKey="secrets.provider"', fresh, tail.slice(end)].join('');
}
