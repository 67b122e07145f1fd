import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer } from 'node:tls';
import type { Identity } from './certificates.ts';

export interface Front {
  /** `https://127.0.0.1:` and its port. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** Puts TLS in front of a loopback server; what arrives inside is passed on byte by byte. */
export async function startTlsFront(behind: string, identity: Identity): Promise<Front> {
  const { hostname, port } = new URL(behind);
  const server = createServer({ key: identity.key, cert: identity.cert }, (client) => {
    join(client, connect(Number(port), hostname));
  });
  // A client that refuses the certificate ends the handshake; that is what tests are about.
  server.on('tlsClientError', () => undefined);
  const stop = await listening(server);
  return { origin: `https://127.0.0.1:${portOf(server)}`, stop };
}

/** Two sockets as one way through; when one ends, however, so does the other. */
export function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}

export function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

/** Starts it on a free loopback port. @returns how to stop it, together with every connection */
export async function listening(server: Server): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) {
        socket.destroy();
      }
    });
}
