import { env, Uri, type UriHandler, window } from 'vscode';
import { extensionId } from '../../contributions.ts';
import { isEncryptedAnswer, type Redirect, type Redirects, stateIn } from '../../core/adapter/redirects.ts';
import type { Disposable } from '../../core/event.ts';
import type { Localize } from '../../core/ports.ts';
import { loopbackRedirect } from './loopbackRedirect.ts';

const path = '/callback';

/** The two ways back: links that open VS Code, handed to the window they name, and ports of this computer. */
export class BrowserRedirects implements Redirects, UriHandler, Disposable {
  readonly #localize: Localize;
  readonly #waiting = new Map<string, (callback: URL) => void>();
  /** Only while a sign-in waits: other links are none of ours. */
  #registration: Disposable | undefined;

  constructor(localize: Localize) {
    this.#localize = localize;
  }

  open({ wayBack, state, isWayFixed }: Parameters<Redirects['open']>[0]): Promise<Redirect> {
    return wayBack === 'loopback' ? loopbackRedirect(state, this.#localize) : this.#editor(state, isWayFixed);
  }

  /** Any program can open such a link; one whose state no sign-in here waits for is ignored. */
  handleUri(uri: Uri): void {
    // VS Code hands over the query decoded, so that a plus is one.
    const callback = new URL(`${path}?${uri.query.replaceAll('+', '%2B')}`, 'http://127.0.0.1');
    const [only, ...others] = isEncryptedAnswer(callback) ? this.#waiting.values() : [];
    const waiting = others.length === 0 ? (only ?? this.#waiting.get(stateIn(callback) ?? '')) : undefined;
    waiting?.(callback);
  }

  dispose(): void {
    this.#waiting.clear();
    this.#listenNoMore();
  }

  async #editor(state: string, isWayFixed: boolean): Promise<Redirect> {
    const own = Uri.parse(`${env.uriScheme}://${extensionId}${path}`);
    const external = await env.asExternalUri(own);
    // On a desktop it only adds the number of this window, which no server knows that was told beforehand.
    const uri = isWayFixed && external.scheme === own.scheme ? own : external;
    this.#registration ??= window.registerUriHandler(this);
    const callback = new Promise<URL>((resolve) => this.#waiting.set(state, resolve));
    const dispose = () => {
      this.#waiting.delete(state);
      this.#listenNoMore();
    };
    return { uri: uri.toString(true), callback, dispose };
  }

  #listenNoMore(): void {
    if (this.#waiting.size === 0) {
      this.#registration?.dispose();
      this.#registration = undefined;
    }
  }
}
