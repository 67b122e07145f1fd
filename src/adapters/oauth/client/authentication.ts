import type { ClientAuth as Proven } from 'oauth4webapi';
import { TokenManagerError } from '../../../core/model/errors.ts';
import type { Secret } from '../../../core/model/secret.ts';
import type { Server } from '../discovery/server.ts';
import { signingKey } from '../protocol/keys.ts';
import { isProofRefused } from '../protocol/refusal.ts';

export const clientAuthMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
] as const;
export type ClientAuth = (typeof clientAuthMethods)[number];

/** What the server knows this connection as. */
export interface Client {
  readonly id: string;
  readonly auth: ClientAuth;
  /** With `private_key_jwt` the private key; absent with `none`, and where a certificate proves it. */
  readonly secret?: Secret;
  /** The algorithm that the server signs its answers to the browser by, where it was registered so (JARM). */
  readonly signedBy?: string;
}

export function isClientAuth(method: unknown): method is ClientAuth {
  return clientAuthMethods.some((known) => known === method);
}

/** Whether it is the TLS connection that proves the client (RFC 8705). */
export function isByCertificate(method: unknown): boolean {
  return method === 'tls_client_auth' || method === 'self_signed_tls_client_auth';
}

/** Whether it has a secret that the server gave it, rather than a key or a certificate. */
export function provesItBySecret(client: Client | undefined): boolean {
  return client?.secret !== undefined && client.auth !== 'private_key_jwt';
}

export function secretsOf({ secret }: Client): readonly Secret[] {
  return secret ? [secret] : [];
}

/** The library's way to authenticate a client. @throws `credentialMissing` where the secret is not there */
export async function authenticate(
  library: typeof import('../protocol/library.ts'),
  { id, auth, secret }: Client,
  server: Server,
): Promise<Proven> {
  if (auth === 'none') {
    return library.None();
  }
  if (auth === 'tls_client_auth' || auth === 'self_signed_tls_client_auth') {
    return library.TlsClientAuth();
  }
  if (!secret) {
    throw new TokenManagerError('credentialMissing');
  }
  switch (auth) {
    case 'client_secret_basic':
      return inHeader(id, secret);
    case 'client_secret_post':
      return library.ClientSecretPost(secret.reveal());
    case 'client_secret_jwt':
      return library.ClientSecretJwt(secret.reveal());
    case 'private_key_jwt':
      return library.PrivateKeyJwt(
        await signingKey(secret, server.token_endpoint_auth_signing_alg_values_supported),
      );
  }
}

function inHeader(id: string, secret: Secret): Proven {
  return (_server: unknown, _client: unknown, _body: URLSearchParams, headers: Headers) => {
    headers.set('authorization', `Basic ${btoa(`${formEncoded(id)}:${formEncoded(secret.reveal())}`)}`);
  };
}

/**
 * The same client with its secret in the form, where it is in the header and the server lists the other place, or
 * lists nothing: then header is what RFC 8414 presumes, and what many servers do not take.
 */
export function withSecretInForm(client: Client, server: Server): Client | undefined {
  const listed = server.token_endpoint_auth_methods_supported;
  const mayBeThere = listed === undefined || listed.includes('client_secret_post');
  return client.auth === 'client_secret_basic' && mayBeThere
    ? { ...client, auth: 'client_secret_post' }
    : undefined;
}

/** Whether the server has refused the client itself, and not what it asked for. */
export function isClientRefused(error: TokenManagerError): boolean {
  const { code, status } = error;
  const isOfOther = code === 'invalid_grant' || code === 'invalid_token' || isProofRefused(error);
  return code === 'invalid_client' || (status === 401 && !isOfOther);
}

/**
 * RFC 6749 section 2.3.1 and appendix B. Unlike the library this leaves `*`, `-`, `.` and `_` alone, as the
 * form encoding does, so that servers which only decode the base64 understand most identifiers as well.
 */
function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}
