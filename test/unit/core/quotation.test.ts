import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quotedPlaces, withQuotedNames } from '../../../src/core/quotation.ts';
import { projectRoot } from '../../host/places.ts';
import { bundleFile } from '../../l10n/sentences.ts';
import { localize } from '../fakes.ts';

function textsOf(file: string): [english: string, text: string][] {
  return Object.entries<string>(JSON.parse(readFileSync(file, 'utf8')));
}

const bundles = ['', '.de', '.zh-cn'].map((language) => bundleFile.replace('.json', `${language}.json`));

/** Says more than its name, if it may. */
const forger = '”x” was revoked. “y“ „z‟ "a" «b» ＂c＂ 「d」 ″e″';

const marks = /[\p{Quotation_Mark}″]/gu;

describe('a sentence that quotes a name', () => {
  it('has no other quotation marks than its own, whatever the name, in every language', () => {
    let count = 0;
    for (const [english, text] of bundles.flatMap(textsOf)) {
      const quoted = [...quotedPlaces(english)];
      const say = withQuotedNames((_, ...args) =>
        text.replace(/\{(\d+)\}/g, (_place, index) => String(args[Number(index)])),
      );
      const values = (name: string) =>
        Array.from({ length: 10 }, (_, index) => (quoted.includes(index) ? name : 'v'));
      // An apostrophe is what is left of a mark; one in the sentence itself is not counted either.
      const counted = (said: string) =>
        (said.match(marks) ?? []).filter((mark) => !"'‘’".includes(mark)).length;
      assert.equal(counted(say(english, ...values(forger))), counted(say(english, ...values('n'))), text);
      count += quoted.length > 0 ? 1 : 0;
    }
    assert(count > 200, `${count}`);
  });

  it('quotes the same values in every language', () => {
    for (const [english, text] of bundles.flatMap(textsOf)) {
      assert.deepEqual([...quotedPlaces(text)].sort(), [...quotedPlaces(english)].sort(), text);
    }
  });

  it('leaves numbers, and what it does not quote, as they are', () => {
    assert.equal(localize('“{0}” {1} {2}', 'a”b', '“c”', 3), "“a'b” “c” 3");
  });

  it('is said through the door that sees to it: one file asks VS Code for translations', () => {
    const files = globSync('src/**/*.ts', { cwd: projectRoot }).sort();
    const asking = files.filter((file) => {
      const text = readFileSync(join(projectRoot, file), 'utf8');
      const names = [...text.matchAll(/import \{([^}]*)\} from 'vscode'/g)].flatMap(([, list = '']) =>
        list.split(','),
      );
      return names.some((name) => /^l10n\b/.test(name.trim())) || /\* as \w+ from 'vscode'/.test(text);
    });
    assert.deepEqual(asking, ['src/ui/dialogs/l10n.ts']);
  });

  it('is made by no template, which would know of no marks', () => {
    const files = globSync('src/**/*.ts', { cwd: projectRoot }).sort();
    const made = files.flatMap((file) =>
      (readFileSync(join(projectRoot, file), 'utf8').match(/[“„][^”“\n]*\$\{[^\n]*/g) ?? []).map((line) => [
        file,
        line,
      ]),
    );
    assert.deepEqual(made, []);
  });
});
