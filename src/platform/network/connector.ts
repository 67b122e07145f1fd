import { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { buildConnector as Connectors } from 'undici';
import connectThrough from 'undici/lib/api/api-connect.js';
import buildConnector from 'undici/lib/core/connect.js';
import Client from 'undici/lib/dispatcher/client.js';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { ClientCertificate } from '../../core/ports.ts';
import { trust } from './certificates.ts';
import { CertificateProof } from './clientCertificate.ts';
import { errorCode, isTlsCode } from './errors.ts';
import type { ProxyServer } from './proxy.ts';

export interface ConnectorOptions {
  readonly connectMs: number;
  /** Asked for each new connection; may throw `proxy`. */
  readonly proxyFor: (target: URL) => ProxyServer | undefined;
  /**
   * Certificates to trust besides those that are trusted anyway, in PEM. Asked for each new connection, so that what a
   * file has no longer is not trusted, and what is new in it is.
   */
  readonly authorities: () => Promise<readonly string[]>;
  /** Shown to its origins. */
  readonly clientCertificate?: ClientCertificate;
}

/**
 * Opens the sockets of one undici agent, directly or through a tunnel (`CONNECT`, RFC 9110 section 9.3.6), so
 * that a proxy sees neither requests nor answers. VS Code's own proxy code does not reach undici.
 */
export function createConnector(options: ConnectorOptions): Connectors.connector {
  const { connectMs, proxyFor, authorities, clientCertificate } = options;
  const proof = clientCertificate && new CertificateProof(clientCertificate);
  const plain = buildConnector({ allowH2: false, timeout: connectMs });
  let trusted: Trusted | undefined;
  return (target, callback) => {
    prepare(target).then(
      ({ httpSocket, connector }) => {
        if (httpSocket && target.protocol !== 'https:') {
          callback(null, httpSocket);
        } else {
          connector(httpSocket ? { ...target, httpSocket } : target, callback);
        }
      },
      (error: unknown) => callback(new Error('not connected', { cause: error }), null),
    );
  };

  /** To trust all authorities anew takes a tenth of a second, and is done when they have changed. */
  async function current(): Promise<Trusted> {
    const certificates = await authorities();
    const text = certificates.join();
    if (trusted?.text !== text) {
      const context = trust(certificates);
      trusted = { text, certificates, context, connector: encrypted(context) };
    }
    return trusted;
  }

  /** What is wrong with a certificate's file is found before anything is connected to. */
  async function prepare(target: Connectors.Options) {
    const port = target.port || (target.protocol === 'https:' ? '443' : '80');
    // undici hands over IPv6 addresses without their brackets; nothing else has a colon.
    const host = target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname;
    const url = new URL(`${target.protocol}//${host}:${port}`);
    const connector = url.protocol === 'https:' ? await secure(url) : plain;
    const proxy = proxyFor(url);
    const context = async () => (await current()).context;
    const httpSocket = proxy && (await openTunnel(proxy, `${host}:${port}`, connectMs, context));
    return { httpSocket, connector };
  }

  async function secure({ origin }: URL): Promise<Connectors.connector> {
    const { connector, certificates } = await current();
    const isShown = clientCertificate?.origins.includes(origin);
    // Of this connection alone: a TLS session that is resumed would go by the certificate of another day.
    return proof && isShown ? encrypted(await proof.context(certificates)) : connector;
  }

  function encrypted(context: SecureContext): Connectors.connector {
    return buildConnector({
      allowH2: false,
      timeout: connectMs,
      secureContext: context,
      // Written out: left to Node, any extension of this process could turn it off (NODE_TLS_REJECT_UNAUTHORIZED).
      rejectUnauthorized: true,
    });
  }
}

interface Trusted {
  readonly text: string;
  readonly certificates: readonly string[];
  readonly context: SecureContext;
  readonly connector: Connectors.connector;
}

async function openTunnel(
  { url, authorization, checksCertificate }: ProxyServer,
  authority: string,
  connectMs: number,
  secureContext: () => Promise<SecureContext>,
): Promise<Socket> {
  const context = url.protocol === 'https:' ? await secureContext() : undefined;
  const client = new Client(url, {
    allowH2: false,
    headersTimeout: connectMs,
    connect: buildConnector({
      allowH2: false,
      timeout: connectMs,
      ...(context && { secureContext: context, rejectUnauthorized: checksCertificate }),
    }),
  });
  const answer = await connectThrough
    .call(client, {
      path: authority,
      headers: {
        host: authority,
        ...(authorization && { 'proxy-authorization': authorization.reveal() }),
      },
      signal: AbortSignal.timeout(2 * connectMs),
    })
    .catch((cause: unknown) => {
      void client.destroy();
      throw unreachable(cause);
    });
  const { statusCode: status, socket } = answer;
  if (status < 200 || status > 299 || !(socket instanceof Socket)) {
    socket.on('error', () => undefined).destroy();
    void client.destroy();
    const code = status === 407 ? 'proxy-authentication' : 'proxy-refused';
    throw new TokenManagerError('proxy', '', { status, code });
  }
  return socket;
}

function unreachable(cause: unknown): TokenManagerError {
  const code = errorCode(cause);
  // The cause is dropped on purpose: it may quote the password for the proxy.
  return new TokenManagerError('proxy', code ?? '', {
    ...(code !== undefined && { code: isTlsCode(code) ? 'proxy-certificate' : code }),
  });
}
