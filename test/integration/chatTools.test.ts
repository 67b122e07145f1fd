import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigurationTarget, lm, version, workspace } from 'vscode';
import { type ChatAccess, chatTools } from '../../src/contributions.ts';
import { guest } from './guest.ts';

// The windows of the tests are kept quiet otherwise.
const settings: Readonly<Record<string, unknown>> = { 'chat.disableAIFeatures': false };

async function set(values: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [id, value] of Object.entries(values)) {
    await workspace.getConfiguration().update(id, value, ConfigurationTarget.Global);
  }
}

/** In the oldest one a chat does not begin without the assistant that VS Code would first set up. */
const canChat = !version.startsWith('1.105.');

const allow = (access: ChatAccess | undefined) => set({ 'oauthTokens.chatTools': access });

describe('the tools for chats', function () {
  this.timeout(60_000);
  before(() => set(settings));
  after(async () => {
    await set(Object.fromEntries(Object.keys(settings).map((id) => [id, undefined])));
    await allow(undefined);
  });

  it('are known to VS Code while the setting allows them, each with its input', async () => {
    await allow('propose');
    for (const name of Object.keys(chatTools)) {
      const found = () => lm.tools.find((one) => one.name === name);
      // VS Code looks at the condition of a tool some time after the setting has changed.
      while (!found()) {
        await pause(50);
      }
      assert.match(JSON.stringify(found()?.inputSchema), /"type":"object"/, name);
    }
  });

  it('refuse another extension that calls outside of a chat, and name its way', async () => {
    await allow('propose');
    const { askOutsideOfChats } = await guest();
    for (const name of Object.keys(chatTools)) {
      await assert.rejects(askOutsideOfChats(name, {}), /activate\(\)/, name);
    }
  });

  if (canChat) {
    it('answer a chat what the setting allows, and no more', async () => {
      const { askInChat } = await guest();
      await allow('read');
      assert.deepEqual(JSON.parse(await askInChat('list_token_connections', {})), { connections: [] });
      const { rows, total } = JSON.parse(await askInChat('list_tokens', { states: ['active'] }));
      assert.deepEqual([rows, total], [[], 0]);
      await assert.rejects(askInChat('propose_revocation', { rows: ['row-1'] }), /oauthTokens\.chatTools/);
    });

    it('propose nothing that no tool has listed, whatever was approved', async () => {
      const { askInChat } = await guest();
      await allow('propose');
      const { error } = JSON.parse(await askInChat('propose_revocation', { rows: ['row-1'] }));
      assert.equal(error, 'unfitInput');
    });

    it('do nothing that the user has skipped in the chat', async () => {
      const { askInChat } = await guest();
      await allow('propose');
      const said = await askInChat('check_connections', {}, 'skipTool').catch(() => '');
      // VS Code answers in the tool's place, where it answers at all.
      assert.doesNotMatch(said, /"connections"/);
    });
  }
});
