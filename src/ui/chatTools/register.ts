import {
  Disposable,
  LanguageModelTextPart,
  type LanguageModelTool,
  LanguageModelToolResult,
  lm,
} from 'vscode';
import { type ChatToolName, chatTools } from '../../contributions.ts';
import type { Caller } from './chatTools.ts';
import type { ChatPreparation } from './confirmations.ts';

/** What stands behind the tools, loaded when a chat first asks. */
export interface ChatBackend {
  prepare(name: ChatToolName): Promise<ChatPreparation>;
  invoke(name: ChatToolName, input: unknown, caller: Caller, signal: AbortSignal): Promise<object>;
}

/** Registers the tools where the host has any: some that are made of VS Code do not. */
export function registerChatTools(backend: () => ChatBackend): Disposable {
  if (typeof lm?.registerTool !== 'function') {
    return new Disposable(() => undefined);
  }
  return Disposable.from(...names().map((name) => lm.registerTool(name, tool(name, backend))));
}

function names(): readonly ChatToolName[] {
  return Object.keys(chatTools).filter((name): name is ChatToolName => name in chatTools);
}

function tool(name: ChatToolName, backend: () => ChatBackend): LanguageModelTool<object> {
  return {
    prepareInvocation: async () => {
      const { running, asked } = await backend().prepare(name);
      return { invocationMessage: running, ...(asked && { confirmationMessages: asked }) };
    },
    invoke: async ({ input, toolInvocationToken }, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => controller.abort());
      // Only a chat has one: others would walk around the leave that they need for the API.
      const caller = { isChat: toolInvocationToken !== undefined };
      const answer = await backend().invoke(name, input, caller, controller.signal);
      return new LanguageModelToolResult([new LanguageModelTextPart(JSON.stringify(answer))]);
    },
  };
}
