import { commands, env } from 'vscode';
import type { Redirects } from '../../core/adapter/redirects.ts';
import type { AuthorizationRequest, DeviceCode, SignInUser } from '../../core/adapter/signInUser.ts';
import { checkedBaseUrl } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Wording } from '../text/context.ts';
import { originLines } from '../text/origin.ts';
import type { Stage, StageAction } from './formStage.ts';
import { l10n } from './l10n.ts';

/** As long as a person takes who first has to find a password and a second factor. */
const patienceMs = 10 * 60_000;

/** The questions of a sign-in, where the form stood: in the quick pick that can be closed to cancel it all. */
export function signInUser(stage: Stage, redirects: Redirects, wording: Wording): SignInUser {
  let hasLedBack = false;
  return {
    trust: (addresses, signal) => trust(stage, addresses, signal),
    authorize: async (request, signal) => {
      const callback = await authorize(stage, redirects, request, hasLedBack, signal);
      hasLedBack = true;
      return callback;
    },
    showDeviceCode: (code) => showDeviceCode(stage, code, wording),
  };
}

/** A line an origin: what the user agrees to stands there whole, the host first. */
async function trust(stage: Stage, origins: readonly string[], signal: AbortSignal): Promise<void> {
  const answer = await new Promise<'yes' | 'no'>((resolve) => {
    signal.addEventListener('abort', () => resolve('no'), { once: true });
    stage.show(l10n.t('The server names other addresses. Send credentials to them, too?'), [
      ...origins.flatMap(originLines),
      {
        label:
          origins.length === 1
            ? l10n.t('Send Credentials to This Address')
            : l10n.t('Send Credentials to All {0} Addresses', origins.length),
        run: () => resolve('yes'),
      },
      { label: l10n.t('Cancel'), run: () => resolve('no') },
    ]);
  });
  stage.wait();
  if (answer === 'no') {
    throw new TokenManagerError('cancelled');
  }
}

async function authorize(
  stage: Stage,
  redirects: Redirects,
  request: AuthorizationRequest,
  isOnceMore: boolean,
  signal: AbortSignal,
): Promise<string> {
  const redirect = await redirects.open(request);
  const ended = new AbortController();
  const over = AbortSignal.any([signal, ended.signal]);
  try {
    const page = pageAt(await request.page(redirect.uri));
    stage.show(
      isOnceMore
        ? l10n.t('Sign in at {0} once more: the server did not take all that it offers.', page.host)
        : l10n.t('Sign in at {0}: open the page in your browser. Press Escape to cancel.', page.host),
      signInActions(stage, page, redirect.uri),
    );
    return (await Promise.race([redirect.callback, rejectedAfter(patienceMs, over)])).href;
  } finally {
    ended.abort();
    redirect.dispose();
    stage.wait();
  }
}

/** A page that a server names, and that the browser is to open: it would open anything. */
function pageAt(address: string): URL {
  checkedBaseUrl(URL.parse(address)?.origin ?? '');
  return new URL(address);
}

function signInActions(stage: Stage, page: URL, redirectUri: string): StageAction[] {
  const open: StageAction = {
    label: l10n.t('Open {0} in the Browser', page.host),
    run: async () => {
      stage.show(l10n.t('Waiting for the sign-in at {0}. Press Escape to cancel.', page.host), actions);
      await openPage(page);
    },
  };
  const actions: StageAction[] = [
    open,
    {
      label: l10n.t('Copy the Address of the Page'),
      run: () => env.clipboard.writeText(page.href),
    },
    {
      label: l10n.t('Copy the Redirect URI'),
      detail: l10n.t('The server must allow it for this client: {0}', redirectUri),
      run: () => env.clipboard.writeText(redirectUri),
    },
  ];
  return actions;
}

function showDeviceCode(
  stage: Stage,
  { code, page, completePage, expiresAt }: DeviceCode,
  wording: Wording,
): void {
  const place = pageAt(page);
  const complete = pageAt(completePage ?? page);
  stage.show(l10n.t('Enter the code {0} at {1}. Press Escape to cancel.', code, place.host), [
    {
      label: l10n.t('Copy the Code {0}', code),
      detail: l10n.t('Valid until {0}.', wording.absoluteTime(expiresAt)),
      run: () => env.clipboard.writeText(code),
    },
    {
      label: l10n.t('Open {0} in the Browser', place.host),
      detail: place.href,
      run: () => openPage(complete),
    },
  ]);
}

/** As a text, because a Uri would undo escapes that belong to the addresses inside the address. */
async function openPage(page: URL): Promise<void> {
  await commands.executeCommand('vscode.open', page.href);
}

function rejectedAfter(ms: number, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new TokenManagerError('timeout', '', { code: 'sign-in' })), ms);
    const cancel = () => {
      clearTimeout(timer);
      reject(new TokenManagerError('cancelled'));
    };
    if (over.aborted) {
      cancel();
    }
    over.addEventListener('abort', cancel, { once: true });
  });
}
