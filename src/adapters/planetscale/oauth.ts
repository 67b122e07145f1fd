import type { FormIo, FormStep, ServiceClock } from '../../core/adapter/contract.ts';
import type { HttpClient } from '../../core/http/client.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Localize } from '../../core/ports.ts';
import { AuthorizationServerClient } from '../oauth/client/client.ts';
import { refusal } from '../oauth/protocol/refusal.ts';
import { isSuccess, json, parsed } from '../support/answers.ts';
import { isHeaderText } from '../support/headerText.ts';
import { lazy } from '../support/lazy.ts';
import * as z from '../support/schema.ts';
import type { AttachedGrant } from './attachedGrants.ts';

const accessPrefix = 'pscale_oauth_';
const refreshPrefix = 'pscale_oauth_refresh_';

const tokenInfoSchema = lazy(() =>
  z.object({
    active: z.boolean(),
    client_id: z.nullish(z.string()),
    exp: z.nullish(z.number().check(z.nonnegative(), z.maximum(1e12))),
  }),
);

/** PlanetScale's OAuth host, for what can be done with the values of a grant. */
export class PlanetScaleOauth {
  readonly #http: HttpClient;
  readonly #clock: ServiceClock;
  readonly #server: AuthorizationServerClient;
  readonly #localize: Localize;

  constructor(baseUrl: string, io: FormIo, localize: Localize) {
    this.#http = io.http(baseUrl);
    this.#clock = io.clock;
    const issuer = this.#http.baseUrl.replace(/\/$/, '');
    const metadata = {
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      revocation_endpoint: `${issuer}/oauth/revoke`,
    };
    this.#server = new AuthorizationServerClient(metadata, io, localize);
    this.#localize = localize;
  }

  /** Uses up the grant's refresh token. @returns the grant that stands in its place, not stored yet */
  async renewed({
    expiresAt: _outdated,
    isRenewing: _over,
    ...grant
  }: AttachedGrant): Promise<AttachedGrant> {
    const renewed = await ofApplication(this.#server.refresh(grant.client, grant.refreshToken, {}));
    const { accessToken, refreshToken, expiresAt } = renewed;
    return {
      ...grant,
      accessToken,
      ...(refreshToken && { refreshToken }),
      // As the service's lists tell it.
      ...(expiresAt !== undefined && { expiresAt: expiresAt + (this.#clock.offsetMs ?? 0) }),
    };
  }

  /**
   * The refresh token first: revoking an access token leaves the refresh token alive, which could get another.
   * That the access token cannot be revoked by its value does not undo what was done; its row can be.
   */
  async revoke({ client, refreshToken, accessToken }: AttachedGrant, signal: AbortSignal): Promise<void> {
    await ofApplication(this.#server.revoke(client, refreshToken, undefined, signal));
    if (accessToken) {
      await toResult(this.#server.revoke(client, accessToken, undefined, signal));
    }
  }

  /**
   * Asks the service about an access token, which only the token itself may do.
   * @returns when it expires, in epoch milliseconds
   * @throws when it is not alive or not the client's
   */
  async checkAccessToken(token: Secret, clientId: string, signal: AbortSignal): Promise<number | undefined> {
    const response = await this.#http.request({
      method: 'GET',
      route: '/oauth/token/info',
      headers: { authorization: token.map((value) => `Bearer ${value}`) },
      repeat: 'reads',
      signal,
    });
    if (!isSuccess(response) && response.status !== 401) {
      throw refusal(response, 'introspection', this.#localize);
    }
    const info = isSuccess(response) ? parsed(tokenInfoSchema(), json(response)) : { active: false };
    if (!info.active) {
      const detail = this.#localize('The access token is not valid. Leave it out, or enter the current one.');
      throw new TokenManagerError('unauthorized', detail, { code: 'invalid_token', status: response.status });
    }
    if (info.client_id && info.client_id !== clientId) {
      const detail = this.#localize('The access token belongs to another application.');
      throw new TokenManagerError('configuration', detail, { code: 'invalid_token' });
    }
    return typeof info.exp === 'number' ? info.exp * 1000 : undefined;
  }
}

/** What is wrong with the client of an application says nothing of the connection's own credentials. */
async function ofApplication<T>(request: Promise<T>): Promise<T> {
  const result = await toResult(request);
  if (!(result instanceof TokenManagerError)) {
    return result;
  }
  const { kind, code, detail, status } = result;
  throw kind === 'unauthorized' && code !== 'invalid_grant'
    ? new TokenManagerError('configuration', detail, {
        ...(code !== undefined && { code }),
        ...(status !== undefined && { status }),
      })
    : result;
}

/** @param clientId the application's own, when it is known */
export function attachmentForm(clientId: string | undefined, localize: Localize): FormStep[] {
  return [
    {
      kind: 'choice',
      id: 'values',
      title: localize('What to attach'),
      prompt: localize('Which of the values that PlanetScale issued for this token you have.'),
      options: async () => [
        {
          value: 'refresh',
          label: localize('Refresh token'),
          detail: localize('To renew it, and to revoke it together with the listed token.'),
        },
        {
          value: 'both',
          label: localize('Refresh token and access token'),
          detail: localize('To revoke the access token by its value, too.'),
        },
      ],
    },
    {
      kind: 'secret',
      id: 'refreshToken',
      title: localize('Refresh token'),
      prompt: localize('Not validated, because using it would invalidate it.'),
      placeholder: `${refreshPrefix}…`,
      validate: (value) =>
        isHeaderText(value) && !isAccessToken(value)
          ? undefined
          : localize('This is not a refresh token. One begins with {0}.', refreshPrefix),
    },
    {
      kind: 'secret',
      id: 'accessToken',
      title: localize('Access token'),
      prompt: localize('PlanetScale is asked whether it is valid and belongs to this application.'),
      placeholder: `${accessPrefix}…`,
      when: ({ settings }) => settings.values === 'both',
      validate: (value) =>
        isHeaderText(value) && !value.startsWith(refreshPrefix)
          ? undefined
          : localize('This is not an access token. One begins with {0}.', accessPrefix),
    },
    {
      kind: 'text',
      id: 'clientId',
      title: localize('Client ID'),
      prompt: localize('The client ID of the OAuth application.'),
      ...(clientId !== undefined && { default: clientId }),
      validate: (text) => (text.trim() === '' ? localize('Enter the client ID.') : undefined),
    },
    {
      kind: 'secret',
      id: 'clientSecret',
      title: localize('Client secret'),
      prompt: localize('Shown once, when the OAuth application is made.'),
      validate: (value) => (value.trim() === '' ? localize('Enter the client secret.') : undefined),
    },
  ];
}

function isAccessToken(value: string): boolean {
  return value.startsWith(accessPrefix) && !value.startsWith(refreshPrefix);
}
