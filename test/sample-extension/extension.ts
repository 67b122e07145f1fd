import { type ExtensionContext, extensions } from 'vscode';
import type { OAuthTokensExports } from '../../api/oauth-token-manager.d.ts';
import { tidewater } from './adapter.ts';

export async function activate(context: ExtensionContext): Promise<void> {
  const id = 'oauth-token-manager.oauth-token-manager';
  const tokens = await extensions.getExtension<OAuthTokensExports>(id)?.activate();
  const api = tokens?.getApi(1, context);
  if (api) {
    context.subscriptions.push(api.registerAdapter(tidewater(api)));
  }
}
