import { setTimeout as pause } from 'node:timers/promises';
import {
  type AuthenticationProvider,
  type AuthenticationProviderAuthenticationSessionsChangeEvent,
  type AuthenticationSession,
  authentication,
  type ChatRequest,
  ConfigurationTarget,
  chat,
  commands,
  EventEmitter,
  type ExtensionContext,
  env,
  LanguageModelTextPart,
  type LanguageModelToolResult,
  lm,
  window,
  workspace,
} from 'vscode';

/** What the tests ask of this extension. */
export interface GuestExports {
  /** As a participant of a chat that the user writes to: with the chat's token. The user answers the chat's question. */
  askInChat(tool: string, input: object, answer?: ChatAnswer): Promise<string>;
  /** As any extension can. */
  askOutsideOfChats(tool: string, input: object): Promise<string>;
}

/** The command behind the button that a user presses when a chat asks whether a tool may run. */
export type ChatAnswer = 'acceptTool' | 'skipTool';

const vendor = 'integration-guest';

/** Accounts in memory; a session of one holds what may never be seen elsewhere. */
function accounts(): AuthenticationProvider {
  const changed = new EventEmitter<AuthenticationProviderAuthenticationSessionsChangeEvent>();
  let sessions: readonly AuthenticationSession[] = ['ann', 'ben'].map((label) => ({
    id: `session of ${label}`,
    accessToken: 'guest-access-token',
    account: { id: `id of ${label}`, label },
    scopes: [],
  }));
  return {
    onDidChangeSessions: changed.event,
    getSessions: async () => [...sessions],
    createSession: async () => Promise.reject(new Error('nobody signs in here')),
    removeSession: async (id) => {
      const removed = sessions.filter((session) => session.id === id);
      sessions = sessions.filter((session) => session.id !== id);
      changed.fire({ added: [], removed: [...removed], changed: [] });
    },
  };
}

export function activate(context: ExtensionContext): GuestExports {
  let onRequest: (request: ChatRequest) => Promise<void> = async () => undefined;
  context.subscriptions.push(
    authentication.registerAuthenticationProvider(vendor, 'Guest Accounts', accounts(), {
      supportsMultipleAccounts: true,
    }),
    lm.registerLanguageModelChatProvider(vendor, {
      provideLanguageModelChatInformation: () => [
        {
          id: 'silent',
          name: 'Silent',
          family: 'silent',
          version: '1',
          maxInputTokens: 10_000,
          maxOutputTokens: 10_000,
          capabilities: { toolCalling: true },
        },
      ],
      provideLanguageModelChatResponse: async () => undefined,
      provideTokenCount: async () => 1,
    }),
    chat.createChatParticipant('integration-guest.participant', (request) => onRequest(request)),
  );
  const askInChat: GuestExports['askInChat'] = async (tool, input, answer = 'acceptTool') => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    onRequest = ({ toolInvocationToken }) =>
      Promise.resolve(lm.invokeTool(tool, { input, toolInvocationToken })).then(textOf).then(resolve, reject);
    const query = '@guest hello';
    await Promise.race([
      commands.executeCommand('workbench.action.chat.open', { query, modelSelector: { vendor } }),
      promise,
    ]);
    return answered(promise, answer);
  };
  context.subscriptions.push(
    commands.registerCommand('integration-guest.allowChats', allowChats),
    commands.registerCommand('integration-guest.askInChat', () => askAndCopy(askInChat)),
  );
  return {
    askInChat,
    askOutsideOfChats: async (tool, input) =>
      textOf(await lm.invokeTool(tool, { input, toolInvocationToken: undefined })),
  };
}

async function allowChats(): Promise<void> {
  for (const [id, value] of Object.entries({
    'chat.disableAIFeatures': false,
    'oauthTokens.chatTools': 'propose',
  })) {
    await workspace.getConfiguration().update(id, value, ConfigurationTarget.Global);
  }
  // VS Code looks at the condition of a tool some time after the setting has changed.
  while (!lm.tools.some(({ name }) => name === 'propose_revocation')) {
    await pause(50);
  }
  void window.showInformationMessage('Chats are allowed.');
}

/** What a tool answers goes to the clipboard, where a test finds it. */
async function askAndCopy(ask: GuestExports['askInChat']): Promise<void> {
  const text = await window.showInputBox({ title: 'Tool and Input', ignoreFocusOut: true });
  const { tool, input }: { tool: string; input: object } = JSON.parse(text ?? '{}');
  await env.clipboard.writeText(await ask(tool, input));
  void window.showInformationMessage(`${tool} has answered.`);
}

/** Presses the button for as long as the chat may take to show it. */
async function answered<T>(result: Promise<T>, answer: ChatAnswer): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  result.then(end, end);
  while (!isOver) {
    await commands.executeCommand(`workbench.action.chat.${answer}`);
    await pause(50);
  }
  return result;
}

function textOf({ content }: LanguageModelToolResult): string {
  return content.map((part) => (part instanceof LanguageModelTextPart ? part.value : '')).join('');
}
