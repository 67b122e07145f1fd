import type { SignIn } from '../adapter/contract.ts';
import { throwIfCancelled } from '../model/errors.ts';

type Discardable = Pick<SignIn, 'discard'>;

/**
 * What a sign-in resolves to after the user has left is ended: nothing waits for it any more.
 * @throws `cancelled` then
 */
export async function unlessLeft<S extends Discardable>(
  signingIn: Promise<S>,
  signal: AbortSignal,
  onLeftBehind: () => void,
): Promise<S> {
  const signedIn = await signingIn;
  if (signal.aborted) {
    await discard(signedIn, onLeftBehind);
    throwIfCancelled(signal);
  }
  return signedIn;
}

export interface SigningIn<S extends Discardable, T extends object> {
  /** Resolves to `undefined` when the user leaves, and to the same as before when they come back and change nothing. */
  signIn(): Promise<S | undefined>;
  /** Resolves to `back` when the user wants to change what was entered, and to `undefined` when they leave. */
  keep(signedIn: S): Promise<T | 'back' | undefined>;
  /** Asks the user, who leaves with a finished sign-in. */
  isToDiscard(signedIn: S): Promise<boolean>;
  /** Called when what was made at the service could not be ended. */
  onLeftBehind(): void;
}

/**
 * Keeps what a sign-in resolves to. A finished one is held, and the user can come back to it, until it is kept or given
 * up. Where it is not kept, because the user leaves or storing it fails, what signing in made at the service, such as a
 * session, is ended: nothing here would ever use it.
 */
export async function signInAndKeep<S extends Discardable, T extends object>({
  signIn,
  keep,
  isToDiscard,
  onLeftBehind,
}: SigningIn<S, T>): Promise<T | undefined> {
  let held: S | undefined;
  let isInForm = true;
  try {
    for (;;) {
      const before = held;
      const signedIn: S | undefined = isInForm ? await signIn() : held;
      held = signedIn ?? before;
      if (before && held !== before) {
        await discard(before, onLeftBehind);
      }
      if (!held) {
        return undefined;
      }
      const answer: T | 'back' | undefined = signedIn && (await keep(signedIn));
      isInForm = answer === 'back';
      if (typeof answer === 'object') {
        held = undefined;
        return answer;
      }
      if (answer === undefined && (await isToDiscard(held))) {
        return undefined;
      }
    }
  } finally {
    if (held) {
      await discard(held, onLeftBehind);
    }
  }
}

async function discard(signedIn: Discardable, onLeftBehind: () => void): Promise<void> {
  await signedIn.discard?.(new AbortController().signal).catch(onLeftBehind);
}
