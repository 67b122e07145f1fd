import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainInput, plainOptions } from '../../../../src/ui/text/plainInput.ts';

const source = join(import.meta.dirname, '..', '..', '..', '..', 'src');

/** What VS Code reads links from in input boxes: `parseLinkedText` in its `linkedText.ts`. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const hostile = 'no [Sign in](command:workbench.action.quit "now") $(trash)\u202E\nhere';

describe('quick inputs', () => {
  for (const member of ['title', 'prompt', 'placeholder', 'validationMessage', 'description'] as const) {
    it(`have no link, icon or reordered text in ${member}`, () => {
      const raw: Record<string, unknown> = {};
      plainInput(raw)[member] = hostile;
      assertPlain(raw[member]);
    });
  }

  it('have none in a message with a severity', () => {
    const raw: { validationMessage?: { message: string; severity: number } } = {};
    plainInput(raw).validationMessage = { message: hostile, severity: 2 };
    assertPlain(raw.validationMessage?.message);
  });

  it('have none in what they list, and give back the very items they were given', () => {
    const raw: { items: { label: string; description: string; detail: string; secret: string }[] } = {
      items: [],
    };
    const item = { label: hostile, description: hostile, detail: hostile, secret: hostile };
    plainInput(raw).items = [item];
    assert.equal(raw.items[0], item);
    assertPlain(item.label);
    assertPlain(item.description);
    assertPlain(item.detail);
    assert.equal(item.secret, hostile);
  });

  it('leave alone what the user typed', () => {
    const raw = { value: '' };
    plainInput(raw).value = hostile;
    assert.equal(raw.value, hostile);
    assert.equal(plainOptions({ value: hostile }).value, hostile);
  });

  it('call their methods on themselves', () => {
    class Box {
      readonly #shown = 'shown';
      show(): string {
        return this.#shown;
      }
    }
    assert.equal(plainInput(new Box()).show(), 'shown');
  });

  it('are opened in one place only', () => {
    const door = join('ui', 'dialogs', 'quickInput.ts');
    for (const file of globSync('**/*.ts', { cwd: source }).filter((name) => name !== door)) {
      const text = readFileSync(join(source, file), 'utf8');
      const opens = /\bwindow\s*\.\s*(?:create|show)(?:InputBox|QuickPick)|\bshowWorkspaceFolderPick\b/.exec(
        text,
      );
      assert.equal(opens, null, `${file} opens a quick input past ${door}`);
      const imports = [...text.matchAll(/import \{([^}]*)\} from '([^']+)'/g)].filter(([, names = '']) =>
        /\b(?:create|show)(?:InputBox|QuickPick)\b/.test(names),
      );
      assert(
        imports.every(([, , from = '']) => from.endsWith('/quickInput.ts')),
        `${file} has a quick input from elsewhere`,
      );
      assert.doesNotMatch(text, /\{[^}]*\b(?:create|show)(?:InputBox|QuickPick)\b[^}]*\} = window\b/, file);
    }
  });
});

function assertPlain(text: unknown): void {
  assert(typeof text === 'string');
  assert.doesNotMatch(text, link);
  assert.doesNotMatch(text, /\$\(|\n|\u202E/);
  assert.match(text, /^no \[Sign in\]/);
}
