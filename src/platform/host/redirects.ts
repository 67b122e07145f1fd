import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { env, Uri, type UriHandler, window } from 'vscode';
import { extensionId } from '../../contributions.ts';
import type { Redirect, Redirects } from '../../core/adapter/redirects.ts';
import type { Disposable } from '../../core/event.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';

const path = '/callback';

/** The two ways back: links that open VS Code, handed to the window they name, and ports of this computer. */
export class BrowserRedirects implements Redirects, UriHandler, Disposable {
  readonly #localize: Localize;
  readonly #waiting = new Map<string, (callback: URL) => void>();
  /** Only while somebody waits: links that nobody asked for are not ours to hear of. */
  #registration: Disposable | undefined;

  constructor(localize: Localize) {
    this.#localize = localize;
  }

  open({ wayBack, state, isWayFixed }: Parameters<Redirects['open']>[0]): Promise<Redirect> {
    return wayBack === 'loopback' ? this.#loopback(state) : this.#editor(state, isWayFixed);
  }

  /** Anybody can open such a link; one whose state nobody here waits for is not listened to. */
  handleUri(uri: Uri): void {
    // VS Code hands over the query decoded, so that a plus is one.
    const callback = new URL(`${path}?${uri.query.replaceAll('+', '%2B')}`, 'http://127.0.0.1');
    this.#waiting.get(callback.searchParams.get('state') ?? '')?.(callback);
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

  /** RFC 8252 section 7.3. */
  async #loopback(state: string): Promise<Redirect> {
    const come = Promise.withResolvers<URL>();
    let origin = '';
    const server = createServer((request, response) => {
      const callback = callbackIn(request, origin);
      const isMeant = callback?.searchParams.get('state') === state;
      this.#answer(response, isMeant);
      if (callback && isMeant) {
        come.resolve(callback);
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause: Error) => reject(new TokenManagerError('network', '', { cause })));
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    origin = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
    const dispose = () => {
      server.close();
      // The page that says so is still on its way to the browser.
      server.closeIdleConnections();
    };
    return { uri: origin + path, callback: come.promise, dispose };
  }

  #answer(response: ServerResponse, isMeant: boolean): void {
    const words = isMeant
      ? this.#localize('You can close this page and go back to VS Code.')
      : this.#localize('This sign-in is no longer in progress.');
    response.writeHead(isMeant ? 200 : 404, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': 'sandbox',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      Connection: 'close',
    });
    response.end(`<!doctype html><meta charset="utf-8"><title>OAuth Token Manager</title><p>${words}</p>`);
  }
}

/** Only what was sent to this very address: a name that somebody points at this computer is another one. */
function callbackIn({ method, url, headers }: IncomingMessage, origin: string): URL | undefined {
  const callback = URL.parse(url ?? '', origin);
  const isHere = `http://${headers.host}` === origin && callback?.origin === origin;
  return method === 'GET' && isHere && callback?.pathname === path ? callback : undefined;
}
