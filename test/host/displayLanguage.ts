import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What VS Code and its extensions speak, as VS Code spells it. */
export type DisplayLanguage = 'de' | 'zh-cn';

/**
 * Makes a server’s data folder look as if a language pack were installed. It translates nothing of VS Code itself,
 * which stays English and can be driven as ever, but extensions speak that language.
 * @returns the server’s arguments for it
 */
export function installLanguage(language: DisplayLanguage, dataDir: string): string[] {
  const userData = join(dataDir, 'data');
  mkdirSync(userData, { recursive: true });
  const translations = join(userData, `main.i18n.${language}.json`);
  writeFileSync(translations, JSON.stringify({ '': '', version: '1.0.0', contents: {} }));
  const pack = {
    hash: language,
    extensions: [{ extensionIdentifier: { id: `oauth-token-manager-test.${language}` }, version: '1.0.0' }],
    translations: { vscode: translations },
    label: language,
  };
  writeFileSync(join(userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
  return ['--locale', language];
}
