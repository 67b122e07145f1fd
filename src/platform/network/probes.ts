import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import type { Probes } from '../../core/diagnose/diagnose.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { CredentialStore } from '../../core/ports.ts';
import { errorCode } from './errors.ts';
import { proxyFor } from './proxy.ts';
import type { NetworkOptions } from './transport.ts';

/** @param stored SecretStorage itself, without what is kept in memory where it fails */
export function createProbes(stored: CredentialStore, options: () => NetworkOptions): Probes {
  return {
    keepAndGiveBack: async () => {
      // Like a connection's own entry: should it not be deleted here, the next start tidies it up.
      const id = randomUUID();
      try {
        await stored.write(id, { probe: new Secret(randomUUID()) }, 'fail');
      } finally {
        await stored.delete(id).catch(() => undefined);
      }
    },
    wayTo: async (address) => {
      const { stack, proxy } = options();
      if (stack === 'vscode') {
        return { kind: 'decidedElsewhere' };
      }
      const server = proxyFor(address, proxy, process.env);
      return server ? { kind: 'via', host: server.url.host } : { kind: 'direct' };
    },
    resolve: async (host, signal) => {
      try {
        return (await unlessAborted(lookup(host, { all: true }), signal)).length;
      } catch (thrown) {
        if (thrown instanceof TokenManagerError) {
          throw thrown;
        }
        const code = errorCode(thrown);
        throw new TokenManagerError('network', '', code === undefined ? {} : { code });
      }
    },
  };
}

/** The system's resolver cannot be stopped; what it says later is of no interest. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(new TokenManagerError('cancelled'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
