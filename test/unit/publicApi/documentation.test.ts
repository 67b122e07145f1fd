import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../host/places.ts';

describe('docs/public-api.md', () => {
  const read = (...path: string[]) => readFileSync(join(projectRoot, ...path), 'utf8');
  const page = read('docs', 'public-api.md');

  for (const [file, language] of [
    ['package.json', 'json'],
    ['extension.ts', 'ts'],
    ['adapter.ts', 'ts'],
  ] as const) {
    it(`shows the sample extension’s ${file} as it is`, () => {
      const source = read('test', 'sample-extension', file);
      // There the types lie beside it.
      const shown = source.replace('../../api/oauth-token-manager.d.ts', './oauth-token-manager.d.ts');
      assert(page.includes(`\`${file}\`:\n\n\`\`\`${language}\n${shown.trimEnd()}\n\`\`\`\n`));
    });
  }
});
