import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isEncryptedAnswer, type Redirect, stateIn } from '../../core/adapter/redirects.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Localize } from '../../core/ports.ts';

const path = '/callback';

/** A way back by a port of this computer (RFC 8252 section 7.3). */
export async function loopbackRedirect(state: string, localize: Localize): Promise<Redirect> {
  const come = Promise.withResolvers<URL>();
  // Browsers connect ahead of a request that may never come, and Node does not count those as idle.
  const unused = new Set<Socket>();
  let origin = '';
  const server = createServer((request, response) => {
    unused.delete(request.socket);
    const callback = callbackIn(request, origin);
    const isMeant = callback !== undefined && (stateIn(callback) === state || isEncryptedAnswer(callback));
    answer(response, isMeant, localize);
    if (callback && isMeant) {
      come.resolve(callback);
    }
  });
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: Error) => reject(new TokenManagerError('network', '', { cause })));
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  origin = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  const dispose = () => {
    server.close();
    // The page that says so may still be on its way to the browser; its connection ends with it.
    for (const socket of unused) {
      socket.destroy();
    }
  };
  return { uri: origin + path, callback: come.promise, dispose };
}

function answer(response: ServerResponse, isMeant: boolean, localize: Localize): void {
  const words = isMeant
    ? localize('You can close this page and go back to VS Code.')
    : localize('This sign-in is no longer in progress.');
  response.writeHead(isMeant ? 200 : 404, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': 'sandbox',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
  response.end(`<!doctype html><meta charset="utf-8"><title>OAuth Token Manager</title><p>${words}</p>`);
}

/** Only what was sent to this very address: a name that resolves to this computer is another one. */
function callbackIn({ method, url, headers }: IncomingMessage, origin: string): URL | undefined {
  const callback = URL.parse(url ?? '', origin);
  const isHere = `http://${headers.host}` === origin && callback?.origin === origin;
  return method === 'GET' && isHere && callback?.pathname === path ? callback : undefined;
}
