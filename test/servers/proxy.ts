import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join, listening, portOf } from './tls.ts';

export interface ProxyOptions {
  /** `user:password`; left out, everybody is let through. */
  readonly password?: string;
  /** What it answers to everybody instead of letting them through. */
  readonly refusal?: number;
}

export interface Attempt {
  /** `host:port` of the service. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly status: number;
}

export interface SandboxProxy {
  readonly origin: string;
  /** Everybody who wanted through, oldest first. */
  readonly attempts: readonly Attempt[];
  stop(): Promise<void>;
}

/** A proxy that only makes tunnels, as all requests here need one. */
export async function startProxy({ password, refusal }: ProxyOptions = {}): Promise<SandboxProxy> {
  const attempts: Attempt[] = [];
  const expected = password && `Basic ${Buffer.from(password).toString('base64')}`;
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', ({ url: target = '', headers }, client) => {
    const authorization = headers['proxy-authorization'];
    const status = refusal ?? (expected === undefined || authorization === expected ? 200 : 407);
    attempts.push({ target, authorization, status });
    if (status !== 200) {
      const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="sandbox"\r\n' : '';
      client.end(`HTTP/1.1 ${status} No\r\n${challenge}Content-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${target}`);
    const service = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      join(service, client);
    });
    service.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'));
  });
  const stop = await listening(server);
  return { origin: `http://127.0.0.1:${portOf(server)}`, attempts, stop };
}
