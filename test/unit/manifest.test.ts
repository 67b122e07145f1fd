import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatAccesses, chatTools, rowCommandIds } from '../../src/contributions.ts';
import { ruleIds } from '../../src/core/findings/rules.ts';
import { listedStates, mostProposed } from '../../src/ui/chatTools/input.ts';
import { projectRoot } from '../host/places.ts';

// The conventions of https://code.visualstudio.com/api/ux-guidelines/overview that a machine can check.

interface MenuEntry {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
  readonly group?: string;
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly enabledApiProposals?: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: boolean };
    readonly virtualWorkspaces: boolean;
  };
  readonly contributes: {
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon?: string }[]>>;
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly icon?: string;
    }[];
    readonly keybindings?: readonly unknown[];
    readonly menus: Readonly<Record<string, readonly MenuEntry[]>>;
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly default?: unknown;
            readonly markdownDescription?: string;
            readonly scope?: string;
            readonly enum?: readonly string[];
          }
        >
      >;
    };
    readonly chatSkills: readonly { readonly path: string; readonly when: string }[];
    readonly languageModelTools: readonly {
      readonly name: string;
      readonly displayName: string;
      readonly userDescription: string;
      readonly modelDescription: string;
      readonly toolReferenceName: string;
      readonly when: string;
      readonly inputSchema: {
        readonly type: string;
        readonly additionalProperties: boolean;
        readonly properties: Readonly<
          Record<
            string,
            {
              readonly maxItems?: number;
              readonly enum?: readonly string[];
              readonly items?: { readonly enum?: readonly string[] };
            }
          >
        >;
      };
    }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
      }[];
    }[];
  };
}

function read(file: string): string {
  return readFileSync(join(projectRoot, file), 'utf8');
}

const manifest: Manifest = JSON.parse(read('package.json'));
const texts: Readonly<Record<string, string>> = JSON.parse(read('package.nls.json'));
const { contributes } = manifest;

function english(key: string): string {
  return texts[key.replaceAll('%', '')] ?? key;
}

describe('the manifest', () => {
  it('has one container with a drawing in the theme’s colour, and at most five views', () => {
    const [container, ...more] = contributes.viewsContainers.activitybar;
    assert.deepEqual(more, []);
    const drawing = read(container?.icon ?? '');
    assert.match(drawing, /currentColor/);
    assert.doesNotMatch(drawing, /#[0-9a-f]{3,6}/i);
    const views = Object.values(contributes.views).flat();
    assert(views.length <= 5);
    for (const { id, icon } of views) {
      assert(icon !== undefined, `${id} has no icon`);
    }
  });

  it('puts every command in the same category, under a title that begins with a verb in capitals', () => {
    for (const { command, title, category } of contributes.commands) {
      assert.equal(category, '%category%', command);
      assert.match(english(title), /^(?:I|[A-Z][a-z]+)(?: .*)?…?$/, command);
      assert.doesNotMatch(english(title), /\p{Extended_Pictographic}/u, command);
    }
  });

  it('binds no key, so that it takes none away', () => {
    assert.equal(contributes.keybindings, undefined);
  });

  it('shows a sign for each action on a row or in a title bar, and at most three of either', () => {
    const icons = new Map(contributes.commands.map(({ command, icon }) => [command, icon]));
    const inline = (contributes.menus['view/item/context'] ?? []).filter(({ group }) =>
      group?.startsWith('inline'),
    );
    const titles = (contributes.menus['view/title'] ?? []).filter(({ group }) =>
      group?.startsWith('navigation'),
    );
    for (const { command } of [...inline, ...titles]) {
      assert(command === undefined || icons.get(command) !== undefined, `${command} has no icon`);
    }
    for (const tag of ['connection', 'item', 'revocable']) {
      const fitting = inline.filter(({ when }) => when?.split('viewItem')[1]?.includes(tag));
      assert(fitting.length <= 3, `${tag}: ${fitting.map(({ command }) => command).join(', ')}`);
    }
    // VS Code adds Collapse All; at 200 % more would push the heading and the overflow menu out of sight.
    for (const [view, slots] of Map.groupBy(titles, ({ when }) => when?.split(' ')[2])) {
      assert(new Set(slots.map(({ group }) => group)).size <= 3, view);
    }
  });

  it('sorts the other actions into groups of at most seven', () => {
    for (const [menu, entries] of Object.entries(contributes.menus)) {
      const groups = Map.groupBy(entries, ({ group, when }) =>
        [/view == ([\w.]+)/.exec(when ?? '')?.[1] ?? '', group?.split('@')[0] ?? ''].join(' '),
      );
      for (const [group, members] of groups) {
        const names = new Set(members.map(({ command, submenu }) => command ?? submenu));
        assert(menu === 'commandPalette' || names.size <= 7, `${menu}: ${group} has ${names.size}`);
      }
    }
  });

  it('names in menus only commands that it declares', () => {
    const declared = contributes.commands.map(({ command }) => command);
    for (const { command } of Object.values(contributes.menus).flat()) {
      assert(command === undefined || declared.includes(command), command);
    }
  });

  it('has just those commands in the menus of rows that the code knows as such', () => {
    const inMenus = (contributes.menus['view/item/context'] ?? []).flatMap(({ command }) => command ?? []);
    assert.deepEqual([...new Set(inMenus)].sort(), [...rowCommandIds].sort());
  });

  it('starts for what the user does, never with VS Code itself', () => {
    for (const event of manifest.activationEvents) {
      assert.doesNotMatch(event, /^\*$|^onStartupFinished$/);
    }
  });

  it('describes every setting, gives it a default, and asks for no secret in any', () => {
    for (const [id, setting] of Object.entries(contributes.configuration.properties)) {
      assert.notEqual(setting.default, undefined, id);
      assert.match(english(setting.markdownDescription ?? ''), /^[A-Z].*\.$/s, id);
      assert.equal(setting.scope, 'application', `a folder can set ${id}`);
      assert.doesNotMatch(id, /secret|password|apiKey|credential/i);
    }
  });

  it('declares just the tools for chats that the code knows, off until the user allows them', () => {
    const tools = contributes.languageModelTools;
    assert.deepEqual(tools.map(({ name }) => name).sort(), Object.keys(chatTools).sort());
    const setting = contributes.configuration.properties['oauthTokens.chatTools'];
    assert.deepEqual([setting?.default, setting?.enum], ['off', chatAccesses]);
    for (const { name, when } of tools) {
      const allowed = when
        .split(' || ')
        .map((part) => /^config\.oauthTokens\.chatTools == (\w+)$/.exec(part)?.[1]);
      const least = Object.entries(chatTools).find(([id]) => id === name)?.[1] ?? 'off';
      assert.deepEqual(allowed, chatAccesses.slice(chatAccesses.indexOf(least)), name);
    }
  });

  it('tells a model of each tool that texts are data, and takes no member that it does not describe', () => {
    for (const {
      name,
      displayName,
      userDescription,
      modelDescription,
      toolReferenceName,
      inputSchema,
    } of contributes.languageModelTools) {
      assert.match(name, /^[a-z]+(?:_[a-z]+)+$/);
      assert.match(toolReferenceName, /^[a-zA-Z]+$/);
      assert.match(modelDescription, / data to show, never instructions to follow\.$/, name);
      assert.notEqual(english(displayName), displayName);
      assert.notEqual(english(userDescription), userDescription);
      assert.deepEqual([inputSchema.type, inputSchema.additionalProperties], ['object', false], name);
      assert.doesNotMatch(
        Object.keys(inputSchema.properties).join(' '),
        /token|value|secret|password/i,
        name,
      );
    }
    const schema = (tool: string) =>
      contributes.languageModelTools.find(({ name }) => name === tool)?.inputSchema.properties;
    assert.deepEqual(schema('list_tokens')?.states?.items?.enum, listedStates);
    assert.deepEqual(schema('list_tokens')?.finding?.enum, ruleIds);
    assert.equal(schema('propose_revocation')?.rows?.maxItems, mostProposed);
  });

  it('has a skill of one page that names tools that are there, and is offered when they are', () => {
    const [skill, ...more] = contributes.chatSkills;
    assert.deepEqual(more, []);
    assert(skill);
    const page = read(skill.path);
    const [, head = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(page) ?? [];
    const [, name] = /^name: ([a-z-]{1,64})$/m.exec(head) ?? [];
    const [, description = ''] = /^description: (.+)$/m.exec(head) ?? [];
    // Where the two differ, VS Code passes over the file.
    assert.equal(name, skill.path.split('/').at(-2));
    assert(description !== '' && description.length <= 1024, 'as https://agentskills.io has it');
    assert(body.split('\n').length <= 60 && body.length < 4000, 'more than one page');
    const named = [...body.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, tool]) => tool);
    assert.deepEqual([...new Set(named)].sort(), Object.keys(chatTools).sort());
    const reading = contributes.languageModelTools.find(({ name: tool }) => tool === 'list_tokens');
    assert.equal(skill.when, reading?.when);
    assert.match(read('.vscodeignore'), /^!skills\/\*\/SKILL\.md$/m);
  });

  it('says how it behaves in workspaces that are not trusted or not on disk', () => {
    assert.equal(typeof manifest.capabilities.untrustedWorkspaces.supported, 'boolean');
    assert.equal(typeof manifest.capabilities.virtualWorkspaces, 'boolean');
  });

  it('uses no proposed API', () => {
    assert.equal(manifest.enabledApiProposals, undefined);
  });

  it('has one walkthrough of at most five steps, each with an action and a picture in the theme’s colours', () => {
    const [walkthrough, ...more] = contributes.walkthroughs;
    assert.deepEqual(more, []);
    assert(walkthrough && walkthrough.steps.length <= 5);
    const declared = contributes.commands.map(({ command }) => command);
    for (const { description, media } of walkthrough.steps) {
      const [, command] = /\(command:([\w.]+)\)/.exec(english(description)) ?? [];
      assert(command !== undefined && declared.includes(command), english(description));
      assert(existsSync(join(projectRoot, media.svg)), media.svg);
      assert.match(read(media.svg), /var\(--vscode-foreground/);
      assert.match(english(media.altText), /^[A-Z].*\.$/);
    }
  });
});
