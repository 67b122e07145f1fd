import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Authority } from './certificates.ts';
import { listening, portOf } from './tls.ts';

export interface MutualRequest {
  readonly path: string;
  readonly form: URLSearchParams;
  /** SHA-256 of the certificate that the client showed. */
  readonly shown: string | undefined;
}

export interface MutualServer {
  readonly origin: string;
  readonly requests: MutualRequest[];
  /** What clients have shown in each TLS connection, whether or not a request came. */
  readonly shown: (string | undefined)[];
  /** By path; may be changed. One that is not there answers 404. */
  readonly answers: Map<string, unknown>;
  /** By whose certificate a client is taken; anyone else is answered 401. */
  clients: readonly (string | undefined)[];
  /** Ends all connections, so that the next request makes one anew. */
  hangUp(): void;
  stop(): Promise<void>;
}

/**
 * An authorization server that asks each client for its certificate (RFC 8705). Paths that begin with
 * `/.well-known/` are for all.
 * @param insists whether one without is hung up on instead of answered
 */
export async function startMutualServer(authority: Authority, insists = false): Promise<MutualServer> {
  const requests: MutualRequest[] = [];
  const shown: (string | undefined)[] = [];
  const answers = new Map<string, unknown>();
  const server = createServer({
    ...authority.issue({ hosts: ['127.0.0.1'] }),
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: insists,
  });
  const found: MutualServer = {
    origin: '',
    requests,
    shown,
    answers,
    clients: [],
    hangUp: () => server.closeAllConnections(),
    stop: async () => undefined,
  };
  const shownBy = new WeakMap<object, string | undefined>();
  server.on('secureConnection', (socket) => {
    const certificate = certificateOf(socket);
    shown.push(certificate);
    shownBy.set(socket, certificate);
  });
  server.on('tlsClientError', () => undefined);
  server.on('request', (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const path = incoming.url ?? '';
      const client = shownBy.get(incoming.socket);
      requests.push({ path, form: new URLSearchParams(Buffer.concat(chunks).toString()), shown: client });
      const isKnown = path.startsWith('/.well-known/') || found.clients.includes(client);
      const answer = isKnown ? answers.get(path) : { error: 'invalid_client' };
      response.writeHead(isKnown ? (answer === undefined ? 404 : 200) : 401, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  const stop = await listening(server);
  return Object.assign(found, { origin: `https://127.0.0.1:${portOf(server)}`, stop });
}

function certificateOf(socket: TLSSocket): string | undefined {
  return socket.getPeerX509Certificate()?.fingerprint256;
}

export function fingerprint(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}
