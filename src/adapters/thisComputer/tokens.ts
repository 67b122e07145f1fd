import { Secret } from '../../core/model/secret.ts';
import { maskShapes } from '../../core/model/secretShapes.ts';
import type { LocalSignIn } from './signIn.ts';
import { momentAt, scopesAt, secretAt, textAt } from './texts.ts';

/** What a record of tokens tells, by the names that programs give its members; nothing where it holds no token. */
export function tokensIn(
  tokens: unknown,
  about: Pick<LocalSignIn, 'key' | 'server' | 'service' | 'serverUrl' | 'issuerUrl' | 'account'>,
  client?: unknown,
): LocalSignIn[] {
  const access = secretAt(tokens, 'accessToken', 'access_token', 'access', 'token', 'key');
  const refresh = secretAt(tokens, 'refreshToken', 'refresh_token', 'refresh');
  if (!access && !refresh) {
    return [];
  }
  const scopes = scopesAt(tokens, 'scopes', 'scope');
  const expiresAt = momentAt(tokens, 'expiresAt', 'expires_at', 'expires', 'expiry', 'expiration_time');
  const clientId = textAt(client, 'clientId', 'client_id');
  const clientSecret = secretAt(client, 'clientSecret', 'client_secret');
  return [
    {
      ...about,
      ...(scopes?.length && { scopes }),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(access && { access }),
      ...(refresh && { refresh }),
      ...(clientId !== undefined && {
        client: { id: clientId, ...(clientSecret && { secret: clientSecret }) },
      }),
    },
  ];
}

/**
 * A name and a password. Services also take a token in place of the name, with a word for the password:
 * https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
 */
export function tokenOfPair(
  name: string | undefined,
  password: string | undefined,
  about: (account: string | undefined) => Parameters<typeof tokenOf>[1],
): LocalSignIn[] {
  const isNameTheToken = name !== undefined && (password === 'x-oauth-basic' || looksLikeToken(name));
  return isNameTheToken && !looksLikeToken(password ?? '')
    ? tokenOf(name, about(undefined))
    : tokenOf(password, about(name === '' ? undefined : name));
}

function looksLikeToken(text: string): boolean {
  return maskShapes(text) !== text;
}

/** A value alone. */
export function tokenOf(
  value: string | undefined,
  about: Pick<LocalSignIn, 'key' | 'server' | 'service' | 'account' | 'connects'>,
): LocalSignIn[] {
  return value === undefined || value.trim() === '' ? [] : [{ ...about, access: new Secret(value.trim()) }];
}
