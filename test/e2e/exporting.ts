import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, type Workbench } from './workbench.ts';

/**
 * Exports as a user does, into a file; the window's own file dialog fills in paths in its own time.
 * @returns what is in the file
 */
export async function exportTo(
  workbench: Workbench,
  command: 'Export Inventory' | 'Export Activity' | 'Export Findings',
  format: string,
  file: string,
): Promise<string> {
  await workbench.ask(`OAuth Tokens: ${command}…`, command);
  await workbench.choose(command, format);
  await workbench.choose(command, 'Save to a File…');
  const input = workbench.quickInput.locator('input.input').first();
  await expect(
    async () => (await input.inputValue({ timeout: 1000 }).catch(() => '')).includes('oauth-tokens'),
    'there is no file dialog',
  );
  await expect(async () => {
    try {
      await input.fill(file, { timeout: 1000 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      if ((await input.inputValue({ timeout: 1000 })) === file) {
        await workbench.page.keyboard.press('Enter');
        await input.waitFor({ state: 'hidden', timeout: 2000 });
      }
    } catch {
      return existsSync(file);
    }
    return existsSync(file);
  }, `${file} cannot be saved`);
  await workbench.notice(new RegExp(`exported to .*${basename(file)}`));
  return readFileSync(file, 'utf8');
}
