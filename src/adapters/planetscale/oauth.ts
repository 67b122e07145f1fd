import * as z from 'zod';
import type { FormStep } from '../../core/adapter/contract.ts';
import type { HttpClient } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { Clock, Localize } from '../../core/ports.ts';
import { isSuccess, json, parsed } from '../support/answers.ts';
import { isHeaderText } from '../support/headerText.ts';
import { madeOnce } from '../support/lazy.ts';
import { oauthRefusal, refreshGrant, revokeToken } from '../support/tokenEndpoint.ts';
import type { AttachedGrant } from './attachedGrants.ts';

const accessPrefix = 'pscale_oauth_';
const refreshPrefix = 'pscale_oauth_refresh_';

const tokenInfoSchema = madeOnce(() =>
  z.object({
    active: z.boolean(),
    client_id: z.string().nullish(),
    exp: z.number().nonnegative().max(1e12).nullish(),
  }),
);

/** PlanetScale's OAuth host, for what can be done with the values of a grant. */
export class PlanetScaleOauth {
  readonly #http: HttpClient;
  readonly #clock: Clock;
  readonly #localize: Localize;

  constructor(http: HttpClient, clock: Clock, localize: Localize) {
    this.#http = http;
    this.#clock = clock;
    this.#localize = localize;
  }

  /** Uses up the grant's refresh token. @returns the grant that stands in its place, not stored yet */
  async renewed({
    expiresAt: _outdated,
    isRenewing: _over,
    ...grant
  }: AttachedGrant): Promise<AttachedGrant> {
    const endpoint = { http: this.#http, route: '/oauth/token' };
    const world = { clock: this.#clock, localize: this.#localize };
    return { ...grant, ...(await refreshGrant(endpoint, grant.client, grant.refreshToken, world)) };
  }

  /** The refresh token first: revoking an access token leaves the refresh token alive, which could get another. */
  async revoke({ client, refreshToken, accessToken }: AttachedGrant, signal: AbortSignal): Promise<void> {
    const endpoint = { http: this.#http, route: '/oauth/revoke' };
    for (const value of accessToken ? [refreshToken, accessToken] : [refreshToken]) {
      await revokeToken(endpoint, client, value, this.#localize, signal);
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
      throw oauthRefusal(response, this.#localize);
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

/** @param clientId the application's own, when it is known */
export function attachmentForm(clientId: string | undefined, localize: Localize): FormStep[] {
  return [
    {
      kind: 'choice',
      id: 'values',
      title: localize('What to attach'),
      prompt: localize('What you have of the values that PlanetScale issued for this token.'),
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
      prompt: localize('It is stored without being tried: trying a refresh token uses it up.'),
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
