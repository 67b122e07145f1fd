import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { RowTag } from '../../../../src/contributions.ts';
import { rowActions } from '../../../../src/ui/tree/rowActions.ts';
import { projectRoot } from '../../../host/places.ts';
import { localize } from '../../fakes.ts';

const manifestSchema = z.object({
  contributes: z.object({
    menus: z.object({
      'view/item/context': z.array(z.object({ command: z.string(), when: z.string(), group: z.string() })),
    }),
  }),
});

function json(file: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, file), 'utf8'));
}

describe('the buttons of a row’s page', () => {
  const titles = z.record(z.string(), z.string()).parse(json('package.nls.json'));
  // What is on the row itself is in its menu, too.
  const menu = manifestSchema
    .parse(json('package.json'))
    .contributes.menus['view/item/context'].filter(({ group }) => !group.startsWith('inline'));
  const tags: readonly RowTag[] = [
    'connection',
    'browsable',
    'item',
    'refreshable',
    'revocable',
    'renewable',
    'attachable',
    'detachable',
    'pausable',
    'resumable',
    'manageable',
    'copyable',
    'identifiable',
    'container',
    'error',
    'needsCredentials',
    'needsCertificate',
    'needsSettings',
  ];
  /** The tags that each alternative of a condition asks for; those about several selected rows are left out. */
  const alternatives = (when: string) =>
    when
      .split('||')
      .filter((part) => !part.includes('listMultiSelection'))
      .map((part): readonly string[] => {
        const pattern = /viewItem =~ \/(.*)\//.exec(part)?.[1] ?? '';
        return pattern.replaceAll('\\b', ' ').match(/\w+/g) ?? [];
      });
  /** Those that lead to where one is already. */
  const elsewhere = ['oauthTokens.showDetails'];

  for (const tag of tags) {
    it(`are those of the menu of a row that is ${tag}, by the same names`, () => {
      const inMenu = menu
        .filter(({ when }) => alternatives(when).some((part) => part.includes(tag)))
        .map(({ command }) => command)
        .filter((command) => !elsewhere.includes(command));
      const offered = rowActions([tag], localize);
      assert.deepEqual(offered.map(({ command }) => command).sort(), [...new Set(inMenu)].sort());
      for (const { command, title } of offered) {
        assert.equal(title, titles[command.replace('oauthTokens.', 'command.')]);
      }
    });
  }
});
