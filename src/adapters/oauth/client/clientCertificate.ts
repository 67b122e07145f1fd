import type { Settings } from '../../../core/model/item.ts';
import type { ClientCertificate } from '../../../core/ports.ts';
import { aliasedEndpoints, type Server, serverOf, withAliases } from '../discovery/server.ts';
import { isByCertificate } from './authentication.ts';
import { registers } from './settings.ts';

/** RFC 8705: the client proves itself by the certificate of its TLS connections, whose files stay where they are. */

/** The server as this connection talks to it: a client with a certificate at the addresses that are for those. */
export function serverFor(settings: Settings): Server {
  const server = serverOf(settings);
  return provesByCertificate(settings) ? withAliases(server) : server;
}

/** Only those see the certificate that ask the client to prove itself. */
export function clientCertificate(settings: Settings): ClientCertificate | undefined {
  const { clientCertificateFile: certificateFile, clientKeyFile: keyFile } = settings;
  if (!provesByCertificate(settings) || typeof certificateFile !== 'string' || typeof keyFile !== 'string') {
    return undefined;
  }
  const server = serverFor(settings);
  const origins = aliasedEndpoints.flatMap((name) => URL.parse(server[name] ?? '')?.origin ?? []);
  return { certificateFile, keyFile, origins: [...new Set(origins)].toSorted() };
}

/** A client that the connection registers has none: what was answered before that does not count. */
function provesByCertificate(settings: Settings): boolean {
  const { clientAuth, clientId } = settings;
  return isByCertificate(clientAuth) && clientId !== '' && !registers(settings);
}
