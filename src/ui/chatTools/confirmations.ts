import type { ChatToolName } from '../../contributions.ts';
import type { Localize } from '../../core/ports.ts';

/** What a chat shows before and while it runs a tool. VS Code reads both as Markdown, so that no name is in them. */
export interface ChatPreparation {
  readonly running: string;
  /** Absent where the tool tells only what is known here already. */
  readonly asked?: { readonly title: string; readonly message: string };
}

export function chatPreparation(name: ChatToolName, localize: Localize): ChatPreparation {
  switch (name) {
    case 'list_token_connections':
      return { running: localize('Listing connections') };
    case 'show_what_changed':
      return { running: localize('Looking for changes') };
    case 'list_tokens':
      return {
        running: localize('Listing tokens'),
        asked: {
          title: localize('List your tokens for this chat?'),
          message: localize(
            'What is not loaded yet is read from your services. The chat’s model receives names, scopes and dates, never a token.',
          ),
        },
      };
    case 'explain_token':
      return {
        running: localize('Explaining a token'),
        asked: {
          title: localize('Explain one of your tokens for this chat?'),
          message: localize(
            'Its connection is opened. The chat’s model receives what the token may do and what would end with it, never the token.',
          ),
        },
      };
    case 'check_connections':
      return {
        running: localize('Checking connections'),
        asked: {
          title: localize('Check your connections for this chat?'),
          message: localize(
            'Each service is asked for its first list. The chat’s model receives which connections work and why others fail.',
          ),
        },
      };
    case 'propose_revocation':
      return {
        running: localize('Waiting for your decision'),
        asked: {
          title: localize('Look at a revocation that this chat proposes?'),
          message: localize(
            'A list opens with the proposed tokens selected. Nothing is revoked before you confirm there.',
          ),
        },
      };
  }
}
