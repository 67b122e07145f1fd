import { setTimeout as pause } from 'node:timers/promises';
import {
  type AuthenticationProvider,
  type AuthenticationProviderAuthenticationSessionsChangeEvent,
  type AuthenticationSession,
  authentication,
  type ChatRequest,
  chat,
  commands,
  EventEmitter,
  type ExtensionContext,
  LanguageModelTextPart,
  type LanguageModelToolResult,
  lm,
} from 'vscode';

/** What the tests ask of this extension. */
export interface GuestExports {
  /** As a participant of a chat that the user writes to: with the chat's token. */
  askInChat(tool: string, input: object): Promise<string>;
  /** As any extension can. */
  askOutsideOfChats(tool: string, input: object): Promise<string>;
}

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
  return {
    askInChat: async (tool, input) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      onRequest = ({ toolInvocationToken }) =>
        Promise.resolve(lm.invokeTool(tool, { input, toolInvocationToken }))
          .then(textOf)
          .then(resolve, reject);
      const query = '@guest hello';
      await Promise.race([
        commands.executeCommand('workbench.action.chat.open', { query, modelSelector: { vendor } }),
        promise,
      ]);
      return approved(promise);
    },
    askOutsideOfChats: async (tool, input) =>
      textOf(await lm.invokeTool(tool, { input, toolInvocationToken: undefined })),
  };
}

/** Presses the button that a chat shows before it runs a tool, for as long as that may take. */
async function approved<T>(answer: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  answer.then(end, end);
  while (!isOver) {
    await commands.executeCommand('workbench.action.chat.acceptTool');
    await pause(50);
  }
  return answer;
}

function textOf({ content }: LanguageModelToolResult): string {
  return content.map((part) => (part instanceof LanguageModelTextPart ? part.value : '')).join('');
}
