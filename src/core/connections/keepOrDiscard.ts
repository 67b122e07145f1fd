import type { SignIn } from '../adapter/contract.ts';

/**
 * Keeps what a sign-in resolved to. Where it is not kept, because the user leaves or storing it fails, what signing
 * in made at the service, such as a session, is ended: nothing here would ever use it.
 * @param keep resolves to `undefined` when the user leaves
 * @param onLeftBehind called when it could not be ended
 */
export async function keepOrDiscard<T extends object>(
  signedIn: Pick<SignIn, 'discard'>,
  keep: () => Promise<T | undefined>,
  onLeftBehind: () => void,
): Promise<T | undefined> {
  let kept: T | undefined;
  try {
    kept = await keep();
    return kept;
  } finally {
    if (!kept) {
      await signedIn.discard?.(new AbortController().signal).catch(onLeftBehind);
    }
  }
}
